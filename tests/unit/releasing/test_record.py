"""What the state machines decided is kept once, with one event."""

import pytest

from layerlift.domain.commands import RecordCommand
from layerlift.domain.errors import Fault
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import InspectResult, Outcome
from layerlift.domain.release import Artifact, ReleaseState, StageState
from layerlift.domain.report import Finding, Severity
from layerlift.releasing.record import record, record_drop, record_release, record_stage
from tests.fakes.wire import Died, Moment
from tests.fakes.world import BUCKET, DEV, LAYER, PROD, World, execution


def inspection(artifact: Artifact, version: str | None = "1.0.0") -> InspectResult:
    finding = Finding(code="x", severity=Severity.ERROR, message="It is bad", fix="Mend it")
    note = finding.model_copy(update={"severity": Severity.WARNING})
    return InspectResult(
        outcome=Outcome.REJECTED,
        reason="It is bad. Mend it.",
        artifact=artifact,
        layer=None if version is None else LAYER,
        version=version,
        digest=None,
        report_key="reports/x.json",
        findings=(finding, note),
    )


def reject(world: World, artifact: Artifact, version: str | None = "1.0.0") -> None:
    record_drop(
        inspection(artifact, version),
        Outcome.REJECTED,
        "It is bad.",
        registry=world.registry,
        clock=world.clock,
    )


def moments_of_a_stage_record() -> list[Moment]:
    world = World()
    ref = world.release()
    world.lock(ref, "p1")
    world.wire.forget()
    world.end(ref, "p1", StageState.ACTIVE)
    return list(world.wire.moments)


def test_a_rejected_drop_is_listed_and_told_once() -> None:
    world = World()
    artifact = world.drop()
    for _ in range(2):
        reject(world, artifact)
    (event,) = world.events()
    assert event.type is EventType.RELEASE_REJECTED
    assert event.detail.object_key == artifact.key
    assert [f.severity for f in event.detail.findings or ()] == [Severity.ERROR]
    (drop,) = world.registry.kinds("drop")
    assert (drop["outcome"], drop["reason"]) == ("rejected", "It is bad.")
    assert len(world.registry.kinds("rejection")) == 1


def test_a_drop_whose_key_names_no_release_is_kept_under_its_key() -> None:
    world = World()
    artifact = world.artifacts.drop(BUCKET, "notes.txt", b"hello")
    reject(world, artifact, version=None)
    (event,) = world.events()
    assert (event.detail.layer, event.detail.object_key) == (None, "notes.txt")
    assert world.registry.kinds("rejection") == []
    assert len(world.registry.query("AUDIT#notes.txt")) == 1
    assert len(world.registry.query("DROP#notes.txt")) == 1


def test_a_rejected_drop_does_not_touch_the_release_that_has_the_version() -> None:
    world = World()
    ref = world.release()
    before = world.stored_release(ref)
    reject(world, world.drop(b"other"))
    assert world.stored_release(ref) == before
    assert world.registry.kinds("rejection") == []


def test_each_rejected_drop_of_a_version_is_told_and_the_last_is_listed() -> None:
    world = World()
    reject(world, world.drop(b"one"))
    reject(world, world.drop(b"two"))
    assert len(world.events(EventType.RELEASE_REJECTED)) == 2
    assert len(world.registry.kinds("rejection")) == 1


def unchanged(world: World, artifact: Artifact) -> None:
    record_drop(
        inspection(artifact),
        Outcome.UNCHANGED,
        "These bytes are http-client 1.0.0 already.",
        registry=world.registry,
        clock=world.clock,
    )


def test_the_same_bytes_dropped_again_are_told_as_unchanged() -> None:
    world = World()
    world.claim()
    again = world.drop()
    unchanged(world, again)
    assert [event.type for event in world.events()] == [
        EventType.RELEASE_CLAIMED,
        EventType.RELEASE_UNCHANGED,
    ]
    outcomes = {drop["artifact"]["version_id"]: drop["outcome"] for drop in drops(world)}
    assert outcomes[again.version_id] == "unchanged"
    assert sorted(outcomes.values()) == ["claimed", "unchanged"]


def test_an_event_delivered_twice_does_not_make_a_claimed_drop_an_unchanged_one() -> None:
    world = World()
    artifact = world.drop()
    world.claim(artifact=artifact)
    unchanged(world, artifact)
    (drop,) = drops(world)
    assert drop["outcome"] == "claimed"
    assert [event.type for event in world.events()] == [EventType.RELEASE_CLAIMED]


def drops(world: World) -> list[dict[str, object]]:
    return world.registry.kinds("drop")


@pytest.mark.parametrize(
    ("state", "event_type"),
    [
        (StageState.ACTIVE, EventType.PROMOTION_SUCCEEDED),
        (StageState.FAILED, EventType.PROMOTION_FAILED),
        (StageState.SUPERSEDED, EventType.PROMOTION_SUPERSEDED),
    ],
)
def test_the_end_of_a_promotion_is_told_once(state: StageState, event_type: EventType) -> None:
    world = World()
    ref = world.release()
    world.lock(ref, "p1")
    for _ in range(2):
        world.end(ref, "p1", state)
    assert len(world.events(event_type)) == 1
    assert world.stage(ref).state is state


@pytest.mark.parametrize("moment", moments_of_a_stage_record(), ids=str)
def test_a_record_that_dies_anywhere_is_made_once_when_repeated(moment: Moment) -> None:
    world = World()
    ref = world.release()
    world.lock(ref, "p1")
    world.wire.die(moment)
    with pytest.raises(Died):
        world.end(ref, "p1", StageState.ACTIVE)
    world.end(ref, "p1", StageState.ACTIVE)
    assert len(world.events(EventType.PROMOTION_SUCCEEDED)) == 1
    (lock,) = world.registry.kinds("lock")
    assert lock["owner"] is None


def test_a_lost_answer_of_the_registry_makes_no_second_event() -> None:
    world = World()
    ref = world.release()
    world.registry.lose_answer(2)
    record_release(ref, ReleaseState.FAILED, "x", registry=world.registry, clock=world.clock)
    assert len(world.events(EventType.RELEASE_FAILED)) == 1


@pytest.mark.parametrize("state", ["succeeded", "failed", "superseded"])
def test_the_end_of_a_release_is_told_once(state: str) -> None:
    world = World()
    ref = world.release()
    for _ in range(2):
        record_release(ref, ReleaseState(state), "", registry=world.registry, clock=world.clock)
    assert world.stored_release(ref).state == state
    assert len(world.events(f"Layer Release {state.capitalize()}")) == 1


def test_a_release_fails_for_the_reason_of_the_stage_that_failed() -> None:
    world = World()
    ref = world.release()
    record_stage(
        ref,
        PROD,
        StageState.FAILED,
        "The canary failed.",
        execution("p1", "promotion"),
        registry=world.registry,
        clock=world.clock,
    )
    entry = {
        "subject": "release",
        "release": ref.model_dump(),
        "state": "failed",
        "reason": "States.TaskFailed",
    }
    command = RecordCommand.model_validate({"entry": entry})
    answer = record(command.entry, registry=world.registry, clock=world.clock)
    assert answer.reason == "prod: The canary failed."
    assert world.stored_release(ref).reason == "prod: The canary failed."


def test_the_reason_of_an_earlier_attempt_is_not_repeated() -> None:
    world = World()
    ref = world.release()
    record_stage(
        ref, DEV, StageState.FAILED, "Old.", "e", registry=world.registry, clock=world.clock
    )
    record_release(ref, ReleaseState.FAILED, "x", registry=world.registry, clock=world.clock)
    second = world.release(run="run-2")
    assert second.attempt == 2
    reason = record_release(
        second, ReleaseState.FAILED, "New.", registry=world.registry, clock=world.clock
    )
    assert reason == "New."


def test_the_end_of_an_attempt_that_was_replaced_is_a_fault() -> None:
    world = World()
    ref = world.release()
    record_release(ref, ReleaseState.FAILED, "x", registry=world.registry, clock=world.clock)
    world.release(run="run-2")
    with pytest.raises(Fault, match="has a newer attempt than 1"):
        record_release(ref, ReleaseState.SUCCEEDED, "", registry=world.registry, clock=world.clock)


def test_the_end_of_a_release_the_registry_does_not_know_is_a_fault() -> None:
    world = World()
    ref = world.release().model_copy(update={"version": "9.9.9"})
    with pytest.raises(Fault, match="is not in the registry"):
        record_release(ref, ReleaseState.FAILED, "", registry=world.registry, clock=world.clock)
