"""What an ELF file says it needs: machine, loader, libraries and symbol versions.

Only what the kernel and the dynamic loader read is read here: the file header, the program headers
and, through them, the dynamic section (System V gABI, chapters 4 and 5). Section headers serve
linkers and debuggers; stripped or damaged ones keep nobody from loading a file.

Hostile files are expected: every count, size, offset and chain is bounded before it is followed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from layerlift.inspecting.native.content import RandomAccess
from layerlift.inspecting.native.elf_structures import (
    PT_DYNAMIC,
    PT_INTERP,
    Header,
    Layout,
    MalformedElf,
    Segment,
    exactly,
    place_of,
    read_header,
    read_segments,
)
from layerlift.inspecting.native.machines import LINUX, Machine, machine_of, name_of, system_of
from layerlift.inspecting.native.symbol_versions import (
    MAX_VERSION_BYTES,
    glibc_version,
    needed_names,
    newest_glibc,
)

__all__ = ["Elf", "ElfType", "Libc", "MalformedElf", "read_elf"]

_HEAD_BYTES = 4_096
"""The file header and, unless a tool such as patchelf moved them, the program headers."""

_MAX_DYNAMIC_BYTES = 65_536
"""Room for 4,096 entries; a linker writes some thirty, and one more for each library."""

_MAX_NAME_BYTES = 4_096
"""PATH_MAX (limits.h): no longer name of a library or loader can be opened."""

_MAX_STRINGS_BYTES = 8_388_608
"""How much of a string table is read at once; that of a large C++ library has some megabytes."""

_MAX_NAMES = 1_024
"""Libraries and symbol versions: programs of a hundred libraries are known, not of a thousand."""

_MAX_NAMES_BYTES = 65_536
"""All names of a file together. They are kept while the layer is inspected, and names may share
their bytes in the file, so that a small file could otherwise claim any amount of memory."""

# gABI 5, "Dynamic Section", and LSB 10.7 for DT_VERNEED.
_DT_NULL, _DT_NEEDED, _DT_STRTAB, _DT_STRSZ, _DT_SONAME, _DT_VERNEED = 0, 1, 5, 10, 14, 0x6FFFFFFE

Libc = Literal["glibc", "musl"]


class ElfType(StrEnum):
    """What a file is for (gABI 4, e_type). Nobody loads a REL, a CORE or an OTHER."""

    REL = "REL"
    EXEC = "EXEC"
    DYN = "DYN"
    CORE = "CORE"
    OTHER = "OTHER"


_TYPES = {1: ElfType.REL, 2: ElfType.EXEC, 3: ElfType.DYN, 4: ElfType.CORE}


@dataclass(frozen=True, slots=True)
class Elf:
    """What an ELF file says of itself.

    ``machine`` is AWS's name of the architecture, None for one that Lambda does not have;
    ``system`` is LINUX, or the usual name of another one.
    ``symbol_versions`` are those without which the loader refuses the file, such as
    ``GLIBC_2.34``, each once, in the file's order.
    """

    machine: Machine | None
    machine_name: str
    bits: Literal[32, 64]
    little_endian: bool
    type: ElfType
    system: str = LINUX
    interpreter: str | None = None
    needed: tuple[str, ...] = ()
    soname: str | None = None
    symbol_versions: tuple[str, ...] = ()

    @property
    def is_loadable(self) -> bool:
        """Whether it is of a type that the kernel or the loader takes at all."""
        return self.type in (ElfType.EXEC, ElfType.DYN)

    @property
    def newest_glibc_symbol(self) -> str | None:
        """The symbol version that asks for the newest glibc, such as ``GLIBC_2.34``."""
        return newest_glibc(self.symbol_versions)

    @property
    def glibc(self) -> tuple[int, int] | None:
        """The oldest glibc that has all symbol versions it needs, such as (2, 34)."""
        newest = self.newest_glibc_symbol
        return None if newest is None else glibc_version(newest)

    @property
    def libc(self) -> Libc | None:
        """Which C library it is linked with; None if with none, or one that it brings within.

        musl's are ``libc.musl-ARCH.so.1`` and ``ld-musl-ARCH.so.1`` or, linked outside of Alpine,
        plain ``libc.so`` (https://wiki.musl-libc.org/guidelines-for-distributions.html).
        """
        libraries = (*self.needed, (self.interpreter or "").rpartition("/")[2])
        if any(name.startswith(("libc.musl-", "ld-musl-")) for name in libraries):
            return "musl"
        if any(name.startswith(("libc.so.6", "ld-linux")) for name in libraries):
            return "glibc"
        if self.newest_glibc_symbol:
            return "glibc"
        return "musl" if "libc.so" in libraries else None


@dataclass(slots=True)
class _Dynamic:
    """What the dynamic section holds: offsets into the string table, and addresses."""

    needed: list[int]
    tags: dict[int, int]


def read_elf(content: RandomAccess) -> Elf:
    """Read the ELF file ``content`` in a handful of ranges.

    Raises MalformedElf for what is truncated, contradicts itself or can be loaded by no loader.
    Files that nobody loads (object files, core dumps) are read no further than their header.
    """
    head = content.read(0, _HEAD_BYTES)
    header = read_header(head)
    elf = Elf(
        machine=machine_of(header.machine),
        machine_name=name_of(header.machine),
        bits=header.layout.bits,
        little_endian=header.layout.order == "<",
        type=_TYPES.get(header.type, ElfType.OTHER),
        system=system_of(header.abi),
    )
    return _with_needs(elf, content, head, header) if elf.is_loadable else elf


def _with_needs(elf: Elf, content: RandomAccess, head: bytes, header: Header) -> Elf:
    segments = read_segments(content, head, header)
    interpreter = _interpreter(content, segments)
    dynamic = _dynamic(content, segments, header.layout)
    versions = tuple(_versions(content, segments, dynamic, header.layout))
    soname = dynamic.tags.get(_DT_SONAME)
    wanted = [*dynamic.needed, *versions, *(() if soname is None else (soname,))]
    names = _names(content, segments, dynamic, wanted)
    return replace(
        elf,
        interpreter=interpreter,
        needed=tuple(names[at] for at in dynamic.needed),
        soname=None if soname is None else names[soname],
        symbol_versions=tuple(dict.fromkeys(names[at] for at in versions)),
    )


def _segment(segments: Sequence[Segment], kind: int) -> Segment | None:
    return next((found for found in segments if found.type == kind and found.size), None)


def _interpreter(content: RandomAccess, segments: Sequence[Segment]) -> str | None:
    """Return the path of the loader that an executable names (gABI 5, "Program Interpreter")."""
    segment = _segment(segments, PT_INTERP)
    if segment is None:
        return None
    if segment.size > _MAX_NAME_BYTES:
        raise MalformedElf(f"the name of its loader has {segment.size} bytes")
    return _name(exactly(content, segment.offset, segment.size, "the name of its loader"), 0)


def _dynamic(content: RandomAccess, segments: Sequence[Segment], layout: Layout) -> _Dynamic:
    """Read the dynamic section; that of a static executable is empty."""
    dynamic = _Dynamic(needed=[], tags={})
    segment = _segment(segments, PT_DYNAMIC)
    if segment is None:
        return dynamic
    if segment.size > _MAX_DYNAMIC_BYTES:
        raise MalformedElf(f"its dynamic section has {segment.size} bytes")
    whole = segment.size - segment.size % layout.dynamic.size
    entries = exactly(content, segment.offset, whole, "the dynamic section")
    for tag, value in layout.dynamic.iter_unpack(entries):
        if tag == _DT_NULL:
            break
        if tag == _DT_NEEDED:
            dynamic.needed.append(value)
        else:
            dynamic.tags[tag] = value
    return dynamic


def _versions(
    content: RandomAccess, segments: Sequence[Segment], dynamic: _Dynamic, layout: Layout
) -> Iterator[int]:
    address = dynamic.tags.get(_DT_VERNEED)
    if address is None:
        return
    offset, available = place_of(address, segments)
    length = min(available, MAX_VERSION_BYTES)
    records = exactly(content, offset, length, "the list of needed symbol versions")
    yield from needed_names(records, layout.order)


def _names(
    content: RandomAccess, segments: Sequence[Segment], dynamic: _Dynamic, wanted: Iterable[int]
) -> dict[int, str]:
    """Return the strings that begin at the offsets ``wanted`` of the string table (gABI 4)."""
    offsets = sorted(set(wanted))
    if not offsets:
        return {}
    if _DT_STRTAB not in dynamic.tags:
        raise MalformedElf("its dynamic section names libraries but no string table")
    start, available = place_of(dynamic.tags[_DT_STRTAB], segments)
    end = min(available, dynamic.tags.get(_DT_STRSZ, available))
    if offsets[-1] >= end:
        raise MalformedElf("a name that it needs lies outside of its string table")
    if len(offsets) > _MAX_NAMES:
        raise MalformedElf(f"it needs {len(offsets)} libraries and symbol versions")
    names: dict[int, str] = {}
    for first, last in _stretches(offsets):
        length = min(last + _MAX_NAME_BYTES, end) - first
        strings = exactly(content, start + first, length, "the string table")
        names |= {at: _name(strings, at - first) for at in offsets if first <= at <= last}
    if sum(map(len, names.values())) > _MAX_NAMES_BYTES:
        raise MalformedElf("the names of the libraries that it needs are too long")
    return names


def _stretches(offsets: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of the sorted ``offsets`` that one bounded read can cover."""
    first = last = offsets[0]
    for offset in offsets:
        if offset - first > _MAX_STRINGS_BYTES:
            yield first, last
            first = offset
        last = offset
    yield first, last


def _name(strings: bytes, start: int) -> str:
    end = strings.find(b"\0", start, start + _MAX_NAME_BYTES)
    if end < 0:
        raise MalformedElf("a name in it does not end")
    return strings[start:end].decode(errors="backslashreplace")
