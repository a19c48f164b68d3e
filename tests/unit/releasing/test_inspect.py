"""Inspect: the verdict travels, the whole report is kept beside the artifact."""

import json

import pytest

from layerlift.domain.limits import MAX_OBJECT_KEY_BYTES
from layerlift.domain.outcomes import Outcome
from layerlift.domain.report import Report, Severity
from layerlift.releasing.inspect import inspect
from tests.corpus.zips import zip_of
from tests.fakes.world import BUCKET, World

GOOD = zip_of(("python/six.py", b""))
KEY = "incoming/http-client/1.0.0.zip"


def test_an_accepted_zip_has_its_report_beside_it() -> None:
    world = World()
    artifact = world.artifacts.drop(BUCKET, KEY, GOOD)
    result = inspect(BUCKET, KEY, None, world.artifacts)
    assert (result.outcome, result.reason) == (Outcome.ACCEPTED, "")
    assert result.artifact == artifact
    assert result.report_key == f"reports/http-client/1.0.0/{artifact.version_id}.json"
    kept = Report.model_validate_json(world.artifacts.reports[BUCKET, str(result.report_key)])
    assert (kept.sha256, kept.accepted) == (result.digest, True)


def test_the_version_that_the_event_names_is_looked_at_not_the_newest() -> None:
    world = World()
    first = world.artifacts.drop(BUCKET, KEY, GOOD)
    world.artifacts.drop(BUCKET, KEY, b"not a zip")
    assert inspect(BUCKET, KEY, first.version_id, world.artifacts).outcome is Outcome.ACCEPTED
    assert inspect(BUCKET, KEY, None, world.artifacts).outcome is Outcome.REJECTED


def test_an_object_that_is_gone_is_rejected_without_a_report() -> None:
    world = World()
    result = inspect(BUCKET, KEY, None, world.artifacts)
    assert (result.outcome, result.report_key) == (Outcome.REJECTED, None)
    assert [finding.code for finding in result.findings] == ["object-gone"]
    assert world.artifacts.reports == {}


def test_the_report_of_any_object_fits_into_a_key() -> None:
    world = World()
    key = f"incoming/{'x' * (MAX_OBJECT_KEY_BYTES - 13)}.zip"
    world.artifacts.drop(BUCKET, key, GOOD)
    result = inspect(BUCKET, key, None, world.artifacts)
    assert result.outcome is Outcome.REJECTED
    assert str(result.report_key).startswith("reports/unrecognised/")
    assert len(str(result.report_key)) < MAX_OBJECT_KEY_BYTES


def test_only_some_findings_travel_errors_first_and_the_report_has_all() -> None:
    world = World()
    entries = [(f"../{number}.py", b"") for number in range(300)]
    world.artifacts.drop(BUCKET, KEY, zip_of(*entries))
    result = inspect(BUCKET, KEY, None, world.artifacts)
    assert len(result.findings) == 20
    assert {finding.severity for finding in result.findings} == {Severity.ERROR}
    report = world.artifacts.reports[BUCKET, str(result.report_key)]
    assert len(json.loads(report)["findings"]) == 301


@pytest.mark.parametrize(("entries", "length"), [(5000, 10), (30, 60_000)])
def test_the_verdict_fits_into_the_payload_of_a_state_machine(entries: int, length: int) -> None:
    world = World()
    names = [(f"../{number}{'x' * length}/__init__.py", b"") for number in range(entries)]
    world.artifacts.drop(BUCKET, KEY, zip_of(*names))
    result = inspect(BUCKET, KEY, None, world.artifacts)
    # The state machine holds it as a variable and hands it on with a few more words.
    assert len(result.model_dump_json()) < 200_000
