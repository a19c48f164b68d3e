"""What an inspection costs, and what it says of an object that is no zip at all."""

import tracemalloc
from collections.abc import Iterator

import pytest

from layerlift.domain.errors import Unavailable
from layerlift.domain.limits import MAX_ZIPPED_BYTES
from layerlift.inspecting.inspection import Expectations, inspect_zip, report_gone
from tests.corpus.cases import errors_of
from tests.corpus.everything import REJECT
from tests.corpus.sources import MemoryBytes, Oversized
from tests.corpus.streams import bomb, zeros
from tests.corpus.writer import Member, archive

KEY = "incoming/http-client/1.0.0.zip"
GOOD = archive(Member("python/six.py", b"x = 1\n" * 1000))


def test_an_object_that_is_too_large_is_not_read() -> None:
    source = Oversized(MAX_ZIPPED_BYTES + 1)
    report = inspect_zip(source, Expectations(key=KEY))
    assert errors_of(report) == (("object-too-large", None),)
    assert (source.bytes_read, source.streams) == (0, 0)


def test_an_object_that_is_gone_is_reported_with_what_it_was() -> None:
    report = report_gone(KEY)
    assert errors_of(report) == (("object-gone", None),)
    assert (report.layer, report.version) == ("http-client", "1.0.0")


@pytest.mark.parametrize("key", ["notes.txt", "incoming/http-client/1.0.0.tar.gz"])
def test_what_is_not_named_like_a_zip_is_not_read(key: str) -> None:
    source = MemoryBytes(GOOD)
    report = inspect_zip(source, Expectations(key=key))
    assert (report.layer, report.version) == (None, None)
    assert (source.bytes_read, source.streams) == (0, 0)


def test_the_reason_names_each_error_and_how_to_mend_it() -> None:
    case = REJECT["elsewhere: all that can be wrong at once"]
    assert inspect_zip(MemoryBytes(case.build())).reason == (
        "'python/evil' is a named pipe. Leave it out. 'httpx/__init__.py' has mode 600: the "
        "function could not read it. Run chmod -R a+rX on the folder, then zip again. Python "
        "packages lie at the root of the zip (see 'httpx/__init__.py'), where no runtime looks. "
        "Put them under python/, so that this one becomes 'python/httpx/__init__.py'. node_modules "
        "lies at the root of the zip, where no runtime looks. Put it under nodejs/, so that it "
        "becomes 'nodejs/node_modules'."
    )


def test_many_findings_of_a_kind_become_a_hundred_and_a_number() -> None:
    members = (Member(f"python/a{at}", b"x", mode=0o100600) for at in range(1234))
    findings = inspect_zip(MemoryBytes(archive(*members))).findings
    assert len(findings) == 101
    assert "1,134 more of entry-unreadable" in findings[-1].message
    assert findings[-1].entry is None


def test_progress_counts_the_bytes_that_have_been_read() -> None:
    told: list[tuple[int, int]] = []
    inspect_zip(MemoryBytes(GOOD, (1000,)), progress=lambda read, size: told.append((read, size)))
    assert told[-1] == (len(GOOD), len(GOOD))
    assert [read for read, _ in told] == [*range(1000, len(GOOD), 1000), len(GOOD)]


class Changed(MemoryBytes):
    """A source that yields other bytes than it has."""

    def __init__(self, content: bytes, streamed: bytes) -> None:
        super().__init__(content)
        self._streamed = streamed

    def stream(self) -> Iterator[bytes]:
        yield self._streamed


@pytest.mark.parametrize("streamed", [GOOD[:-1], GOOD + b"x", b""], ids=["less", "more", "nothing"])
def test_a_source_that_changed_while_it_was_read_is_unavailable(streamed: bytes) -> None:
    with pytest.raises(Unavailable, match="ended early or changed"):
        inspect_zip(Changed(GOOD, streamed))


def peak_of(content: bytes) -> int:
    """Return the most bytes that Python's objects take while a zip is inspected."""
    source = MemoryBytes(content)
    tracemalloc.start()
    try:
        assert inspect_zip(source).accepted
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["data/zeros.bin", "python/zeros.py", "lib/zeros"])
def test_a_large_entry_is_never_whole_in_memory(name: str) -> None:
    packed, crc = zeros(120_000_000)
    said = {"size": 120_000_000, "crc": crc}
    large = Member(name, deflated=True, packed=packed, local=said, central=said)
    assert peak_of(archive(large, Member("python/six.py", b"x"))) < 8_000_000


def test_a_large_stored_entry_is_never_whole_in_memory() -> None:
    assert peak_of(archive(Member("data/zeros.bin", bytes(60_000_000)))) < 8_000_000


def test_a_bomb_is_inflated_to_the_size_that_it_declares_and_no_further() -> None:
    content = bomb(250_000_000, size=1000)
    source = MemoryBytes(content, (512,))
    tracemalloc.start()
    assert not inspect_zip(source).accepted
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000
