"""Content that is read here and there, from memory or by inflating it again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layerlift.inspecting.archive.directory import read_directory
from layerlift.inspecting.archive.reinflation import HeldContent, ReinflatedContent
from layerlift.inspecting.finding_log import FindingLog
from tests.corpus.sources import MemoryBytes
from tests.corpus.writer import Member, archive

NAME = "bin/tool"
CONTENT = bytes(at * at >> 5 & 0xFF for at in range(300_000)) + bytes(600_100)


def reinflated(member: Member) -> ReinflatedContent:
    source = MemoryBytes(archive(member))
    (entry,) = read_directory(source, FindingLog(), 1 << 40).entries
    return ReinflatedContent(source, entry, 30 + len(NAME))


@pytest.mark.parametrize("deflated", [True, False])
@settings(derandomize=True, max_examples=50)
@given(offset=st.integers(0, len(CONTENT) + 9), length=st.integers(0, len(CONTENT) + 9))
def test_it_reads_what_held_content_reads(deflated: bool, offset: int, length: int) -> None:
    content = reinflated(Member(NAME, CONTENT, deflated=deflated))
    assert content.size == len(CONTENT)
    assert content.read(offset, length) == HeldContent(CONTENT).read(offset, length)


@pytest.mark.parametrize("deflated", [True, False])
def test_the_last_byte_can_be_read(deflated: bool) -> None:
    content = reinflated(Member(NAME, bytes(262_165), deflated=deflated))
    assert content.read(262_164, 1) == b"\0"
    assert content.read(262_165, 1) == b""
    assert content.read(-1, 5) == b""


@pytest.mark.parametrize(
    "packed", [b"", b"\xff" * 50, b"\x4b\x4c\x04"], ids=["nothing", "nonsense", "half a stream"]
)
def test_damaged_content_ends_early(packed: bytes) -> None:
    said = {"size": 1000}
    content = reinflated(Member(NAME, deflated=True, packed=packed, local=said, central=said))
    assert len(content.read(0, 1000)) < 1000
    assert content.read(900, 50) == b""
