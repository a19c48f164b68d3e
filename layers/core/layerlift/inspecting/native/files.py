"""Files of native code: which format, and what an ELF file says it needs."""

from dataclasses import dataclass

from layerlift.inspecting.native.content import RandomAccess
from layerlift.inspecting.native.elf import Elf, MalformedElf, read_elf
from layerlift.inspecting.native.formats import BinaryFormat

__all__ = ["BinaryFormat", "NativeFile", "RandomAccess", "read_native"]


@dataclass(frozen=True, slots=True)
class NativeFile:
    """``size`` is in bytes.

    ``elf`` is None for another format, and for an ELF file that is malformed: see ``problem``.
    """

    path: str
    format: BinaryFormat
    elf: Elf | None = None
    problem: str | None = None
    size: int = 0


def read_native(path: str, content: RandomAccess, binary_format: BinaryFormat) -> NativeFile:
    """Read what the file at ``path``, recognised as ``binary_format``, needs of a system.

    Of Mach-O and PE files nothing is read: Lambda can load none of them.
    """
    if binary_format is not BinaryFormat.ELF:
        return NativeFile(path, binary_format, size=content.size)
    try:
        return NativeFile(path, binary_format, elf=read_elf(content), size=content.size)
    except MalformedElf as malformed:
        return NativeFile(path, binary_format, problem=str(malformed), size=content.size)
