"""The little of a jar that tells which libraries it holds, read without unpacking it.

A jar is a zip. Its own soundness is not judged here: Java is lenient, and what no ``java`` could
open says nothing about its content. Sections are those of the zip APPNOTE 6.3.10.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

MAX_JAR_ENTRIES = 65_535
"""Entries that are looked at: what the end record can count (4.4.22)."""

_END = struct.Struct("<4s4H2IH")  # 4.3.16
_END_SIGNATURE = b"PK\x05\x06"
_MAX_COMMENT = 65_535  # 4.4.25
_CENTRAL = struct.Struct("<4s6H3I5H2I")  # 4.3.12
_CENTRAL_SIGNATURE = b"PK\x01\x02"
_LOCAL = struct.Struct("<4s5H3I2H")  # 4.3.7
_LOCAL_SIGNATURE = b"PK\x03\x04"
_STORED, _DEFLATED = 0, 8  # 4.4.5

_MAX_BLOCK_HEADER = 1024
"""Bytes of deflated data before the first symbol: 17 + 19 x 3 + 320 x 14 bits make 570 in a block
(RFC 1951 3.2.7). A symbol, of which each gives a byte or more, takes 15 bits at most (3.2.7)."""


class BrokenJar(ValueError):
    """No directory can be found in what should be a jar."""


@dataclass(frozen=True, slots=True)
class JarEntry:
    """Where an entry lies. ``offset`` is that of its local header in the whole file, in bytes."""

    method: int
    packed_size: int
    offset: int


def jar_entries(content: bytes) -> Iterator[tuple[str, JarEntry]]:
    """Yield name and place of the entries of the directory, up to the first that is malformed.

    Names are not kept in the entries: they may be as large as the jar, and few are of interest.

    :raises BrokenJar: on the first entry asked for, if there is no directory.
    """
    at, end, shift = _directory(content)
    for _ in range(MAX_JAR_ENTRIES):
        if at + _CENTRAL.size > end:
            return
        fields = _CENTRAL.unpack_from(content, at)
        if fields[0] != _CENTRAL_SIGNATURE:
            return
        method, packed_size, offset = fields[4], fields[8], fields[16]
        name_length, extra_length, comment_length = fields[10:13]
        at += _CENTRAL.size
        name = content[at : at + name_length].decode("utf-8", "replace")
        at += name_length + extra_length + comment_length
        yield name, JarEntry(method, packed_size, offset + shift)


def _directory(content: bytes) -> tuple[int, int, int]:
    """Return where the directory begins and ends, and by how much offsets in it are off.

    They are off where a launch script stands before the archive, as in "executable" jars.
    """
    found = content.rfind(_END_SIGNATURE, max(0, len(content) - _END.size - _MAX_COMMENT))
    if found < 0 or found + _END.size > len(content):
        raise BrokenJar
    size, offset = _END.unpack_from(content, found)[5:7]
    start = offset if content.startswith(_CENTRAL_SIGNATURE, offset) else found - size
    if start < 0 or (size and not content.startswith(_CENTRAL_SIGNATURE, start)):
        raise BrokenJar
    return start, found, start - offset


def read_head(content: bytes, entry: JarEntry, limit: int) -> bytes:
    """Return up to ``limit`` bytes of the beginning of ``entry``, empty if it cannot be read."""
    if entry.offset < 0 or not content.startswith(_LOCAL_SIGNATURE, entry.offset):
        return b""
    if entry.offset + _LOCAL.size > len(content):
        return b""
    name_length, extra_length = _LOCAL.unpack_from(content, entry.offset)[9:11]
    begin = entry.offset + _LOCAL.size + name_length + extra_length
    packed = content[begin : begin + min(entry.packed_size, 2 * limit + _MAX_BLOCK_HEADER)]
    return _inflate(packed, entry.method, limit)


def _inflate(packed: bytes, method: int, limit: int) -> bytes:
    if method == _STORED:
        return packed[:limit]
    if method != _DEFLATED:
        return b""
    try:
        return zlib.decompressobj(wbits=-zlib.MAX_WBITS).decompress(packed, limit)
    except zlib.error:
        return b""
