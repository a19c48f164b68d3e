"""Recognising native code by its first bytes."""

import re
import struct
from enum import StrEnum

from layerlift.inspecting.native.elf_structures import MAGIC

RECOGNISED_BYTES = 4_096
"""With this much of a file at hand it is recognised for sure: a PE header comes after a DOS stub
of a few hundred bytes at most."""

# <mach-o/loader.h>: MH_MAGIC and MH_MAGIC_64, as written by either byte order.
_MACHO = frozenset(
    {b"\xfe\xed\xfa\xce", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"\xcf\xfa\xed\xfe"}
)

# <mach-o/fat.h>: FAT_MAGIC and FAT_MAGIC_64, always big-endian. A Java class has the first, too.
_FAT = frozenset({b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"})

_MAGICS = frozenset({MAGIC, *_MACHO, *_FAT})
_DOS = b"MZ"
"""PE format, "MS-DOS Stub": what it begins with."""

_MAX_FAT_ARCHITECTURES = 44
"""A class file has its minor and major version where a universal binary counts its machines, and
the first major version was 45 (Java Virtual Machine Specification, 4.1)."""

# PE format, "MS-DOS Stub": where a DOS header points to the PE header; "Optional Header Data
# Directories": the CLR header is the 15th directory, after 96 (PE32) or 112 (PE32+) bytes.
_POINTER_TO_PE = 0x3C
_COFF_BYTES = 24
_DIRECTORIES = {0x10B: 96, 0x20B: 112}
_CLR_DIRECTORY = 14


_IS_LOADED = re.compile(
    r"(?:bin|extensions|lib)/|(?:.*/)?(?:[^./]+|.+\.(?:bundle|dylib|node|so(?:\.\d+)*))\Z"
)
"""Paths of what a system runs or loads, going by its folder or its name."""


class BinaryFormat(StrEnum):
    """Formats of native code."""

    ELF = "ELF"
    MACHO = "Mach-O"
    PE = "PE"


_HEADER_BYTES = {BinaryFormat.ELF: 52, BinaryFormat.MACHO: 28, BinaryFormat.PE: 0}
"""The smallest headers: Elf32_Ehdr (gABI 4), mach_header (<mach-o/loader.h>). What is recognised
as PE has its header."""


def recognise_file(path: str, head: bytes) -> BinaryFormat | None:
    """Return the format of the native code at ``path`` that begins with ``head``, None if none.

    A file that ends within its header is native code that was cut off only where code lies;
    elsewhere it is data that begins alike, such as the list of magic numbers of some parser.
    """
    form = recognise(head)
    if form is None or len(head) >= _HEADER_BYTES[form] or _IS_LOADED.match(path):
        return form
    return None


def recognise(head: bytes) -> BinaryFormat | None:
    """Return the format of the native code that begins with ``head``, None if it is none.

    ``head`` may be short: eight bytes tell ELF and Mach-O, a PE file takes RECOGNISED_BYTES.
    A .NET assembly is a PE file, but of code that runs on every system: it is none, either.
    """
    magic = head[:4]
    if magic not in _MAGICS and magic[:2] != _DOS:
        return None
    if magic == MAGIC:
        return BinaryFormat.ELF
    if magic in _MACHO or (magic in _FAT and _counts_machines(head)):
        return BinaryFormat.MACHO
    return BinaryFormat.PE if magic[:2] == _DOS and _is_native_pe(head) else None


def _counts_machines(head: bytes) -> bool:
    return len(head) >= 8 and 0 < int.from_bytes(head[4:8]) <= _MAX_FAT_ARCHITECTURES


def _is_native_pe(head: bytes) -> bool:
    if len(head) < _POINTER_TO_PE + 4:
        return False
    (start,) = struct.unpack_from("<I", head, _POINTER_TO_PE)
    return head[start : start + 4] == b"PE\0\0" and not _is_assembly(head, start + _COFF_BYTES)


def _is_assembly(head: bytes, optional_header: int) -> bool:
    """Whether it has a CLR header: then it is an assembly (ECMA-335, II.25.2.3.3)."""
    if len(head) < optional_header + 2:
        return False
    (magic,) = struct.unpack_from("<H", head, optional_header)
    directories = _DIRECTORIES.get(magic)
    if directories is None:
        return False
    directory = optional_header + directories + 8 * _CLR_DIRECTORY
    return any(head[directory : directory + 8])
