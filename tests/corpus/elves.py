"""Files of native code built by code: small, and valid as far as any loader looks."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

MACHINES = {"x86_64": 62, "arm64": 183, "i386": 3, "arm": 40, "riscv": 243, "ppc64": 21, "bpf": 247}
"""e_machine of the System V gABI, chapter 4."""

TYPES = {"REL": 1, "EXEC": 2, "DYN": 3, "CORE": 4}

LOADERS = {"x86_64": "/lib64/ld-linux-x86-64.so.2", "arm64": "/lib/ld-linux-aarch64.so.1"}

BASE = 0x10000
"""The address at which the one segment of a built file is loaded."""

_PT_LOAD, _PT_DYNAMIC, _PT_INTERP = 1, 2, 3
_NEEDED, _STRTAB, _STRSZ, _SONAME, _VERNEED, _VERNEEDNUM = 1, 5, 10, 14, 0x6FFFFFFE, 0x6FFFFFFF
_WEAK = 2


def elf_file(
    machine: str = "x86_64",
    needed: Sequence[str] = ("libc.so.6",),
    glibc: Sequence[str] = (),
    *,
    versions: Sequence[str] = (),
    weak: Sequence[str] = (),
    interpreter: str | None = None,
    soname: str | None = None,
    type: str = "DYN",
    bits: Literal[32, 64] = 64,
    little_endian: bool = True,
    padding: int = 0,
) -> bytes:
    """Return an ELF file with one segment that holds all of it, and ``padding`` bytes at its end.

    ``glibc`` are versions such as "2.34", ``versions`` whole names such as "GLIBC_ABI_DT_RELR";
    ``weak`` are whole names, too, that are only weakly needed. An object file or core dump
    (``type`` REL or CORE) is its header alone.
    """
    shape = _Shape(bits, "<" if little_endian else ">")
    if type in ("REL", "CORE"):
        return shape.header(TYPES[type], MACHINES[machine], segments=0) + bytes(padding)
    strong = [*(f"GLIBC_{version}" for version in glibc), *versions]
    strings = _Strings()
    records = _versions(shape.order, strings, strong, weak)
    tags = [(_NEEDED, strings.add(name)) for name in needed]
    tags += [(_SONAME, strings.add(soname))] if soname else []
    parts = _Parts(shape, 3 if interpreter else 2)
    if interpreter:
        parts.add(_PT_INTERP, interpreter.encode() + b"\0")
    tags += [(_STRTAB, BASE + parts.add(None, strings.content)), (_STRSZ, len(strings.content))]
    if records:
        tags += [(_VERNEED, BASE + parts.add(None, records)), (_VERNEEDNUM, 1)]
    parts.add(_PT_DYNAMIC, b"".join(shape.word(*tag) for tag in [*tags, (0, 0)]))
    return parts.file(TYPES[type], MACHINES[machine], padding)


def static_elf_file(machine: str = "x86_64") -> bytes:
    """Return an executable that needs nothing, such as Go's linker makes."""
    parts = _Parts(_Shape(64, "<"), 1)
    return parts.file(TYPES["EXEC"], MACHINES[machine], padding=64)


@dataclass(frozen=True)
class _Shape:
    """How structures of a class and byte order are packed."""

    bits: int
    order: str

    @property
    def sizes(self) -> tuple[int, int]:
        """Bytes of the file header and of a program header."""
        return (64, 56) if self.bits == 64 else (52, 32)

    def header(self, kind: int, machine: int, segments: int) -> bytes:
        size, entry = self.sizes
        ident = b"\x7fELF" + bytes([self.bits // 32, 1 if self.order == "<" else 2, 1]) + bytes(9)
        words = (kind, machine, 1, BASE, size if segments else 0, 0, 0, size, entry, segments)
        address = "Q" if self.bits == 64 else "I"
        return ident + struct.pack(f"{self.order}HHI3{address}I6H", *words, 0, 0, 0)

    def program_header(self, kind: int, offset: int, size: int) -> bytes:
        address = BASE + offset
        if self.bits == 64:
            words = (kind, 5, offset, address, address, size, size, 8)
            return struct.pack(f"{self.order}IIQQQQQQ", *words)
        words = (kind, offset, address, address, size, size, 5, 4)
        return struct.pack(f"{self.order}IIIIIIII", *words)

    def word(self, *values: int) -> bytes:
        return struct.pack(f"{self.order}{len(values)}{'Q' if self.bits == 64 else 'I'}", *values)


class _Strings:
    """A string table (gABI 4, "String Table"): names end with a zero, the first is empty."""

    def __init__(self) -> None:
        self.content = b"\0"

    def add(self, name: str) -> int:
        start = len(self.content)
        self.content += name.encode() + b"\0"
        return start


class _Parts:
    """The content of a file behind its headers, and the segments that lie in it."""

    def __init__(self, shape: _Shape, segments: int) -> None:
        self.shape = shape
        self.start = shape.sizes[0] + segments * shape.sizes[1]
        self.content = b""
        self.segments: list[tuple[int, int, int]] = []

    def add(self, kind: int | None, content: bytes) -> int:
        """Add ``content``, as a segment if ``kind`` is one, and return its offset in the file."""
        self.content += bytes(-(self.start + len(self.content)) % 8)
        offset = self.start + len(self.content)
        self.content += content
        if kind is not None:
            self.segments.append((kind, offset, len(content)))
        return offset

    def file(self, kind: int, machine: int, padding: int) -> bytes:
        size = self.start + len(self.content) + padding
        segments = [*self.segments, (_PT_LOAD, 0, size)]
        table = b"".join(self.shape.program_header(*segment) for segment in segments)
        header = self.shape.header(kind, machine, len(segments))
        return header + table + self.content + bytes(padding)


def _versions(order: str, strings: _Strings, strong: Sequence[str], weak: Sequence[str]) -> bytes:
    """Return one Verneed record and its Vernaux records (LSB Core 10.7.5), empty if none."""
    names = [*((name, 0) for name in strong), *((name, _WEAK) for name in weak)]
    if not names:
        return b""
    library = strings.add("libc.so.6")
    records = struct.pack(f"{order}HHIII", 1, len(names), library, 16, 0)
    for left, (name, flags) in zip(range(len(names) - 1, -1, -1), names, strict=True):
        step = 16 if left else 0
        records += struct.pack(f"{order}IHHII", 0, flags, 2, strings.add(name), step)
    return records


def macho_file(little_endian: bool = True, bits: Literal[32, 64] = 64) -> bytes:
    """Return a Mach-O dynamic library for arm64 or arm (<mach-o/loader.h>)."""
    order = "<" if little_endian else ">"
    magic, cpu = (0xFEEDFACF, 0x0100000C) if bits == 64 else (0xFEEDFACE, 12)
    return struct.pack(f"{order}7I", magic, cpu, 0, 6, 0, 0, 0x85) + bytes(36)


def fat_macho_file(machines: int = 2) -> bytes:
    """Return a universal binary (<mach-o/fat.h>), which is big-endian on every machine."""
    start = 8 + 20 * machines
    table = b"".join(
        struct.pack(">5I", 0x01000007 + 5 * at, 3, start + 64 * at, 64, 0) for at in range(machines)
    )
    return struct.pack(">2I", 0xCAFEBABE, machines) + table + macho_file() * machines


def pe_file(*, clr: bool = False, plus: bool = True) -> bytes:
    """Return a PE file; with ``clr`` a .NET assembly, which runs on every system.

    A PE32+ file or, without ``plus``, a PE32 one (PE format, "Optional Header").
    """
    stub = b"MZ" + bytes(0x3A) + struct.pack("<I", 0x80) + bytes(0x40)
    directories = bytearray(16 * 8)
    if clr:
        struct.pack_into("<II", directories, 14 * 8, 0x2008, 72)
    optional = struct.pack("<H", 0x20B if plus else 0x10B) + bytes(110 if plus else 94)
    coff = struct.pack("<HHIIIHH", 0x8664, 0, 0, 0, 0, len(optional) + len(directories), 0x2022)
    return stub + b"PE\0\0" + coff + optional + bytes(directories)


def java_class_file(major: int = 61) -> bytes:
    """Return a class file of the version ``major``: 61 is Java 17 (JVM specification, 4.1)."""
    return struct.pack(">IHH", 0xCAFEBABE, 0, major) + bytes(16)


LFS_POINTER = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)
"""What a checkout without git-lfs has in place of a file (git-lfs, docs/spec.md)."""
