"""Entries that lie in memory as a whole, with nothing unusual about them: most of any layer.

What is read here is as sound as what :mod:`~layerlift.inspecting.archive.contents` reads piece by
piece. Whatever gives reason to doubt that is left to be read there, and is named there.
"""

import struct

from zlib_ng import zlib_ng

from layerlift.inspecting.archive import records
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.archive.inflating import InflateError

_HEADER = struct.Struct("<4s2x2H4x3L2H")
"""A local header (4.3.7) without the version that it asks for and its time."""

_DESCRIPTOR = struct.Struct("<4s3L")
"""The data descriptor (4.3.9) as nearly all write it: with a signature, without ZIP64."""

_LATER = (0, 0, 0)
"""What a header says of CRC-32 and sizes that only the descriptor tells (4.4.4, bit 3)."""


def sound_content(data: bytes, at: int, length: int, entry: Entry) -> tuple[bytes, int] | None:
    """Return the content of the entry that takes up ``length`` bytes of ``data`` from ``at``.

    With it comes how far behind ``at`` it lies packed. None if its headers are not simply what the
    directory says, or its data not simply intact.
    """
    signature, flags, method, crc, packed_size, size, name_length, extra_length = (
        _HEADER.unpack_from(data, at)
    )
    name_at = at + records.LOCAL_LENGTH
    extra_at = name_at + name_length
    begin = extra_at + extra_length
    after, end = begin + entry.packed_size, at + length
    if (
        signature != records.LOCAL_SIGNATURE
        or flags != entry.flags
        or method != (records.DEFLATED if entry.is_deflated else records.STORED)
        or name_length != len(entry.raw_name)
        or not data.startswith(entry.raw_name, name_at)
        or (extra_length and records.read_extra(data[extra_at:begin]) is not records.NO_EXTRA)
        or after > end
        or not _are_sums((crc, packed_size, size), data[after:end], entry)
    ):
        return None
    packed = data[begin:after]
    content = _inflated(packed, entry.size) if entry.is_deflated else packed
    if content is None or zlib_ng.crc32(content) != entry.crc:
        return None
    return content, begin - at


def _are_sums(said: tuple[int, int, int], behind: bytes, entry: Entry) -> bool:
    """Compare CRC-32 and sizes of the header and of the descriptor, if one is to be there."""
    sums = (entry.crc, entry.packed_size, entry.size)
    if not entry.flags & records.HAS_DESCRIPTOR:
        return said == sums and not behind
    descriptor = _DESCRIPTOR.pack(records.DESCRIPTOR_SIGNATURE, *sums)
    return said in (sums, _LATER) and behind == descriptor


def _inflated(packed: bytes, size: int) -> bytes | None:
    """Return what ``packed``, all of it and nothing more, inflates to if that is ``size`` bytes."""
    inflater = zlib_ng.decompressobj(-15)
    try:
        content = inflater.decompress(packed, size + 1)
    except InflateError:
        return None
    is_whole = inflater.eof and not inflater.unused_data and len(content) == size
    return content if is_whole else None
