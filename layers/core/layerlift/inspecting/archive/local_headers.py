"""The headers around an entry's data, held against the directory (4.3.7, 4.3.9)."""

import struct

from layerlift.inspecting.archive import codes, records
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.finding_log import FindingLog

SHORT_DESCRIPTOR = 16
"""Bytes of the longest data descriptor without ZIP64: signature, CRC-32 and two sizes (4.3.9)."""


def check_local(
    entry: Entry, local: records.Local, name: bytes, extra: bytes, log: FindingLog
) -> bool:
    """Compare a local header with the directory; return whether it uses ZIP64 sizes (4.5.3)."""
    fields = records.read_extra(extra)
    if fields is None:
        log.add(
            codes.EXTRA_MALFORMED.found(
                f"The extra field before {entry.path!r} is malformed", entry.path
            )
        )
        fields = records.NO_EXTRA
    for what in _disagreements(entry, local, name, fields):
        log.add(
            codes.HEADERS_DISAGREE.found(
                f"The headers of {entry.path!r} disagree about its {what}", entry.path
            )
        )
    return fields.zip64 is not None


def _disagreements(
    entry: Entry, local: records.Local, name: bytes, extra: records.Extra
) -> list[str]:
    sizes = _true_sizes(local, extra.zip64)
    expected = (entry.size, entry.packed_size)
    method = records.DEFLATED if entry.is_deflated else records.STORED
    # With a data descriptor the header before the data may not know yet (4.4.4, bit 3).
    may_be_zero = bool(entry.flags & records.HAS_DESCRIPTOR)
    has_name = extra.unicode_path is None or extra.unicode_path[5:] == entry.raw_name
    return [
        what
        for what, agrees in (
            ("name", name == entry.raw_name and has_name),
            ("flags", local.flags == entry.flags),
            ("method", local.method == method),
            ("size", sizes is not None and _are_sizes(sizes, expected, may_be_zero)),
            ("CRC-32", local.crc == entry.crc or (may_be_zero and local.crc == 0)),
        )
        if not agrees
    ]


def _are_sizes(said: tuple[int, int], expected: tuple[int, int], may_be_zero: bool) -> bool:
    """Compare each on its own: zip writes the size that it knows and leaves the other at zero."""
    return said == expected or all(
        value == true or (may_be_zero and value == 0)
        for value, true in zip(said, expected, strict=True)
    )


def _true_sizes(local: records.Local, zip64: bytes | None) -> tuple[int, int] | None:
    """Return size and packed size, None if the ZIP64 field is missing or malformed.

    In a local header the field holds both sizes or is not there (4.5.3).
    """
    said = (local.size, local.packed_size)
    if zip64 is None:
        return None if records.SENTINEL_32 in said else said
    if len(zip64) != 16:
        return None
    size, packed_size = struct.unpack("<2Q", zip64)
    is_consistent = local.size in (size, records.SENTINEL_32)
    is_consistent &= local.packed_size in (packed_size, records.SENTINEL_32)
    return (size, packed_size) if is_consistent else None


def descriptor_length(room: int, uses_zip64: bool) -> int:
    """Return how many of ``room`` bytes up to the next record are the data descriptor.

    It may begin with a signature or not (4.3.9.3); which, shows in the room that it has.
    """
    plain = 20 if uses_zip64 else 12
    return min(room, plain + 4 if room >= plain + 4 else plain)


def check_descriptor(entry: Entry, data: bytes, uses_zip64: bool, log: FindingLog) -> None:
    """Compare CRC-32 and sizes; the sizes have eight bytes each with ZIP64 (4.3.9.2)."""
    form = "<L2Q" if uses_zip64 else "<3L"
    expected = struct.pack(form, entry.crc, entry.packed_size, entry.size)
    if data not in (expected, records.DESCRIPTOR_SIGNATURE + expected):
        log.add(
            codes.DESCRIPTOR_WRONG.found(
                f"The data descriptor of {entry.path!r} contradicts the directory", entry.path
            )
        )
