"""A file that is no sound ELF file is malformed; nothing else ever comes of it."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.inspecting.native.elf import Elf, MalformedElf, read_elf
from tests.corpus.elves import BASE, elf_file
from tests.unit.inspecting.native.content import Content
from tests.unit.inspecting.native.patching import (
    HEADER,
    NEEDED,
    RICH,
    STRSZ,
    STRTAB,
    VERNEED,
    changed,
    dynamic_value,
    value_of,
    with_value,
    without,
)

MAX_READS = 48
"""Header, program headers, loader, dynamic section, versions, and 250 MB of names in stretches."""


def read(content: bytes) -> Elf:
    return read_elf(Content(content))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "does not begin"),
        (b"\x7fEL", "does not begin"),
        (b"MZ" + RICH[2:], "does not begin"),
        (changed(RICH, 4, "B", 3), "unknown class"),
        (changed(RICH, 5, "B", 0), "unknown class or byte order"),
        (RICH[:50], "ends within its header"),
        (changed(RICH, 56, "H", 0), "no program headers"),
        (changed(RICH, 54, "H", 32), "no program headers"),
        (changed(RICH, 56, "H", 65_535), "claims 65535 program headers"),
        (changed(RICH, 32, "Q", len(RICH)), "table of program headers ends beyond"),
        (changed(RICH, 32, "Q", 2**64 - 1), "table of program headers ends beyond"),
        (RICH[:-1], "a segment ends beyond"),
        (RICH[:300], "a segment ends beyond"),
        (changed(RICH, HEADER + 32, "Q", 5_000) + bytes(5_000), "its loader has 5000 bytes"),
        (changed(RICH, HEADER + 32, "Q", 4), "a name in it does not end"),
        (with_value(RICH, STRTAB, 0), "address 0x0, which it does not load"),
        (with_value(RICH, STRTAB, 2**64 - 1), "which it does not load"),
        (without(RICH, STRTAB), "no string table"),
        (with_value(RICH, STRSZ, 3), "outside of its string table"),
        (with_value(RICH, NEEDED, 10**6), "outside of its string table"),
        (with_value(RICH, STRSZ, value_of(RICH, STRSZ) - 1), "a name in it does not end"),
        (with_value(RICH, VERNEED, 1), "which it does not load"),
        (with_value(RICH, VERNEED, BASE + len(RICH) - 4), "versions does not end"),
    ],
)
def test_what_contradicts_itself_is_malformed(content: bytes, sentence: str) -> None:
    with pytest.raises(MalformedElf, match=sentence):
        read(content)


@pytest.mark.parametrize("length", range(0, len(RICH), 7))
def test_a_file_cut_off_anywhere_is_malformed(length: int) -> None:
    with pytest.raises(MalformedElf):
        read(RICH[:length])


def test_a_content_shorter_than_it_says_is_malformed() -> None:
    with pytest.raises(MalformedElf, match="cut off"):
        read_elf(LongerThanItIs(RICH[:200], len(RICH)))


@pytest.mark.parametrize(("at", "step"), [(12, 1), (12, 16), (28, 1), (28, 2**32 - 1), (8, 2**31)])
def test_chains_of_versions_that_wander_off_are_malformed(at: int, step: int) -> None:
    content = elf_file(glibc=("2.17",))
    start = value_of(content, VERNEED) - BASE
    with pytest.raises(MalformedElf):
        read(changed(content, start + at, "I", step))


def test_chains_that_share_their_ends_are_not_followed_for_ever() -> None:
    size = 65_536
    content = elf_file(glibc=("2.17",), padding=2 * size)
    records = b"".join(struct.pack("<HHIII", 1, 1, 1, 16, 16) for _ in range(size // 16))
    content = content[:-size] + records
    content = with_value(content, VERNEED, BASE + len(content) - size)
    with pytest.raises(MalformedElf, match="does not end where it may"):
        read(content)


def test_a_file_cannot_claim_names_without_end() -> None:
    with pytest.raises(MalformedElf, match="needs 1500 libraries"):
        read(elf_file(needed=[f"lib{number}.so" for number in range(1_500)]))


def test_names_that_share_their_bytes_cannot_claim_memory_without_end() -> None:
    content = elf_file(needed=["x" * 4_000, *(str(at) for at in range(1_000))])
    first = dynamic_value(content, NEEDED)
    for at in range(1_000):
        content = changed(content, first + 16 * at, "Q", 1 + at)
    with pytest.raises(MalformedElf, match="too long"):
        read(content)


def test_a_dynamic_section_cannot_be_larger_than_any_real_one() -> None:
    with pytest.raises(MalformedElf, match="dynamic section has"):
        read(elf_file(needed=["a"] * 5_000))


class LongerThanItIs(Content):
    """A content that ends before its size."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self._size = size

    @property
    def size(self) -> int:
        return self._size


def judged(content: bytes) -> Elf | str:
    """Read ``content`` as anything hostile is read: what it needs, or why it is malformed."""
    counted = Content(content)
    try:
        found: Elf | str = read_elf(counted)
    except MalformedElf as malformed:
        found = str(malformed)
    assert len(counted.reads) <= MAX_READS
    return found


@given(st.binary(max_size=512))
def test_any_bytes_are_read_or_malformed(content: bytes) -> None:
    assert judged(content)
    assert judged(RICH[:HEADER] + content)


@given(st.data())
def test_any_mutation_is_read_or_malformed(data: st.DataObject) -> None:
    content = bytearray(RICH)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        new = data.draw(st.binary(min_size=1, max_size=8))
        content[at : at + len(new)] = new
    assert judged(bytes(content[: data.draw(st.integers(0, len(content)))]))
