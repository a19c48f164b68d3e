"""What those who decide are shown."""

from layerlift.domain.approval import RequestFacts
from layerlift.domain.policy import Policy
from layerlift.domain.release import ReleaseRef, StageState
from layerlift.domain.report import Changes, Finding, Package, PackageChange, Severity
from layerlift.ports.aws import CanaryReading
from tests.fakes.consumers import WORKED, version_of
from tests.fakes.world import BUCKET, DEV, FRANKFURT, POLICY, World, report_of


def facts(world: World, ref: ReleaseRef) -> RequestFacts:
    """Open the request for prod and return what it shows."""
    world.request(ref)
    return world.approval(ref).facts


def test_the_request_names_the_functions_that_use_the_layer_region_by_region() -> None:
    world = World()
    world.consumers.functions["us-east-1"] = ("checkout", "orders")
    shown = facts(world, world.release())
    assert {where.region: where.functions for where in shown.consumers} == {
        "eu-central-1": (),
        "us-east-1": ("checkout", "orders"),
        "eu-west-1": (),
    }


def test_the_request_tells_how_the_release_fares_in_the_stage_below() -> None:
    world = World()
    ref = world.release()
    world.prove(world.place(ref, DEV, FRANKFURT))
    below = facts(world, ref).below
    assert below is not None
    assert (below.stage, below.targets, below.passed) == ("dev", 1, 1)


def test_the_request_names_the_consumers_that_have_tried_the_release_below() -> None:
    document = POLICY.model_dump(mode="json")
    checkouts = {"function": "arn:aws:lambda:*:*:function:checkout-*", "at_most": 2}
    document["stages"][0]["canary"]["consumers"] = [checkouts]
    world = World(Policy.model_validate(document))
    attached = "arn:aws:lambda:eu-central-1:111122223333:layer:http-client-dev:3"
    world.consumer_canaries.versions = [
        version_of(name, attached) for name in ("checkout-api", "checkout-old")
    ]
    world.consumer_canaries.answers = lambda clone: (
        CanaryReading(not_offered="its runtime is gone")
        if "checkout-old" in clone.version.arn
        else WORKED
    )
    ref = world.release()
    place = world.place(ref, DEV, FRANKFURT)
    world.prove(place)
    world.try_consumers(place)
    below = facts(world, ref).below
    assert below is not None
    assert below.consumers == ("checkout-api:7",)


def test_the_request_tells_what_it_would_replace() -> None:
    world = World()
    first = world.release()
    place = world.place(first, "prod", FRANKFURT)
    world.prove(place)
    world.activate(place)
    world.end(first, "p1", StageState.ACTIVE)
    second = world.release(b"new", "1.1.0", "run-2")
    assert facts(world, second).replaces == ("1.0.0",)


def test_the_request_tells_what_changed_and_what_was_found() -> None:
    world = World()
    changes = Changes(
        since="0.9.0",
        added=tuple(_package(f"added-{number}") for number in range(25)),
        removed=(_package("gone"),),
        changed=(PackageChange(name="httpx", before="0.27.0", after="0.28.1"),),
        size_before=1_000,
        size_after=3_000,
    )
    warning = Finding(code="x", severity=Severity.WARNING, message="It is odd", fix="Mend it")
    report = report_of(b"zip").model_copy(
        update={"changes": changes, "findings": (warning, warning)}
    )
    world.artifacts.put_report(BUCKET, "reports/x.json", report.model_dump_json())
    ref = world.release(report_url=f"s3://{BUCKET}/reports/x.json")
    shown = facts(world, ref)
    assert shown.findings == {"warning": 2}
    difference = shown.difference
    assert difference is not None
    assert (len(difference.added), difference.unlisted) == (20, 5)
    assert difference.removed == ("gone 1.0",)
    assert difference.changed == ("httpx 0.27.0 → 0.28.1",)
    assert (difference.size_before, difference.size_after) == (1_000, 3_000)


def test_a_report_that_has_been_removed_holds_nobody_up() -> None:
    world = World()
    ref = world.release(report_url=f"s3://{BUCKET}/reports/x.json")
    shown = facts(world, ref)
    assert (shown.difference, shown.findings) == (None, {})


def _package(name: str) -> Package:
    return Package(name=name, version="1.0", ecosystem="pypi", path=f"python/{name}/METADATA")


def test_the_request_names_who_may_decide_if_the_policy_does() -> None:
    managers = "arn:aws:iam::111122223333:role/release-managers"
    document = POLICY.model_dump(mode="json")
    document["stages"][1]["approvals"]["approvers"] = [managers]
    for policy, named in ((Policy.model_validate(document), (managers,)), (POLICY, ())):
        world = World(policy)
        assert facts(world, world.release()).approvers == named
