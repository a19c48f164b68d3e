"""A zip writer that does as it is told: any record can say anything, true or not.

The records are those of APPNOTE 6.3.10, sections 4.3.7 to 4.3.16. What nobody overrides is true.
"""

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Said = Mapping[str, int | bytes]
"""Fields of a record by name, that are to differ from the truth."""

SENTINEL_16, SENTINEL_32 = 0xFFFF, 0xFFFFFFFF
FILE, PROGRAM, FOLDER, LINK = 0o100644, 0o100755, 0o040755, 0o120777
UNIX, DOS, MACOS = 3, 0, 19
UTF8, DESCRIPTOR = 1 << 11, 1 << 3

LOCAL = "signature:4s needed:H flags:H method:H time:H date:H crc:L packed:L size:L name_length:H \
extra_length:H"
CENTRAL = "signature:4s made_by:H needed:H flags:H method:H time:H date:H crc:L packed:L size:L \
name_length:H extra_length:H comment_length:H disk:H internal:H external:L offset:L"
END = "signature:4s disk:H directory_disk:H disk_entries:H entries:H size:L offset:L \
comment_length:H"
LOCATOR = "signature:4s disk:L offset:Q disks:L"
ZIP64_END = "signature:4s record_size:Q made_by:H needed:H disk:L directory_disk:L disk_entries:Q \
entries:Q size:Q offset:Q"

_DATE, _TIME = (2026 - 1980) << 9 | 1 << 5 | 1, 0

DescriptorForm = Literal["plain", "signed", "plain zip64", "signed zip64"]
"""Data descriptors of 12, 16, 20 and 24 bytes (4.3.9)."""


@dataclass(frozen=True)
class Member:
    """One entry. ``local`` and ``central`` override fields, ``name`` and ``extra`` included.

    ``packed`` is the data as it lies in the archive, None for the content deflated or stored;
    ``zip64`` puts sizes and offset of the central header into a ZIP64 field, ``local_zip64`` the
    sizes of the local one; ``before`` are bytes of nobody in front of the local header.
    """

    name: str | bytes
    content: bytes = b""
    deflated: bool = False
    mode: int = FILE
    host: int = UNIX
    flags: int | None = None
    packed: bytes | None = None
    extra: bytes = b""
    local_extra: bytes = b""
    comment: bytes = b""
    descriptor: DescriptorForm | None = None
    descriptor_said: Said = field(default_factory=dict)
    zip64: bool = False
    local_zip64: bool = False
    local: Said = field(default_factory=dict)
    central: Said = field(default_factory=dict)
    before: bytes = b""


@dataclass(frozen=True)
class Ending:
    """What follows the entries. ``directory`` is their order in it, None for that of their bytes.

    ``said``, ``zip64_said`` and ``locator_said`` override fields of the three end records, the last
    two of which are there only with ``zip64``; the other bytes lie between and behind the records.
    """

    directory: Sequence[int] | None = None
    comment: bytes = b""
    said: Said = field(default_factory=dict)
    zip64: bool = False
    zip64_said: Said = field(default_factory=dict)
    locator_said: Said = field(default_factory=dict)
    sector: bytes = b""
    before_directory: bytes = b""
    after_directory: bytes = b""
    after_end: bytes = b""


def archive(*members: Member, prefix: bytes = b"", ending: Ending | None = None) -> bytes:
    """Return a zip of the members, whose bytes lie in their order behind ``prefix``."""
    ending = ending or Ending()
    content = bytearray(prefix)
    headers = []
    for member in members:
        content += member.before
        headers.append(_central(member, len(content)))
        content += _local(member)
    content += ending.before_directory
    start = len(content)
    for index in range(len(members)) if ending.directory is None else ending.directory:
        content += headers[index]
    count = len(members) if ending.directory is None else len(ending.directory)
    return bytes(content) + tail(count, start, len(content) - start, ending)


def tail(entries: int, offset: int, size: int, ending: Ending) -> bytes:
    """Return the records behind a directory of ``size`` bytes that begins at ``offset``."""
    tail = ending.after_directory
    if ending.zip64:
        tail += _zip64_records(entries, offset, size, ending)
    truth: dict[str, int | bytes] = {
        "signature": b"PK\5\6",
        "entries": SENTINEL_16 if ending.zip64 else entries,
        "disk_entries": SENTINEL_16 if ending.zip64 else entries,
        "size": SENTINEL_32 if ending.zip64 else size,
        "offset": SENTINEL_32 if ending.zip64 else offset,
        "comment_length": len(ending.comment),
    }
    return tail + pack(END, truth, ending.said) + ending.comment + ending.after_end


def pack(record: str, truth: Said, said: Said) -> bytes:
    """Return a record of the fields; what neither says is zero."""
    values = {**truth, **said}
    names = fields(record)
    return struct.pack(layout(record), *(values.get(name, 0) for name in names))


def fields(record: str) -> list[str]:
    """Return the names of a record's fields, in order."""
    return [each.partition(":")[0] for each in record.split()]


def layout(record: str) -> str:
    """Return a record's layout as the struct module writes it."""
    return "<" + "".join(each.partition(":")[2] for each in record.split())


def zip64_field(*values: int) -> bytes:
    """Return an extra field of ZIP64 (4.5.3) with 64-bit values."""
    return block(0x0001, struct.pack(f"<{len(values)}Q", *values))


def unicode_path(name: bytes, of: bytes, *, version: int = 1, crc: int | None = None) -> bytes:
    """Return an extra field that gives the header's name ``of`` a second spelling (4.6.9)."""
    checksum = zlib.crc32(of) if crc is None else crc
    return block(0x7075, struct.pack("<BL", version, checksum) + name)


def block(kind: int, data: bytes) -> bytes:
    """Return one block of an extra field (4.5.1)."""
    return struct.pack("<2H", kind, len(data)) + data


def deflate(content: bytes, level: int = 6) -> bytes:
    """Return ``content`` as a bare deflate stream (RFC 1951)."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def _raw_name(member: Member) -> bytes:
    return member.name if isinstance(member.name, bytes) else member.name.encode()


def _data(member: Member) -> bytes:
    if member.packed is not None:
        return member.packed
    return deflate(member.content) if member.deflated else member.content


def _truth(member: Member) -> dict[str, int | bytes]:
    """Return what both headers of a member say of it."""
    name, data = _raw_name(member), _data(member)
    flags = member.flags
    if flags is None:
        flags = (0 if name.isascii() else UTF8) | (DESCRIPTOR if member.descriptor else 0)
    return {
        "needed": 20,
        "flags": flags,
        "method": 8 if member.deflated else 0,
        "time": _TIME,
        "date": _DATE,
        "crc": zlib.crc32(member.content),
        "packed": len(data),
        "size": len(member.content),
        "name": name,
        "name_length": len(name),
    }


def _local(member: Member) -> bytes:
    truth = _truth(member) | {"signature": b"PK\3\4"}
    extra = member.local_extra
    data = _data(member)
    if member.descriptor:
        truth |= {"crc": 0, "packed": 0, "size": 0}
    if member.local_zip64:
        sizes = (0, 0) if member.descriptor else (len(member.content), len(data))
        extra = zip64_field(*sizes) + extra
        truth |= {"packed": SENTINEL_32, "size": SENTINEL_32}
    return _header(LOCAL, truth | {"extra": extra}, member.local) + data + _descriptor(member)


def _central(member: Member, offset: int) -> bytes:
    truth = _truth(member) | {"signature": b"PK\1\2", "offset": offset}
    extra = member.extra
    if member.zip64:
        extra = zip64_field(len(member.content), len(_data(member)), offset) + extra
        truth |= {"packed": SENTINEL_32, "size": SENTINEL_32, "offset": SENTINEL_32}
    is_folder = member.mode & 0o170000 == FOLDER & 0o170000
    truth |= {
        "made_by": member.host << 8 | 20,
        "external": member.mode << 16 | (0x10 if is_folder else 0),
        "comment_length": len(member.comment),
    }
    return _header(CENTRAL, truth | {"extra": extra}, member.central) + member.comment


def _header(record: str, truth: Said, said: Said) -> bytes:
    name, extra = ({**truth, **said}[key] for key in ("name", "extra"))
    assert isinstance(name, bytes)
    assert isinstance(extra, bytes)
    lengths = {"name_length": len(name), "extra_length": len(extra)}
    return pack(record, {**truth, **lengths}, said) + name + extra


def _descriptor(member: Member) -> bytes:
    if member.descriptor is None:
        return b""
    truth: dict[str, int | bytes] = {
        "signature": b"PK\7\x08",
        "crc": zlib.crc32(member.content),
        "packed": len(_data(member)),
        "size": len(member.content),
    }
    width = "Q" if "zip64" in member.descriptor else "L"
    data = pack(f"signature:4s crc:L packed:{width} size:{width}", truth, member.descriptor_said)
    return data if member.descriptor.startswith("signed") else data[4:]


def _zip64_records(entries: int, offset: int, size: int, ending: Ending) -> bytes:
    at = offset + size + len(ending.after_directory)
    truth: dict[str, int | bytes] = {
        "signature": b"PK\6\6",
        "record_size": 44 + len(ending.sector),
        "made_by": UNIX << 8 | 45,
        "needed": 45,
        "disk_entries": entries,
        "entries": entries,
        "size": size,
        "offset": offset,
    }
    locator: dict[str, int | bytes] = {"signature": b"PK\6\7", "offset": at, "disks": 1}
    return (
        pack(ZIP64_END, truth, ending.zip64_said)
        + ending.sector
        + pack(LOCATOR, locator, ending.locator_said)
    )
