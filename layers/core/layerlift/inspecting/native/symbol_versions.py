"""Versions of symbols that an ELF file needs, and what they say of the C library.

Linux Standard Base, Core, "Symbol Versioning": https://refspecs.linuxfoundation.org/LSB_5.0.0/
LSB-Core-generic/LSB-Core-generic/symversion.html (10.7.5 "Version Requirements").
"""

import re
import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal

from layerlift.inspecting.native.elf_structures import MalformedElf

MAX_VERSION_BYTES = 65_536
"""Room for 4,096 records of 16 bytes; real libraries need a few dozen."""

_RECORD_BYTES = 16
_VER_FLG_WEAK = 2

_GLIBC = re.compile(r"GLIBC_(\d{1,4})\.(\d{1,4})(?:\.\d{1,4})?")

_REMEMBERED = 512
"""The files of a layer need the same versions over and over; glibc has some forty."""

_FIRST_ABI_TAG = (2, 36)
"""The glibc with GLIBC_ABI_DT_RELR, the first tag of a feature instead of a symbol (its NEWS)."""


def needed_names(records: bytes, order: Literal["<", ">"]) -> Iterator[int]:
    """Yield where in the string table the names of the needed versions begin.

    ``records`` begin at DT_VERNEED. Followed is what the loader follows, the chains of vn_next and
    vna_next until a zero (glibc, elf/dl-version.c). It refuses no file over a version that is only
    weakly needed (VER_FLG_WEAK), so that those are left out. Raises MalformedElf for a chain that
    leaves ``records`` or has more records than fit in there.
    """
    need = struct.Struct(f"{order}HHIII")
    needed = struct.Struct(f"{order}IHHII")
    chains = _Chains(records)
    for at, (_, _, _, first, _) in chains.follow(need, 0):
        for _, (_, flags, _, name, _) in chains.follow(needed, at + first):
            if not flags & _VER_FLG_WEAK:
                yield name


class _Chains:
    """Records that each end with the distance to the next one, or zero.

    A chain goes forward only, but many may share their ends: together they are followed for no
    more steps than there is room for records.
    """

    def __init__(self, records: bytes) -> None:
        self._records = records
        self._steps_left = len(records) // _RECORD_BYTES

    def follow(self, record: struct.Struct, at: int) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Yield the place and the fields of each record of the chain that begins at ``at``."""
        step = 1
        while step:
            self._steps_left -= 1
            if self._steps_left < 0 or at + record.size > len(self._records):
                raise MalformedElf("its list of needed symbol versions does not end where it may")
            fields = record.unpack_from(self._records, at)
            yield at, fields
            step = fields[-1]
            at += step


@lru_cache(_REMEMBERED)
def glibc_version(name: str) -> tuple[int, int] | None:
    """Return the glibc that brought the version ``name``: (2, 34) for ``GLIBC_2.34``.

    None if it is no version of glibc's, or the private interface between its own libraries
    (``GLIBC_PRIVATE``), which says nothing about how new it must be.
    """
    if found := _GLIBC.fullmatch(name):
        return int(found[1]), int(found[2])
    if name.startswith("GLIBC_ABI_"):
        return _FIRST_ABI_TAG
    return None


def newest_glibc(names: Iterable[str]) -> str | None:
    """Return the one of ``names`` that asks for the newest glibc, None if none asks for any."""
    versions = {name: version for name in names if (version := glibc_version(name))}
    return max(versions, key=versions.__getitem__, default=None)
