"""An ELF file says what it needs, in every class and byte order."""

import io
from typing import Any, Literal

import pytest
from elftools.elf.dynamic import DynamicSegment
from elftools.elf.elffile import ELFFile
from elftools.elf.segments import InterpSegment
from hypothesis import given
from hypothesis import strategies as st

from layerlift.inspecting.native.elf import Elf, ElfType, read_elf
from tests.corpus.elves import BASE, LOADERS, elf_file, static_elf_file
from tests.unit.inspecting.native.content import Content
from tests.unit.inspecting.native.patching import (
    HEADER,
    PROGRAM_HEADER,
    RICH,
    SONAME,
    STRSZ,
    STRTAB,
    changed,
    value_of,
    with_value,
)

BITS: tuple[Literal[32, 64], ...] = (32, 64)


def read(content: bytes) -> Elf:
    return read_elf(Content(content))


@pytest.mark.parametrize("little_endian", [True, False])
@pytest.mark.parametrize("bits", BITS)
def test_every_class_and_byte_order_is_read(bits: Literal[32, 64], little_endian: bool) -> None:
    content = elf_file(
        "arm64",
        ("libm.so.6", "libc.so.6"),
        ("2.17", "2.34"),
        versions=("GLIBCXX_3.4.29",),
        interpreter="/lib/ld-linux-aarch64.so.1",
        soname="libx.so.1",
        bits=bits,
        little_endian=little_endian,
    )
    assert read(content) == Elf(
        machine="arm64",
        machine_name="arm64",
        bits=bits,
        little_endian=little_endian,
        type=ElfType.DYN,
        interpreter="/lib/ld-linux-aarch64.so.1",
        needed=("libm.so.6", "libc.so.6"),
        soname="libx.so.1",
        symbol_versions=("GLIBC_2.17", "GLIBC_2.34", "GLIBCXX_3.4.29"),
    )


@pytest.mark.parametrize(
    ("machine", "of_lambda", "name"),
    [
        ("x86_64", "x86_64", "x86_64"),
        ("arm64", "arm64", "arm64"),
        ("i386", None, "i386"),
        ("arm", None, "arm"),
        ("riscv", None, "riscv"),
    ],
)
def test_the_machine_is_named_as_lambda_names_it(
    machine: str, of_lambda: str | None, name: str
) -> None:
    elf = read(elf_file(machine))
    assert (elf.machine, elf.machine_name) == (of_lambda, name)


def test_a_machine_without_a_name_is_shown_by_its_number() -> None:
    assert read(changed(RICH, 18, "H", 0x1234)).machine_name == "machine 4660"


@pytest.mark.parametrize(
    ("abi", "system"),
    [(0, "Linux"), (3, "Linux"), (9, "FreeBSD"), (12, "OpenBSD"), (77, "the system 77")],
)
def test_the_system_is_told_by_its_abi(abi: int, system: str) -> None:
    assert read(changed(RICH, 7, "B", abi)).system == system


@pytest.mark.parametrize("kind", ["REL", "CORE"])
def test_what_nobody_loads_is_read_no_further_than_its_header(kind: str) -> None:
    content = Content(elf_file(type=kind, padding=100_000))
    elf = read_elf(content)
    assert (elf.type, elf.is_loadable) == (ElfType(kind), False)
    assert len(content.reads) == 1


def test_a_static_executable_needs_nothing() -> None:
    elf = read(static_elf_file())
    assert (elf.type, elf.interpreter, elf.needed) == (ElfType.EXEC, None, ())
    assert (elf.libc, elf.glibc) == (None, None)


@pytest.mark.parametrize(
    ("versions", "glibc", "symbol"),
    [
        (("GLIBC_2.4", "GLIBC_2.17", "GLIBC_2.2.5"), (2, 17), "GLIBC_2.17"),
        (("GLIBC_2.9", "GLIBC_2.10"), (2, 10), "GLIBC_2.10"),
        (("GLIBC_2.34", "GLIBC_PRIVATE"), (2, 34), "GLIBC_2.34"),
        (("GLIBC_2.2.5", "GLIBC_ABI_DT_RELR"), (2, 36), "GLIBC_ABI_DT_RELR"),
        (("GLIBC_ABI_DT_RELR", "GLIBC_2.38"), (2, 38), "GLIBC_2.38"),
        (("GLIBCXX_3.4.30", "GCC_3.0", "OPENSSL_3.0.0"), None, None),
        (("GLIBC_PRIVATE",), None, None),
        (("GLIBC_2.", "GLIBC_x", "GLIBC_2.99999999", "XGLIBC_2.40"), None, None),
        ((), None, None),
    ],
)
def test_the_newest_version_of_a_symbol_says_which_glibc_it_takes(
    versions: tuple[str, ...], glibc: tuple[int, int] | None, symbol: str | None
) -> None:
    elf = read(elf_file(versions=versions))
    assert (elf.glibc, elf.newest_glibc_symbol) == (glibc, symbol)


def test_a_version_that_is_only_weakly_needed_is_not_needed() -> None:
    elf = read(elf_file(glibc=("2.17",), weak=("GLIBC_2.39",)))
    assert elf.symbol_versions == ("GLIBC_2.17",)


@pytest.mark.parametrize(
    ("needed", "interpreter", "libc"),
    [
        (("libc.so.6",), None, "glibc"),
        (("libm.so.6", "ld-linux-aarch64.so.1"), None, "glibc"),
        ((), "/lib64/ld-linux-x86-64.so.2", "glibc"),
        (("libc.musl-x86_64.so.1",), None, "musl"),
        (("libc.so",), None, "musl"),
        ((), "/lib/ld-musl-aarch64.so.1", "musl"),
        (("libz.so.1",), None, None),
        ((), None, None),
    ],
)
def test_the_libraries_tell_the_libc(
    needed: tuple[str, ...], interpreter: str | None, libc: str | None
) -> None:
    assert read(elf_file(needed=needed, interpreter=interpreter)).libc == libc


def test_symbol_versions_of_glibc_tell_it_where_the_library_is_not_named() -> None:
    assert read(elf_file(needed=("libc.so",), glibc=("2.17",))).libc == "glibc"


def test_stripped_and_damaged_section_headers_do_not_matter() -> None:
    damaged = changed(RICH, 40, "Q", 2**63)
    damaged = changed(damaged, 58, "HHH", 64, 65_535, 65_535)
    assert read(damaged) == read(RICH)


def test_program_headers_may_have_been_moved_to_the_end() -> None:
    table = RICH[HEADER : HEADER + 3 * PROGRAM_HEADER]
    moved = RICH + bytes(8_000) + table
    moved = changed(moved, 32, "Q", len(moved) - len(table))
    assert read(moved) == read(RICH)


@pytest.mark.parametrize("distance", [10, 100_000, 9_000_000, 20_000_000])
def test_names_may_lie_far_apart(distance: int) -> None:
    content = elf_file(soname="near.so", padding=distance + 100)
    strings = value_of(content, STRTAB) - BASE
    content = with_value(content, STRSZ, len(content) - strings)
    content = with_value(content, SONAME, value_of(content, STRSZ) - 20)
    content = content[:-20] + b"far.so".ljust(20, b"\0")
    counted = Content(content)
    elf = read_elf(counted)
    assert (elf.needed, elf.soname) == (("libc.so.6",), "far.so")
    assert max(counted.reads) < 2**23 + 2**12


def test_a_name_that_is_no_text_is_shown_escaped() -> None:
    content = RICH.replace(b"libm.so.6", b"lib\xff.so.6")
    assert read(content).needed[0] == r"lib\xff.so.6"


@given(
    needed=st.lists(st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=30)),
    minors=st.lists(st.integers(0, 99), max_size=12),
    machine=st.sampled_from(["x86_64", "arm64", "i386", "ppc64"]),
    bits=st.sampled_from(BITS),
    little_endian=st.booleans(),
    interpreter=st.none() | st.sampled_from(sorted(LOADERS.values())),
    soname=st.none() | st.just("libx.so.1"),
)
def test_pyelftools_reads_the_same(**choices: Any) -> None:
    minors = choices.pop("minors")
    content = elf_file(glibc=[f"2.{minor}" for minor in minors], **choices)
    oracle, elf = ELFFile(io.BytesIO(content)), read(content)
    segments = list(oracle.iter_segments())
    (dynamic,) = (segment for segment in segments if isinstance(segment, DynamicSegment))
    loaders = [segment for segment in segments if isinstance(segment, InterpSegment)]
    assert elf.bits == oracle.elfclass
    assert elf.little_endian == oracle.little_endian
    assert elf.interpreter == (loaders[0].get_interp_name() if loaders else None)
    needed: list[Any] = list(dynamic.iter_tags("DT_NEEDED"))
    sonames: list[Any] = list(dynamic.iter_tags("DT_SONAME"))
    assert list(elf.needed) == [tag.needed for tag in needed]
    assert elf.soname == (sonames[0].soname if sonames else None)
    assert elf.glibc == max(((2, minor) for minor in minors), default=None)
