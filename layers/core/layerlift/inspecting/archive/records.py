"""The records of a zip as bytes: sections 4.3.7 to 4.3.16 of APPNOTE 6.3.10, little-endian.

https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

import struct
from typing import NamedTuple

LOCAL_SIGNATURE = b"PK\x03\x04"
CENTRAL_SIGNATURE = b"PK\x01\x02"
END_SIGNATURE = b"PK\x05\x06"
ZIP64_END_SIGNATURE = b"PK\x06\x06"
ZIP64_LOCATOR_SIGNATURE = b"PK\x06\x07"
DESCRIPTOR_SIGNATURE = b"PK\x07\x08"

END_LENGTH = 22
ZIP64_LOCATOR_LENGTH = 20
ZIP64_END_LENGTH = 56
CENTRAL_LENGTH = 46
LOCAL_LENGTH = 30

MAX_COMMENT = 0xFFFF
SENTINEL_16 = 0xFFFF
SENTINEL_32 = 0xFFFFFFFF
"""The value that sends a reader to the ZIP64 record (4.4.1.4)."""

STORED = 0
DEFLATED = 8

HAS_DESCRIPTOR = 1 << 3
IS_UTF8 = 1 << 11

_END = struct.Struct("<4x4H2LH")
_ZIP64_LOCATOR = struct.Struct("<4xLQL")
_ZIP64_END = struct.Struct("<4xQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_BLOCK = struct.Struct("<2H")

_ZIP64_BLOCK = 0x0001
_UNICODE_PATH_BLOCK = 0x7075


class End(NamedTuple):
    """End of central directory record (4.3.16)."""

    disk: int
    directory_disk: int
    disk_entries: int
    entries: int
    size: int
    offset: int
    comment_length: int


class Zip64Locator(NamedTuple):
    """ZIP64 end of central directory locator (4.3.15)."""

    disk: int
    offset: int
    disks: int


class Zip64End(NamedTuple):
    """ZIP64 end of central directory record, version 1 (4.3.14)."""

    record_size: int
    made_by: int
    needed: int
    disk: int
    directory_disk: int
    disk_entries: int
    entries: int
    size: int
    offset: int


class Central(NamedTuple):
    """Central directory file header (4.3.12), without its name, extra field and comment."""

    signature: bytes
    made_by: int
    needed: int
    flags: int
    method: int
    time: int
    date: int
    crc: int
    packed_size: int
    size: int
    name_length: int
    extra_length: int
    comment_length: int
    disk: int
    internal_attributes: int
    external_attributes: int
    offset: int


class Local(NamedTuple):
    """Local file header (4.3.7), without its name and extra field."""

    signature: bytes
    needed: int
    flags: int
    method: int
    time: int
    date: int
    crc: int
    packed_size: int
    size: int
    name_length: int
    extra_length: int


class Extra(NamedTuple):
    """The blocks of an extra field (4.5.1) that change what an entry is."""

    zip64: bytes | None
    unicode_path: bytes | None


NO_EXTRA = Extra(None, None)


def read_end(data: bytes, at: int) -> End:
    """Return the end record at a position that has :data:`END_LENGTH` bytes."""
    return End._make(_END.unpack_from(data, at))


def read_zip64_locator(data: bytes) -> Zip64Locator:
    """Return the locator in :data:`ZIP64_LOCATOR_LENGTH` bytes."""
    return Zip64Locator._make(_ZIP64_LOCATOR.unpack(data))


def read_zip64_end(data: bytes) -> Zip64End:
    """Return the ZIP64 end record in :data:`ZIP64_END_LENGTH` bytes."""
    return Zip64End._make(_ZIP64_END.unpack(data))


def read_central(data: bytes, at: int) -> Central:
    """Return the central header at a position that has :data:`CENTRAL_LENGTH` bytes."""
    return Central._make(_CENTRAL.unpack_from(data, at))


def read_local(data: bytes) -> Local:
    """Return the local header in :data:`LOCAL_LENGTH` bytes."""
    return Local._make(_LOCAL.unpack(data))


def read_extra(data: bytes) -> Extra | None:
    """Return what an extra field says, None if it is not a row of whole blocks (4.5.1).

    Up to three zero bytes at the end are padding: tools that align entries leave them.
    """
    if not data:
        return NO_EXTRA
    found: dict[int, bytes] = {}
    at, last = 0, len(data) - _BLOCK.size
    while at <= last:
        kind, length = _BLOCK.unpack_from(data, at)
        start = at + _BLOCK.size
        at = start + length
        if kind in (_ZIP64_BLOCK, _UNICODE_PATH_BLOCK):
            if kind in found:
                return None
            found[kind] = data[start:at]
    if at > len(data) or any(data[at:]):
        return None
    if not found:
        return NO_EXTRA
    return Extra(found.get(_ZIP64_BLOCK), found.get(_UNICODE_PATH_BLOCK))
