"""Native code is recognised by its first bytes, and nothing else is taken for it."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.inspecting.native.files import BinaryFormat, NativeFile, read_native
from layerlift.inspecting.native.formats import RECOGNISED_BYTES, recognise, recognise_file
from tests.corpus.elves import elf_file, fat_macho_file, java_class_file, macho_file, pe_file
from tests.unit.inspecting.native.content import Content


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (elf_file(), BinaryFormat.ELF),
        (elf_file("i386", bits=32), BinaryFormat.ELF),
        (b"\x7fELF", BinaryFormat.ELF),
        (macho_file(), BinaryFormat.MACHO),
        (macho_file(little_endian=False), BinaryFormat.MACHO),
        (macho_file(bits=32), BinaryFormat.MACHO),
        (macho_file(little_endian=False, bits=32), BinaryFormat.MACHO),
        (fat_macho_file(), BinaryFormat.MACHO),
        (fat_macho_file(1), BinaryFormat.MACHO),
        (fat_macho_file(5), BinaryFormat.MACHO),
        (b"\xca\xfe\xba\xbf" + fat_macho_file()[4:], BinaryFormat.MACHO),
        (pe_file(), BinaryFormat.PE),
        (pe_file(plus=False), BinaryFormat.PE),
    ],
)
def test_native_code_is_recognised(content: bytes, expected: BinaryFormat) -> None:
    assert recognise(content[:RECOGNISED_BYTES]) is expected


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x7f",
        b"\x7fEL",
        b"#!/bin/sh\n",
        b"PK\x03\x04",
        b"!<arch>\n",
        *(java_class_file(major) for major in (45, 52, 61, 69)),
        b"\xca\xfe\xba\xbe",
        b"\xca\xfe\xba\xbe\0\0\0\0",
        b"MZ",
        b"MZ is how this text begins, and it goes on for quite a while so that a header fits in",
        b"MZ" + bytes(58) + struct.pack("<I", 2**32 - 1) + bytes(64),
        b"MZ" + bytes(58) + struct.pack("<I", 64) + b"NE\0\0",
    ],
)
def test_what_only_looks_like_native_code_is_none(content: bytes) -> None:
    assert recognise(content) is None


@pytest.mark.parametrize("plus", [True, False])
def test_a_dotnet_assembly_is_no_native_code(plus: bool) -> None:
    assert recognise(pe_file(clr=True, plus=plus)) is None


@pytest.mark.parametrize("content", [elf_file()[:4], elf_file()[:51], macho_file()[:27]])
def test_a_cut_header_is_native_code_only_where_code_lies(content: bytes) -> None:
    for path in ("python/elftools/magic.bin", "python/lib/python3.13/site-packages/a/x.bin"):
        assert recognise_file(path, content) is None
    for path in ("bin/a.x", "lib/a", "extensions/a", "bootstrap", "python/a/x.so", "a/b.node"):
        assert recognise_file(path, content) is recognise(content) is not None
    for path in ("lib/libz.so.1.3", "python/a/tool", "python/a/x.dylib", "ruby/a.bundle"):
        assert recognise_file(path, content) is recognise(content)


@pytest.mark.parametrize(
    "content", [elf_file("i386", bits=32)[:52], macho_file(bits=32), pe_file()]
)
def test_a_whole_header_is_native_code_wherever_it_lies(content: bytes) -> None:
    assert recognise_file("python/a/data.bin", content) is recognise(content) is not None


@given(st.sampled_from([elf_file(), macho_file(), fat_macho_file(), pe_file(clr=True)]), st.data())
def test_any_head_however_short_is_judged(content: bytes, data: st.DataObject) -> None:
    head = bytearray(content[: data.draw(st.integers(0, 400))])
    for at in data.draw(st.lists(st.integers(0, 399), max_size=4)):
        head[at : at + 1] = data.draw(st.binary(max_size=2))
    assert recognise(bytes(head)) in (None, *BinaryFormat)


def test_an_elf_file_is_read() -> None:
    content = elf_file(glibc=("2.17",))
    file = read_native("lib/libx.so", Content(content), BinaryFormat.ELF)
    assert file.elf is not None
    assert (file.elf.glibc, file.problem, file.size) == ((2, 17), None, len(content))


def test_a_malformed_elf_file_keeps_why() -> None:
    file = read_native("lib/libx.so", Content(elf_file()[:40]), BinaryFormat.ELF)
    assert file == NativeFile(
        "lib/libx.so", BinaryFormat.ELF, None, "it ends within its header", 40
    )


@pytest.mark.parametrize("binary_format", [BinaryFormat.MACHO, BinaryFormat.PE])
def test_nothing_is_read_of_other_formats(binary_format: BinaryFormat) -> None:
    content = Content(pe_file())
    file = read_native("lib/x.dll", content, binary_format)
    assert file == NativeFile("lib/x.dll", binary_format, size=content.size)
    assert content.reads == []
