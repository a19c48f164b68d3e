"""The structures of an ELF file that say where in the file the rest lies.

Sections are those of the System V gABI: chapter 4 for the file header, chapter 5 for program
headers. Nothing read here is trusted: what lies outside of the file is malformed.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from layerlift.inspecting.native.content import RandomAccess

MAGIC = b"\x7fELF"

_MAX_PROGRAM_HEADER_BYTES = 65_536
"""The kernel loads no executable with more (Linux, fs/binfmt_elf.c, load_elf_phdrs)."""

_EI_OSABI = 7

PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3

_READ = frozenset({PT_LOAD, PT_DYNAMIC, PT_INTERP})


class MalformedElf(ValueError):
    """The file is no ELF file that could be loaded. The text is a sentence without full stop."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the structures are packed in one class (``bits``) and byte order (``<`` or ``>``)."""

    bits: Literal[32, 64]
    order: Literal["<", ">"]
    header: struct.Struct
    program_header: struct.Struct
    dynamic: struct.Struct
    places: tuple[int, int, int]
    """Where p_offset, p_vaddr and p_filesz stand among the fields of a program header."""


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of the file header that a loader reads. ``table`` are the program headers."""

    layout: Layout
    abi: int
    type: int
    machine: int
    table: int
    entry_size: int
    entries: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A program header: ``size`` bytes at ``offset`` in the file, at ``address`` in memory."""

    type: int
    offset: int
    address: int
    size: int


def _layout(bits: Literal[32, 64], order: Literal["<", ">"]) -> Layout:
    words = ("HHIQQQIHHH", "IIQQQQQQ", "QQ") if bits == 64 else ("HHIIIIIHHH", "IIIIIIII", "II")
    header, program_header, dynamic = (struct.Struct(order + fields) for fields in words)
    places = (2, 3, 5) if bits == 64 else (1, 2, 4)
    return Layout(bits, order, header, program_header, dynamic, places)


# e_ident[EI_CLASS] and e_ident[EI_DATA] (gABI 4, "ELF Identification").
_LAYOUTS = {
    b"\x01\x01": _layout(32, "<"),
    b"\x01\x02": _layout(32, ">"),
    b"\x02\x01": _layout(64, "<"),
    b"\x02\x02": _layout(64, ">"),
}


def read_header(head: bytes) -> Header:
    """Read the file header (gABI 4, "ELF Header") off the first bytes of a file.

    Raises MalformedElf if it is none, of an unknown class or byte order, or cut off.
    """
    if not head.startswith(MAGIC):
        raise MalformedElf("it does not begin with the four bytes of an ELF file")
    layout = _LAYOUTS.get(head[4:6])
    if layout is None:
        raise MalformedElf("its header names an unknown class or byte order")
    if len(head) < 16 + layout.header.size:
        raise MalformedElf("it ends within its header")
    fields = layout.header.unpack_from(head, 16)
    return Header(layout, head[_EI_OSABI], fields[0], fields[1], fields[4], fields[8], fields[9])


def exactly(content: RandomAccess, offset: int, length: int, what: str) -> bytes:
    """Return ``length`` bytes from ``offset``. Raises MalformedElf, naming ``what``, if outside."""
    if offset + length > content.size:
        raise MalformedElf(f"it is cut off: {what} ends beyond the end of the file")
    found = content.read(offset, length)
    if len(found) < length:
        raise MalformedElf(f"it is cut off within {what}")
    return found


def read_segments(content: RandomAccess, head: bytes, header: Header) -> tuple[Segment, ...]:
    """Read the program headers that a loader follows (gABI 5, "Program Header").

    ``head`` are the first bytes of the file, read already. Raises MalformedElf if the table or
    one of its segments lies outside of the file.
    """
    layout = header.layout
    length = header.entries * header.entry_size
    if not length or header.entry_size != layout.program_header.size:
        raise MalformedElf("it has no program headers, so that nothing of it can be loaded")
    if length > _MAX_PROGRAM_HEADER_BYTES:
        raise MalformedElf(f"it claims {header.entries} program headers")
    table = head[header.table : header.table + length]
    if len(table) < length:
        table = exactly(content, header.table, length, "the table of program headers")
    offset, address, size = layout.places
    segments = tuple(
        Segment(fields[0], fields[offset], fields[address], fields[size])
        for fields in layout.program_header.iter_unpack(table)
        if fields[0] in _READ
    )
    for segment in segments:
        if segment.size and segment.offset + segment.size > content.size:
            raise MalformedElf("it is cut off: a segment ends beyond the end of the file")
    return segments


def place_of(address: int, segments: Sequence[Segment]) -> tuple[int, int]:
    """Return the file offset of ``address``, and how many bytes of its segment begin there.

    Raises MalformedElf if no segment loads that address from the file (gABI 5, "Base Address").
    """
    for segment in segments:
        into = address - segment.address
        if segment.type == PT_LOAD and 0 <= into < segment.size:
            return segment.offset + into, segment.size - into
    raise MalformedElf(f"it refers to the address {address:#x}, which it does not load")
