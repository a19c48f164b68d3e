"""What the registry says, newest first."""

import json

from layerlift.domain.names import parse_layer_name
from layerlift.domain.outcomes import InspectResult, Outcome
from layerlift.domain.release import Artifact, Release, ReleaseState, StageState
from layerlift.releasing.record import record_drop, record_release
from layerlift.releasing.status import Status, read_refused_drops, read_status
from tests.fakes.world import FRANKFURT, LAYER, World


def reject(world: World, version: str = "1.0.0") -> None:
    world.clock.advance(seconds=1)
    inspection = InspectResult(
        outcome=Outcome.REJECTED,
        reason="It is bad.",
        artifact=world.drop(b"bad", version),
        layer=LAYER,
        version=version,
        digest=None,
        report_key=None,
        findings=(),
    )
    record_drop(
        inspection, Outcome.REJECTED, "It is bad.", registry=world.registry, clock=world.clock
    )


def live_in_dev(world: World, content: bytes, version: str, run: str) -> None:
    ref = world.release(content, version, run)
    world.lock(ref, f"{run}-dev", "dev")
    place = world.place(ref)
    world.prove(place)
    world.activate(place)
    world.end(ref, f"{run}-dev", StageState.ACTIVE, "dev")


def versions(status: Status) -> list[str]:
    return [release.version for release in status.releases]


def test_an_empty_registry_lists_nothing() -> None:
    assert read_status(World().registry) == Status(releases=())


def test_a_release_is_listed_with_every_stage_and_target() -> None:
    world = World()
    live_in_dev(world, b"zip", "1.0.0", "run-1")
    (release,) = read_status(world.registry).releases
    assert (release.state, release.digest) == ("promoting", report_digest())
    dev, prod = release.stages
    (target,) = dev.targets
    assert (dev.state, target.state, target.version_number) == ("active", "active", 1)
    assert target.layer_arn == "arn:aws:lambda:eu-central-1:111122223333:layer:http-client-dev:1"
    assert prod.state == "pending"
    assert [(t.region, t.state, t.layer_arn) for t in prod.targets] == [
        ("eu-central-1", "pending", None),
        ("us-east-1", "pending", None),
        ("eu-west-1", "pending", None),
    ]


def report_digest() -> str:
    return "4a70fe9aa6436e02c2dea340fbd1e352e4ef2d8ce6ca52ad25d4b95471fc8bf2"


def test_its_json_has_the_fields_that_scripts_read() -> None:
    world = World()
    live_in_dev(world, b"zip", "1.0.0", "run-1")
    (release,) = json.loads(read_status(world.registry).model_dump_json())["releases"]
    assert {"layer", "version", "digest", "state", "stages"} <= set(release)
    (stage, _) = release["stages"]
    assert {"stage", "state", "targets"} <= set(stage)
    assert set(stage["targets"][0]) == {
        "account",
        "region",
        "state",
        "layer_arn",
        "version_number",
        "code_sha256",
        "canary",
        "consumers",
        "reason",
        "live_canary",
    }


def test_the_newest_is_first_with_and_without_a_layer() -> None:
    world = World()
    world.release(b"one", "1.0.0", "run-1")
    reject(world, "1.1.0")
    world.release(b"three", "1.2.0", "run-2")
    assert versions(read_status(world.registry)) == ["1.2.0", "1.1.0", "1.0.0"]
    assert versions(read_status(world.registry, LAYER)) == ["1.2.0", "1.1.0", "1.0.0"]
    assert versions(read_status(world.registry, parse_layer_name("other"))) == []


def test_the_newest_is_first_within_the_same_second() -> None:
    world = World()
    world.release(b"one", "1.0.0", "run-1")
    world.clock.advance(seconds=-0.5)
    world.release(b"two", "1.1.0", "run-2")
    assert versions(read_status(world.registry, LAYER)) == ["1.1.0", "1.0.0"]
    assert versions(read_status(world.registry)) == ["1.1.0", "1.0.0"]


def test_a_rejected_drop_is_listed_until_the_version_is_a_release() -> None:
    world = World()
    reject(world)
    (rejected,) = read_status(world.registry).releases
    assert (rejected.state, rejected.reason, rejected.stages) == ("rejected", "It is bad.", ())
    world.release()
    assert [r.state for r in read_status(world.registry).releases] == ["promoting"]
    assert [r.state for r in read_status(world.registry, LAYER).releases] == ["promoting"]


def test_a_stage_that_another_release_has_taken_over_is_replaced() -> None:
    world = World()
    live_in_dev(world, b"one", "1.0.0", "run-1")
    live_in_dev(world, b"two", "1.1.0", "run-2")
    newer, older = read_status(world.registry).releases
    assert [newer.stages[0].state, newer.stages[0].targets[0].state] == ["active", "active"]
    assert [older.stages[0].state, older.stages[0].targets[0].state] == ["replaced", "replaced"]


def test_a_new_attempt_does_not_show_the_progress_of_the_last() -> None:
    world = World()
    live_in_dev(world, b"zip", "1.0.0", "run-1")
    (body,) = world.registry.kinds("release")
    ref = Release.model_validate(body).ref
    record_release(ref, ReleaseState.FAILED, "x", registry=world.registry, clock=world.clock)
    world.release(run="run-2")
    (release,) = read_status(world.registry).releases
    assert [stage.state for stage in release.stages] == ["pending", "pending"]
    assert release.stages[0].targets[0].state == "pending"


def test_a_target_that_went_back_is_inactive() -> None:
    world = World()
    ref = world.release()
    place = world.place(ref)
    world.prove(place)
    world.activate(place)
    world.restore(place)
    (release,) = read_status(world.registry).releases
    assert release.stages[0].targets[0].state == "inactive"
    assert release.stages[0].targets[0].region == FRANKFURT.region


def test_why_a_release_and_a_stage_failed_is_shown() -> None:
    world = World()
    ref = world.release()
    world.lock(ref, "p1", "dev")
    world.end(ref, "p1", StageState.FAILED, "dev")
    record_release(ref, ReleaseState.FAILED, "No.", registry=world.registry, clock=world.clock)
    (release,) = read_status(world.registry).releases
    assert (release.state, release.reason) == ("failed", "No.")
    assert release.stages[0].state == "failed"


def test_drops_that_were_refused_are_listed_newest_first_whatever_their_key() -> None:
    world = World()
    reject(world, "1.0.0")
    inspection = InspectResult(
        outcome=Outcome.REJECTED,
        artifact=Artifact(bucket="artifacts", key="elsewhere.zip", version_id="v9"),
        layer=None,
        version=None,
        digest=None,
        report_key=None,
        findings=(),
    )
    world.clock.advance(seconds=1)
    record_drop(
        inspection, Outcome.REJECTED, "Wrong key.", registry=world.registry, clock=world.clock
    )
    keys = [drop.artifact.key for drop in read_refused_drops(world.registry)]
    assert keys[0] == "elsewhere.zip"
    assert len(keys) == 2
    assert len(read_refused_drops(world.registry, limit=1)) == 1
