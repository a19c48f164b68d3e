"""Every case of the corpus gets exactly the result that it must."""

import shutil
import struct
from pathlib import Path

import pytest

from layerlift.domain.report import Report, Severity
from layerlift.inspecting.catalogue import every_kind
from layerlift.inspecting.inspection import inspect_zip
from tests.corpus.cases import Accepted, Rejected, errors_of, others_of
from tests.corpus.everything import ACCEPT, REJECT
from tests.corpus.extraction import complaints_of_unzip, extracted, seen
from tests.corpus.sources import MemoryBytes
from tests.corpus.writer import Member, archive

TAIL = 22 + 0xFFFF + 4096
"""Bytes: an end record, the longest comment, and room for the records of ZIP64."""

HEAD = 8
"""Bytes that tell a format, of a file that is no zip."""

LARGE = 20_000
"""Bytes from which on another pass of a case would take long."""

CASES: dict[str, Accepted | Rejected] = {**ACCEPT, **REJECT}
QUICK = {
    name: case
    for name, case in CASES.items()
    if name.partition(":")[0] not in ("limits", "content", "links", "ballast", "length")
}

UNZIP = shutil.which("unzip")
"""Info-ZIP's, which not every machine has."""

WITHOUT_CASE = {"object-gone", "object-too-large"}
"""Codes of what no bytes can show; ``test_archive.py`` has them."""


@pytest.mark.parametrize("case", ACCEPT.values(), ids=list(ACCEPT))
def test_a_good_layer_is_accepted_for_what_it_is(case: Accepted) -> None:
    content = case.build()
    report = inspect_zip(MemoryBytes(content), case.expectations)
    assert errors_of(report) == ()
    assert others_of(report) == case.findings
    assert report.accepted
    assert (report.kind, report.runtimes, report.architectures) == (
        case.kind,
        case.runtimes,
        case.architectures,
    )
    if case.modules is not None:
        assert {module.name: module.path for module in report.modules} == case.modules
    assert_is_sayable(report)


@pytest.mark.parametrize("case", REJECT.values(), ids=list(REJECT))
def test_a_bad_layer_is_rejected_for_what_is_wrong(case: Rejected) -> None:
    source = MemoryBytes(case.build())
    report = inspect_zip(source, case.expectations)
    assert errors_of(report) == case.errors
    assert others_of(report) == case.others
    assert not report.accepted
    assert (source.streams == 0) == case.by_directory
    assert (report.sha256 is None) == case.by_directory
    assert_is_sayable(report)


def assert_is_sayable(report: Report) -> None:
    for finding in report.findings:
        assert finding.message
        assert not finding.message.endswith(".")
        assert not finding.fix.endswith(".")
        assert (finding.message + finding.fix + (finding.entry or "")).isprintable()
    assert Report.model_validate_json(report.model_dump_json()) == report


@pytest.mark.parametrize(
    "case",
    [case for case in REJECT.values() if case.by_directory],
    ids=[name for name, case in REJECT.items() if case.by_directory],
)
def test_what_the_directory_shows_costs_no_more_than_the_tail(case: Rejected) -> None:
    content = case.build()
    source = MemoryBytes(content)
    inspect_zip(source, case.expectations)
    at = content.rfind(b"PK\5\6")
    whole = 0 <= at <= len(content) - 22
    directory = struct.unpack_from("<L", content, at + 12)[0] if whole else 0
    directory = min(directory, content.count(b"PK\1\2") * 0x10000)
    assert source.bytes_read <= min(len(content), TAIL) + directory + HEAD


def test_a_large_zip_with_a_bad_directory_is_read_by_its_tail_alone() -> None:
    members = (Member("python/a", bytes(5_000_000)), Member("python/../b", b"x"))
    source = MemoryBytes(archive(*members))
    assert not inspect_zip(source).accepted
    assert source.streams == 0
    assert source.bytes_read < TAIL + 200


@pytest.mark.parametrize("case", ACCEPT.values(), ids=list(ACCEPT))
def test_the_rest_of_the_world_reads_the_same(case: Accepted, tmp_path: Path) -> None:
    content = case.build()
    assert seen(content) == extracted(content)
    if UNZIP is not None:
        complaints = complaints_of_unzip(UNZIP, content, tmp_path / "layer.zip")
        assert (complaints == "") == case.is_readable_by_unzip, complaints


@pytest.mark.parametrize("chunks", [(1,), (1000, 41, 1)], ids=lambda chunks: f"chunks {chunks}")
def test_how_a_network_cuts_an_archive_changes_nothing(chunks: tuple[int, ...]) -> None:
    for name, case in QUICK.items():
        content = case.build()
        if len(content) <= LARGE:
            whole = inspect_zip(MemoryBytes(content), case.expectations)
            cut = inspect_zip(MemoryBytes(content, chunks), case.expectations)
            assert (errors_of(cut), others_of(cut)) == (errors_of(whole), others_of(whole)), name
            assert unsaid(cut) == unsaid(whole), name


def unsaid(report: Report) -> Report:
    """Return a report without its findings: how long a secret is may show only in part."""
    return report.model_copy(update={"findings": ()})


def test_each_kind_of_finding_has_a_case() -> None:
    found = {code for accepted in ACCEPT.values() for code, _ in accepted.findings}
    found |= {code for case in REJECT.values() for code, _ in case.errors + case.others}
    assert {kind.code for kind in every_kind()} - WITHOUT_CASE == found


def test_each_kind_of_error_rejects_some_case() -> None:
    errors = {kind.code for kind in every_kind() if kind.severity is Severity.ERROR}
    rejecting = {code for case in REJECT.values() for code, _ in case.errors}
    assert errors - WITHOUT_CASE == rejecting


def test_the_corpus_is_built_the_same_every_time() -> None:
    for case in QUICK.values():
        assert case.build() == case.build()
