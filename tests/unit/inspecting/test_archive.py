"""Every zip of the corpus is judged, with the exact findings."""

import hashlib
import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layerlift.domain.limits import MAX_UNZIPPED_BYTES
from layerlift.domain.release import Artifact
from layerlift.domain.report import Report
from layerlift.inspecting.inspection import inspect_artifact
from tests.corpus.accept.layers import ACCEPT, Sound
from tests.corpus.reject.archives import REJECT
from tests.corpus.zips import with_declared_size, zip_of
from tests.fakes.aws import MemoryObject

KEY = "incoming/http-client/1.0.0.zip"


def dropped(content: bytes, key: str = KEY, size: int = -1) -> MemoryObject:
    return MemoryObject(Artifact(bucket="b", key=key, version_id="v1"), content, size)


def inspect(content: bytes, key: str = KEY, size: int = -1) -> Report:
    return inspect_artifact(key, dropped(content, key, size))


def codes(report: Report) -> tuple[str, ...]:
    return tuple(finding.code for finding in report.findings)


@pytest.mark.parametrize("sound", ACCEPT.values(), ids=list(ACCEPT))
def test_a_sound_layer_is_accepted_with_what_it_brings(sound: Sound) -> None:
    report = inspect(sound.content)
    assert codes(report) == sound.warnings
    assert report.accepted
    assert {module.name: module.path for module in report.modules} == sound.modules
    assert report.runtimes == sound.runtimes
    assert report.architectures == sound.architectures
    assert report.sha256 == hashlib.sha256(sound.content).hexdigest()


@pytest.mark.parametrize(("content", "expected"), REJECT.values(), ids=list(REJECT))
def test_what_is_wrong_is_named_exactly(content: bytes, expected: tuple[str, ...]) -> None:
    report = inspect(content)
    assert codes(report) == expected
    assert not report.accepted
    assert report.sha256 == hashlib.sha256(content).hexdigest()
    for finding in report.findings:
        assert not finding.message.endswith(".")
        assert not finding.fix.endswith(".")


def test_every_finding_says_how_to_mend_it() -> None:
    reason = inspect(REJECT["all that can be wrong at once"][0]).reason
    assert reason == (
        "The entry '../evil.py' would be unpacked outside the layer. Zip from inside the folder, "
        "with relative names and forward slashes. Python packages lie at the root of the zip (see "
        "'httpx/__init__.py'), where no runtime looks. Put them under python/, so that this one "
        "becomes 'python/httpx/__init__.py'. node_modules lies at the root of the zip, where no "
        "runtime looks. Put it under nodejs/, so that it becomes 'nodejs/node_modules'."
    )


def test_an_object_without_bytes_is_not_opened() -> None:
    report = inspect(b"")
    assert codes(report) == ("object-empty",)
    assert (report.sha256, report.accepted) == (None, False)


def test_an_object_that_is_too_large_is_not_read() -> None:
    content = dropped(b"never read", size=MAX_UNZIPPED_BYTES + 1)
    content.open = None  # type: ignore[method-assign,assignment]
    report = inspect_artifact(KEY, content)
    assert codes(report) == ("object-too-large",)


def test_an_object_that_is_gone_is_reported() -> None:
    assert codes(inspect_artifact(KEY, None)) == ("object-gone",)


@pytest.mark.parametrize(
    "key",
    ["notes.txt", "incoming/http-client.zip", "incoming/a/b/1.0.0.zip", "incoming/a b/1.0.0.zip"],
)
def test_a_key_that_names_no_release_is_reported_beside_the_rest(key: str) -> None:
    report = inspect(b"not a zip", key)
    assert codes(report)[0] == "key-unrecognised"
    assert (report.layer, report.version) == (None, None)
    assert ("archive-unreadable" in codes(report)) == key.endswith(".zip")


def test_too_much_content_is_refused_without_inflating_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("inflated")

    bomb = with_declared_size(zip_of(("python/a.py", bytes(1000))), MAX_UNZIPPED_BYTES + 1)
    monkeypatch.setattr(zipfile.ZipFile, "open", refuse)
    assert codes(inspect(bomb)) == ("unzipped-too-large",)


def test_many_entries_that_are_too_much_together_are_refused() -> None:
    half = MAX_UNZIPPED_BYTES // 2 + 1
    bomb = with_declared_size(zip_of(("python/a.py", b"1"), ("python/b.py", b"2")), half)
    assert codes(inspect(bomb)) == ("unzipped-too-large",)


def test_the_limit_itself_is_allowed() -> None:
    exact = with_declared_size(zip_of(("python/a.py", b"1")), MAX_UNZIPPED_BYTES)
    assert "unzipped-too-large" not in codes(inspect(exact))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_neither_the_zip_nor_an_entry_is_ever_whole_in_memory(tmp_path: Path, method: int) -> None:
    size, chunk = 120_000_000, bytes(1_000_000)
    path = tmp_path / "large.zip"
    with (
        zipfile.ZipFile(path, "w", method, compresslevel=1) as archive,
        archive.open("python/zeros.py", "w") as entry,
    ):
        for _ in range(size // len(chunk)):
            entry.write(chunk)
    whole = dropped(b"", size=path.stat().st_size)
    whole.open = lambda: path.open("rb")  # type: ignore[method-assign,assignment,return-value]
    tracemalloc.start()
    report = inspect_artifact(KEY, whole)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.accepted
    assert report.unzipped_size == size
    assert peak < 16_000_000


SEEDS = [content for content, _ in REJECT.values()] + [s.content for s in ACCEPT.values()]


@settings(max_examples=300)
@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=6),
    cut=st.integers(0, 40),
)
def test_no_garbage_makes_the_inspection_crash(
    seed: bytes, changes: list[tuple[int, int]], cut: int
) -> None:
    garbage = bytearray(seed[: len(seed) - cut])
    for position, value in changes:
        if garbage:
            garbage[position % len(garbage)] = value
    report = inspect(bytes(garbage))
    assert report.accepted == (not report.reason)
    assert Report.model_validate_json(report.model_dump_json()) == report


@given(st.binary(max_size=200))
def test_no_bytes_make_the_inspection_crash(content: bytes) -> None:
    for prefix in (b"", b"PK\x03\x04", b"PK\x05\x06"):
        assert not inspect(prefix + content).accepted


def test_the_corpus_is_built_the_same_every_time() -> None:
    assert zip_of(("a", b"1")) == zip_of(("a", b"1"))
    with zipfile.ZipFile(io.BytesIO(zip_of(("a", b"1"), ("b", b"2")))) as archive:
        assert archive.namelist() == ["a", "b"]
