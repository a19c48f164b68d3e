"""The one pass over an archive: what it hands over, and how it notices what is wrong."""

from collections.abc import Iterator

import pytest

from layerlift.inspecting.archive import records
from layerlift.inspecting.archive.contents import LEAST_CHUNK, Chunks, read_contents
from layerlift.inspecting.archive.directory import Listing, read_directory
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.finding_log import FindingLog
from layerlift.inspecting.native.formats import RECOGNISED_BYTES
from layerlift.inspecting.secrets.scanner import OVERLAP
from tests.corpus.sources import MemoryBytes
from tests.corpus.writer import DescriptorForm, Member, archive

CHUNKS = ((1,), (3, 70_000), (LEAST_CHUNK - 1, 1), (1 << 20,))


def listed(content: bytes) -> tuple[MemoryBytes, Listing]:
    source = MemoryBytes(content)
    return source, read_directory(source, FindingLog(), 1 << 40)


def lengths(content: bytes, chunks: tuple[int, ...]) -> list[int]:
    """Return how long the chunks are in which the only entry is handed over."""
    found: list[int] = []

    def examine(_: Entry, __: int, parts: Chunks) -> None:
        found.extend(len(part) for part in parts)

    _, listing = listed(content)
    read_contents(MemoryBytes(content, chunks), listing, FindingLog(), examine)
    return found


def varied(length: int) -> Iterator[int]:
    for at in range(length):
        yield (at * at >> 3) & 0xFF


@pytest.mark.parametrize("chunks", CHUNKS)
@pytest.mark.parametrize("deflated", [True, False])
def test_no_chunk_but_the_last_is_small(chunks: tuple[int, ...], deflated: bool) -> None:
    content = bytes(varied(100_000))
    found = lengths(archive(Member("python/a", content, deflated=deflated)), chunks)
    assert sum(found) == len(content)
    assert min(found[:-1], default=LEAST_CHUNK) >= LEAST_CHUNK


def test_a_chunk_is_enough_to_recognise_a_format_and_to_see_a_secret_across_two() -> None:
    assert LEAST_CHUNK >= RECOGNISED_BYTES
    assert LEAST_CHUNK >= OVERLAP


@pytest.mark.parametrize("chunks", CHUNKS)
def test_an_empty_file_has_no_chunk(chunks: tuple[int, ...]) -> None:
    assert lengths(archive(Member("python/a", deflated=True)), chunks) == []


def test_what_is_examined_in_part_is_checked_in_full() -> None:
    wrong = {"crc": 1}
    damaged = Member("python/a", bytes(1_000_000), deflated=True, local=wrong, central=wrong)
    source, listing = listed(archive(damaged))
    log = FindingLog()

    def examine(_: Entry, __: int, chunks: Chunks) -> None:
        next(chunks)

    read_contents(source, listing, log, examine)
    assert [finding.code for finding in log.findings()] == ["entry-damaged"]


def test_the_data_of_an_entry_begins_where_it_is_said_to() -> None:
    content = archive(
        Member("python/a", b"first"), Member("python/b", b"second", local_extra=bytes(4))
    )
    source, listing = listed(content)
    begins: list[bytes] = []

    def examine(entry: Entry, offset: int, _: Chunks) -> None:
        begins.append(source.read_at(offset, entry.packed_size))

    read_contents(source, listing, FindingLog(), examine)
    assert begins == [b"first", b"second"]


@pytest.mark.parametrize("chunks", CHUNKS)
def test_the_content_of_an_entry_ends_where_the_next_one_begins(chunks: tuple[int, ...]) -> None:
    """The local header is said to be longer, so that the data's last byte is the next one's P."""
    content = bytearray(
        archive(Member("python/a", b"firsP", packed=b"\0firs"), Member("python/b", b"second"))
    )
    content[records.LOCAL_LENGTH - 2] = 1
    _, listing = listed(bytes(content))
    log, seen = FindingLog(), list[str]()
    source = MemoryBytes(bytes(content), chunks)
    read_contents(source, listing, log, lambda entry, *_: seen.append(entry.path))
    assert [finding.code for finding in log.findings()] == ["entry-overlaps"]
    assert seen == []


@pytest.mark.parametrize("form", ["plain", "signed", None])
@pytest.mark.parametrize("chunks", CHUNKS)
@pytest.mark.parametrize("deflated", [True, False])
def test_what_is_handed_over_does_not_depend_on_how_it_came(
    form: DescriptorForm | None, chunks: tuple[int, ...], deflated: bool
) -> None:
    contents = {f"python/{size}": bytes(varied(size)) for size in (0, 1, 500, 20_000)}
    content = archive(
        *(Member(path, part, deflated, descriptor=form) for path, part in contents.items())
    )
    found: dict[str, bytes] = {}

    def examine(entry: Entry, _: int, parts: Chunks) -> None:
        found[entry.path] = b"".join(parts)

    _, listing = listed(content)
    log = FindingLog()
    read_contents(MemoryBytes(content, chunks), listing, log, examine)
    assert log.findings() == ()
    assert found == contents


@pytest.mark.parametrize("size", [*range(262_160, 262_190), 524_288 + 100, 786_432 + 257])
def test_a_match_across_the_last_chunk_is_no_damage(size: int) -> None:
    content = archive(Member("python/a", bytes(size), deflated=True))
    source, listing = listed(content)
    log = FindingLog()
    read_contents(source, listing, log, lambda *_: None)
    assert log.findings() == ()
