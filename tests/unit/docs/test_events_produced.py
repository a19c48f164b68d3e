"""What the steps really say is what the schemas promise."""

import pytest
from jsonschema import Draft202012Validator

from layerlift.domain.events import Event, EventType
from layerlift.domain.outcomes import InspectResult, Outcome
from layerlift.domain.release import Artifact, ReleaseState, StageState
from layerlift.domain.report import Finding, Severity
from layerlift.ports.aws import CanaryReading, ModuleFailure
from layerlift.releasing.alarms import check_alarms
from layerlift.releasing.record import record_drop, record_release, record_stage
from tests.fakes.world import LAYER, PROD, World, execution
from tools.reference.schemas import detail_schema, stem


def inspection(artifact: Artifact, outcome: Outcome, *, named: bool = True) -> InspectResult:
    finding = Finding(code="x", severity=Severity.ERROR, message="It is bad", fix="Mend it")
    rejected = outcome is Outcome.REJECTED
    return InspectResult(
        outcome=outcome,
        artifact=artifact,
        layer=LAYER if named else None,
        version="1.0.0" if named else None,
        digest="0" * 64 if named else None,
        report_key="reports/x.json",
        findings=(finding,) if rejected else (),
    )


def drops() -> list[Event]:
    world = World()
    for outcome, named in (
        (Outcome.REJECTED, True),
        (Outcome.REJECTED, False),
        (Outcome.UNCHANGED, True),
    ):
        found = inspection(world.drop(), outcome, named=named)
        record_drop(found, outcome, "Why.", registry=world.registry, clock=world.clock)
    return world.events()


def decisions() -> list[Event]:
    events: list[Event] = []
    for outcome in ("approved", "denied", "expired"):
        world = World()
        ref = world.release()
        world.request(ref)
        world.decide(ref, outcome)
        events += world.events()
    return events


def way_to_prod() -> list[Event]:
    world = World()
    ref = world.release()
    world.lock(ref, "p1")
    check_alarms(
        ref,
        PROD,
        "before the first wave",
        registry=world.registry,
        alarms=world.alarms,
        clock=world.clock,
    )
    place = world.place(ref, "prod")
    world.prove(place)
    world.activate(place)
    world.restore(place)
    return world.events()


def failed_canary() -> list[Event]:
    world = World()
    place = world.place(world.release())
    world.canaries.reading = CanaryReading(0, (ModuleFailure("httpx", "no anyio"),))
    world.publish(place)
    world.canary(place)
    return world.events()


def changed_bytes() -> list[Event]:
    world = World()
    place = world.place(world.release())
    (key,) = world.artifacts.objects
    version, content = world.artifacts.objects[key][0]
    world.artifacts.objects[key][0] = (version, content[::-1])
    world.publish(place)
    return world.events()


def ends() -> list[Event]:
    events: list[Event] = []
    for stage, release in (
        (StageState.ACTIVE, ReleaseState.SUCCEEDED),
        (StageState.FAILED, ReleaseState.FAILED),
        (StageState.SUPERSEDED, ReleaseState.SUPERSEDED),
    ):
        world = World()
        ref = world.release()
        # As the state machines have it: a success has no reason, all else has one.
        reason = "" if stage is StageState.ACTIVE else "Why."
        run = execution("p1", "promotion")
        record_stage(ref, PROD, stage, reason, run, registry=world.registry, clock=world.clock)
        record_release(ref, release, reason, registry=world.registry, clock=world.clock)
        events += world.events()
    return events


PRODUCED = [*drops(), *decisions(), *way_to_prod(), *failed_canary(), *changed_bytes(), *ends()]


def test_all_events_are_among_those_produced_here() -> None:
    assert {event.type for event in PRODUCED} == set(EventType)


@pytest.mark.parametrize("event", PRODUCED, ids=lambda event: stem(event.type))
def test_an_event_validates_against_its_published_schema(event: Event) -> None:
    detail = event.detail.model_dump(mode="json", exclude_none=True)
    Draft202012Validator(detail_schema(event.type)).validate(detail)
