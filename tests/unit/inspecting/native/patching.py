"""An ELF file that has everything, and the means to damage it."""

import itertools
import struct

from tests.corpus.elves import LOADERS, elf_file

HEADER = 64
PROGRAM_HEADER = 56
NEEDED, STRTAB, STRSZ, SONAME, VERNEED = 1, 5, 10, 14, 0x6FFFFFFE

RICH = elf_file(
    needed=("libm.so.6", "libc.so.6"),
    glibc=("2.2.5", "2.17"),
    interpreter=LOADERS["x86_64"],
    soname="libx.so.1",
    padding=64,
)


def changed(content: bytes, at: int, shape: str, *values: int) -> bytes:
    buffer = bytearray(content)
    struct.pack_into(f"<{shape}", buffer, at, *values)
    return bytes(buffer)


def dynamic_value(content: bytes, wanted: int) -> int:
    """Return where in the file the value of a tag of the dynamic section stands."""
    segments = (HEADER + PROGRAM_HEADER * at for at in range(3))
    dynamic = next(at for at in segments if struct.unpack_from("<I", content, at) == (2,))
    start: int = struct.unpack_from("<Q", content, dynamic + 8)[0]
    tags = itertools.count(start, 16)
    return next(at + 8 for at in tags if struct.unpack_from("<Q", content, at) == (wanted,))


def value_of(content: bytes, tag: int) -> int:
    value: int = struct.unpack_from("<Q", content, dynamic_value(content, tag))[0]
    return value


def with_value(content: bytes, tag: int, value: int) -> bytes:
    return changed(content, dynamic_value(content, tag), "Q", value)


def without(content: bytes, tag: int) -> bytes:
    """Return the file with a tag that nobody reads (DT_DEBUG) in place of ``tag``."""
    return changed(content, dynamic_value(content, tag) - 8, "Q", 21)
