"""Inspect: the verdict travels, the whole report is kept beside the artifact."""

import json

import pytest

from layerlift.domain.limits import MAX_OBJECT_KEY_BYTES
from layerlift.domain.outcomes import InspectResult, Outcome
from layerlift.domain.policy import Inspection
from layerlift.domain.report import Report, Severity
from layerlift.releasing.claim import claim_inspected
from layerlift.releasing.inspect import inspect, sbom_key
from layerlift.releasing.policies import apply_policy
from tests.corpus.zips import zip_of
from tests.fakes.world import BUCKET, POLICY, World, execution

GOOD = zip_of(("python/six.py", b""))
OTHER = zip_of(("python/seven.py", b""))
KEY = "incoming/http-client/1.0.0.zip"


def look(world: World, key: str = KEY, version_id: str | None = None) -> InspectResult:
    return inspect(BUCKET, key, version_id, artifacts=world.artifacts, registry=world.registry)


def drop(world: World, version: str, content: bytes) -> InspectResult:
    """Drop a version and inspect it."""
    world.artifacts.drop(BUCKET, f"incoming/http-client/{version}.zip", content)
    return look(world, f"incoming/http-client/{version}.zip")


def release(world: World, version: str, content: bytes) -> None:
    """Drop a version, inspect it and claim it as a release."""
    world.promotions.running.add(execution(version))
    claimed = claim_inspected(
        drop(world, version, content),
        execution(version),
        registry=world.registry,
        artifacts=world.artifacts,
        promotions=world.promotions,
        clock=world.clock,
    )
    assert claimed.outcome is Outcome.CLAIMED


def kept_report(world: World, result: InspectResult) -> Report:
    return Report.model_validate_json(world.artifacts.reports[BUCKET, str(result.report_key)])


def test_an_accepted_zip_has_its_report_beside_it() -> None:
    world = World()
    artifact = world.artifacts.drop(BUCKET, KEY, GOOD)
    result = look(world)
    assert (result.outcome, result.reason) == (Outcome.ACCEPTED, "")
    assert result.artifact == artifact
    assert result.report_key == f"reports/http-client/1.0.0/{artifact.version_id}.json"
    kept = Report.model_validate_json(world.artifacts.reports[BUCKET, str(result.report_key)])
    assert (kept.sha256, kept.accepted) == (result.digest, True)


def test_the_version_that_the_event_names_is_looked_at_not_the_newest() -> None:
    world = World()
    first = world.artifacts.drop(BUCKET, KEY, GOOD)
    world.artifacts.drop(BUCKET, KEY, b"not a zip")
    assert look(world, version_id=first.version_id).outcome is Outcome.ACCEPTED
    assert look(world).outcome is Outcome.REJECTED


def test_an_object_that_is_gone_is_rejected_without_a_report() -> None:
    world = World()
    result = look(world)
    assert (result.outcome, result.report_key) == (Outcome.REJECTED, None)
    assert [finding.code for finding in result.findings] == ["object-gone"]
    assert world.artifacts.reports == {}


def test_the_report_of_any_object_fits_into_a_key() -> None:
    world = World()
    key = f"incoming/{'x' * (MAX_OBJECT_KEY_BYTES - 13)}.zip"
    world.artifacts.drop(BUCKET, key, GOOD)
    result = look(world, key)
    assert result.outcome is Outcome.REJECTED
    assert str(result.report_key).startswith("reports/unrecognised/")
    assert len(str(result.report_key)) < MAX_OBJECT_KEY_BYTES


def test_only_some_findings_travel_errors_first_and_the_report_has_all() -> None:
    world = World()
    entries = [(f"../{number}.py", b"") for number in range(300)]
    world.artifacts.drop(BUCKET, KEY, zip_of(*entries))
    result = look(world)
    assert len(result.findings) == 20
    assert {finding.severity for finding in result.findings} == {Severity.ERROR}
    report = world.artifacts.reports[BUCKET, str(result.report_key)]
    findings = json.loads(report)["findings"]
    assert len(findings) == 101
    assert findings[-1]["message"] == "200 more of entry-name-unsafe"


@pytest.mark.parametrize(("entries", "length"), [(5000, 10), (30, 60_000)])
def test_the_verdict_fits_into_the_payload_of_a_state_machine(entries: int, length: int) -> None:
    world = World()
    names = [(f"../{number}{'x' * length}/__init__.py", b"") for number in range(entries)]
    world.artifacts.drop(BUCKET, KEY, zip_of(*names))
    result = look(world)
    # The state machine holds it as a variable and hands it on with a few more words.
    assert len(result.model_dump_json()) < 200_000


def test_the_bill_of_materials_lies_beside_the_report_of_an_accepted_zip() -> None:
    world = World()
    metadata = b"Metadata-Version: 2.1\nName: six\nVersion: 1.17.0\n"
    good = zip_of(("python/six.py", b""), ("python/six-1.17.0.dist-info/METADATA", metadata))
    result = drop(world, "1.0.0", good)
    sbom = json.loads(world.artifacts.reports[BUCKET, sbom_key(str(result.report_key))])
    assert [(part["name"], part["version"]) for part in sbom["components"]] == [("six", "1.17.0")]
    assert sbom_key(str(result.report_key)).endswith(".cdx.json")


def test_a_rejected_zip_has_a_report_and_no_bill_of_materials() -> None:
    world = World()
    result = drop(world, "1.0.0", b"not a zip")
    assert list(world.artifacts.reports) == [(BUCKET, result.report_key)]


def test_a_layer_over_the_policys_budget_is_rejected() -> None:
    world = World()
    rules = Inspection(max_unzipped_bytes=1000)
    apply_policy(world.registry, POLICY.model_copy(update={"inspection": rules}))
    assert drop(world, "1.0.0", zip_of(("python/a.py", bytes(1000)))).outcome is Outcome.ACCEPTED
    result = drop(world, "1.0.1", zip_of(("python/a.py", bytes(1001))))
    assert [finding.code for finding in result.findings] == ["unzipped-over-budget"]


def test_a_zip_is_compared_with_the_next_lower_version() -> None:
    world = World()
    release(world, "1.0.0", zip_of(("python/a.py", b"1"), ("python/b.py", b"")))
    release(world, "2.0.0", zip_of(("python/c.py", b"2")))
    result = drop(world, "1.0.1", zip_of(("python/a.py", b"3")))
    changes = kept_report(world, result).changes
    assert changes is not None
    assert (changes.since, changes.modules_removed) == ("1.0.0", ("b",))


def test_the_first_release_is_compared_with_nothing() -> None:
    world = World()
    release(world, "2.0.0", GOOD)
    assert kept_report(world, drop(world, "1.0.0", OTHER)).changes is None


@pytest.mark.parametrize(
    ("weight", "outcome"), [("warning", Outcome.ACCEPTED), ("error", Outcome.REJECTED)]
)
def test_the_policy_says_what_a_removed_module_weighs(weight: str, outcome: Outcome) -> None:
    world = World()
    rules = Inspection.model_validate({"removed_modules": weight})
    apply_policy(world.registry, POLICY.model_copy(update={"inspection": rules}))
    release(world, "1.0.0", GOOD)
    result = drop(world, "1.1.0", OTHER)
    assert result.outcome is outcome
    assert ("module-removed", weight) in [(f.code, f.severity) for f in result.findings]
    assert drop(world, "2.0.0", OTHER).outcome is Outcome.ACCEPTED


def test_a_release_whose_report_was_removed_is_no_obstacle() -> None:
    world = World()
    release(world, "1.0.0", GOOD)
    world.artifacts.reports.clear()
    result = drop(world, "1.1.0", OTHER)
    assert result.outcome is Outcome.ACCEPTED
    assert kept_report(world, result).changes is None
