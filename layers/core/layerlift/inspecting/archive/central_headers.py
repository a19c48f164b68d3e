"""The headers of the central directory (4.3.12): one entry each, and what is wrong with it."""

import struct
from collections.abc import Iterator

from layerlift.domain.report import Finding
from layerlift.inspecting.archive import codes, records
from layerlift.inspecting.archive.end import Unsound
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.archive.modes import check_mode
from layerlift.inspecting.archive.names import check_name, decode_name, normalise
from layerlift.inspecting.archive.plain_headers import (
    MEANINGFUL_FLAGS,
    NEWEST_VERSION,
    UNIX_HOSTS,
    plain_entry,
)
from layerlift.inspecting.finding_log import FindingLog

_ENCRYPTION = 1 << 0 | 1 << 6 | 1 << 13
_VERSION = 0xFF
"""Lower byte of "version needed to extract"; the upper one has no meaning (4.4.3)."""

_METHODS = {
    1: "Shrink",
    6: "Implode",
    9: "Deflate64",
    12: "bzip2",
    14: "LZMA",
    93: "Zstandard",
    95: "xz",
    98: "PPMd",
    99: "AES encryption",
}


def read_entry(data: bytes, at: int, log: FindingLog) -> tuple[Entry, int]:
    """Return the entry whose header is at ``at``, and where the next one is.

    What is wrong with the entry goes to ``log``.

    :raises Unsound: if there is no whole header, so that nothing after it can be found.
    """
    name_at = at + records.CENTRAL_LENGTH
    if name_at > len(data) or not data.startswith(records.CENTRAL_SIGNATURE, at):
        raise Unsound(_malformed(at))
    return plain_entry(data, at) or checked_entry(data, at, log)


def checked_entry(data: bytes, at: int, log: FindingLog) -> tuple[Entry, int]:
    """Do what :func:`read_entry` does where a header's fixed part is known to be whole."""
    name_at = at + records.CENTRAL_LENGTH
    header = records.read_central(data, at)
    extra_at = name_at + header.name_length
    after_extra = extra_at + header.extra_length
    after = after_extra + header.comment_length
    if after > len(data):
        raise Unsound(_malformed(at))
    raw_name = data[name_at:extra_at]
    extra = records.read_extra(data[extra_at:after_extra])
    name = _name(raw_name, header.flags, extra, log)
    entry = _entry(header, name, raw_name, extra or records.NO_EXTRA)
    log.extend(check_mode(entry))
    log.extend(_check_features(header, entry, name))
    return entry, after


def _name(raw_name: bytes, flags: int, extra: records.Extra | None, log: FindingLog) -> str:
    """Return the name; what is wrong with it, and with the extra field, goes to ``log``."""
    name, problem = decode_name(raw_name, flags, extra.unicode_path if extra else None)
    if problem is not None:
        log.add(problem)
    if extra is None:
        log.add(codes.EXTRA_MALFORMED.found(f"The extra field of {name!r} is malformed", name))
    # The name of what has none is only a way to show its bytes.
    if problem is None or problem.code != codes.NAME_UNREADABLE.code:
        log.extend(check_name(name))
    return name


def _malformed(at: int) -> Finding:
    return codes.DIRECTORY_MALFORMED.found(
        f"Byte {at:,} of the central directory does not begin a whole header"
    )


def _entry(header: records.Central, name: str, raw_name: bytes, extra: records.Extra) -> Entry:
    size, packed_size, offset = _true_sizes(header, name, extra.zip64)
    has_mode = header.made_by >> 8 in UNIX_HOSTS
    return Entry(
        path=normalise(name),
        size=size,
        packed_size=packed_size,
        crc=header.crc,
        is_deflated=header.method == records.DEFLATED,
        flags=header.flags,
        offset=offset,
        mode=header.external_attributes >> 16 if has_mode else None,
        is_directory=name.endswith("/"),
        raw_name=raw_name,
        has_zip64=extra.zip64 is not None,
    )


def _true_sizes(header: records.Central, name: str, zip64: bytes | None) -> tuple[int, int, int]:
    """Return size, packed size and offset, from the ZIP64 field where the header defers to it.

    4.5.3: the field holds those values, in this order, whose place in the header is all ones.

    :raises Unsound: if the field is missing or has not exactly those.
    """
    said = (header.size, header.packed_size, header.offset)
    if zip64 is None and header.disk == 0 and records.SENTINEL_32 not in said:
        return said
    deferred = [value == records.SENTINEL_32 for value in said]
    is_disk_deferred = header.disk == records.SENTINEL_16
    if header.disk != 0 and not is_disk_deferred:
        raise Unsound(codes.MULTI_DISK.found(f"{name!r} is said to be on another disk", name))
    expected = 8 * sum(deferred) + 4 * is_disk_deferred
    field = zip64 or b""
    if len(field) != expected:
        raise Unsound(
            codes.ZIP64_MALFORMED.found(f"The ZIP64 field of {name!r} has the wrong length", name)
        )
    values = iter(struct.unpack(f"<{sum(deferred)}Q", field[: 8 * sum(deferred)]))
    if is_disk_deferred and any(field[-4:]):
        raise Unsound(codes.MULTI_DISK.found(f"{name!r} is said to be on another disk", name))
    size, packed_size, offset = (
        next(values) if is_deferred else value
        for value, is_deferred in zip(said, deferred, strict=True)
    )
    return size, packed_size, offset


def _is_stored_whole(header: records.Central, entry: Entry) -> bool:
    return header.method == records.STORED and entry.packed_size == entry.size


def _check_features(header: records.Central, entry: Entry, name: str) -> Iterator[Finding]:
    flags, version = header.flags & ~MEANINGFUL_FLAGS, header.needed & _VERSION
    if flags & _ENCRYPTION:
        yield codes.ENCRYPTED.found(f"{name!r} is encrypted", name)
    elif flags:
        yield codes.FLAGS_UNSUPPORTED.found(
            f"{name!r} has the reserved flags {flags:#06x} set", name
        )
    if version > NEWEST_VERSION:
        yield codes.VERSION_UNSUPPORTED.found(
            f"{name!r} asks for version {version // 10}.{version % 10} of the zip format", name
        )
    if header.method not in (records.STORED, records.DEFLATED):
        method = _METHODS.get(header.method, "an unknown method")
        yield codes.METHOD_UNSUPPORTED.found(
            f"{name!r} is compressed with {method} (method {header.method})", name
        )
    if header.method == records.STORED and not _is_stored_whole(header, entry):
        yield codes.HEADERS_DISAGREE.found(
            f"{name!r} is stored, but its two sizes differ in the directory", name
        )
