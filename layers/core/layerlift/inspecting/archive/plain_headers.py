"""Headers of the central directory (4.3.12) with nothing unusual about them: most of any layer.

One look tells that none of the checks of :mod:`~layerlift.inspecting.archive.central_headers` would
find anything. What gets no such look is theirs, whether there is anything wrong with it or not.
"""

import re
import struct
from functools import lru_cache

from layerlift.domain.limits import MAX_PATH_COMPONENT_BYTES
from layerlift.inspecting.archive import records
from layerlift.inspecting.archive.entries import Entry

UNIX_HOSTS = (3, 19)
"""Upper byte of "version made by": Unix and OS X keep a mode in the external attributes (4.4.2)."""

MEANINGFUL_FLAGS = 0b1110 | records.IS_UTF8
"""Bits 1 and 2 tell how hard deflate tried, 3 of a data descriptor, 11 of UTF-8 (4.4.4)."""

NEWEST_VERSION = 63
"""That of APPNOTE 6.3, the newest there is (4.4.3.2)."""

_HEADER = struct.Struct("<12s4x3L4H4xHL")
"""A central header: its traits as they are, without its times and all attributes but the mode."""

_TRAITS = struct.Struct("<4sxBBx2H")
"""The first twelve bytes: signature, host, version needed, flags and method."""

_PART = rb"[A-Za-z0-9_+@,=~-][A-Za-z0-9_.+@,=~ -]*"
_NAME = re.compile(rb"(?!bootstrap\Z|extensions/)%b(?:/%b)*/?" % (_PART, _PART))
"""ASCII, with no part that is empty or begins with a dot; and nothing that Lambda starts."""

_FILE_MODES = frozenset({0o100644, 0o100755, 0o100664, 0o100775, 0o100444, 0o100555})
_FOLDER_MODES = frozenset({0o040755, 0o040775})

_REMEMBERED = 256
"""Different traits and modes: an archive has a handful."""


def plain_entry(data: bytes, at: int) -> tuple[Entry, int] | None:
    """Return the entry whose whole header is at ``at``, and where the next one is.

    None unless the checks of each part of it would find nothing.
    """
    # fmt: off
    (traits, crc, packed_size, size, name_length, extra_length, comment_length, disk, mode,
     offset) = _HEADER.unpack_from(data, at)
    # fmt: on
    name_at = at + records.CENTRAL_LENGTH
    extra_at = name_at + name_length
    comment_at = extra_at + extra_length
    after = comment_at + comment_length
    raw_name = data[name_at:extra_at]
    is_directory = raw_name.endswith(b"/")
    known = _plain_traits(traits, mode, is_directory)
    if (
        known is None
        or disk
        or after > len(data)
        or records.SENTINEL_32 in (size, packed_size, offset)
        or (extra_length and records.read_extra(data[extra_at:comment_at]) is not records.NO_EXTRA)
        or not _is_plain_name(raw_name)
    ):
        return None
    flags, is_deflated = known
    if (size and is_directory) or (size != packed_size and not is_deflated):
        return None
    path = raw_name.decode("ascii")
    path = path[:-1] if is_directory else path
    entry = Entry(
        path, size, packed_size, crc, is_deflated, flags, offset, mode, is_directory, raw_name
    )
    return entry, after


@lru_cache(_REMEMBERED)
def _plain_traits(traits: bytes, mode: int, is_directory: bool) -> tuple[int, bool] | None:
    """Return the flags and whether the method is deflate; None if anything has to be checked."""
    signature, host, needed, flags, method = _TRAITS.unpack(traits)
    is_plain = (
        signature == records.CENTRAL_SIGNATURE
        and host in UNIX_HOSTS
        and needed <= NEWEST_VERSION
        and not flags & ~MEANINGFUL_FLAGS
        and method in (records.STORED, records.DEFLATED)
        and mode in (_FOLDER_MODES if is_directory else _FILE_MODES)
    )
    return (flags, method == records.DEFLATED) if is_plain else None


def _is_plain_name(raw: bytes) -> bool:
    return len(raw) <= MAX_PATH_COMPONENT_BYTES and _NAME.fullmatch(raw) is not None
