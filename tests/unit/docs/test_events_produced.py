"""What the steps really say is what the schemas promise."""

import pytest
from jsonschema import Draft202012Validator

from layerlift.domain.events import Event, EventType
from layerlift.domain.identity import Waiver
from layerlift.domain.outcomes import InspectResult, Outcome
from layerlift.domain.policy import Policy
from layerlift.domain.release import Artifact, ReleaseState, StageState
from layerlift.domain.report import Finding, Severity
from layerlift.domain.targets import Target
from layerlift.ports.aws import CanaryReading, Failure, Invocation
from layerlift.releasing.alarms import check_alarms
from layerlift.releasing.policies import apply_policy
from layerlift.releasing.record import record_drop, record_release, record_stage
from tests.fakes.approvals import person
from tests.fakes.canaries import trial
from tests.fakes.watching import WatchedWorld, watched_policy
from tests.fakes.world import (
    ADA,
    DUBLIN,
    FRANKFURT,
    GRANTING,
    LAYER,
    PROD,
    VIRGINIA,
    World,
    execution,
    until_settled,
)
from tests.unit.releasing.test_alarms import check, with_alarms
from tests.unit.releasing.test_consumers import BROKEN, WORKED, canaried, only_new
from tools.reference.schemas import detail_schema, stem

BEARS_DEBTS = Policy.model_validate(
    {
        "version": 1,
        "stages": [
            {
                "name": "prod",
                "waves": [["eu-central-1", "us-east-1", "eu-west-1", "eu-west-2"]],
                "debts": {"allowed": 3},
            }
        ],
    }
)
TWO_APPROVERS = Policy.model_validate(
    {
        "version": 1,
        "stages": [
            {
                "name": "prod",
                "waves": [["eu-central-1"]],
                "approvals": {"required": 2, "approvers": [ADA.names[1]]},
            }
        ],
    }
)


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
        world.clock.advance(hours=2)
        world.decide(ref, outcome)
        events += world.events()
    return events


def votes() -> list[Event]:
    world = World(TWO_APPROVERS)
    ref = world.release()
    world.request(ref)
    world.hand_in(ref, "approved", None, comment="seen")
    world.decide(ref, by=person("carol", role="developers"))
    world.decide(ref, by=ADA)
    return world.events()


def way_to_prod() -> list[Event]:
    world = World()
    ref = world.release()
    world.lock(ref, "p1")
    check_alarms(ref, PROD, 1, registry=world.registry, alarms=world.alarms, clock=world.clock)
    place = world.place(ref, "prod")
    world.prove(place)
    world.activate(place)
    world.restore(place)
    return world.events()


def held_and_baked() -> list[Event]:
    world, ref = with_alarms(alarms={"names": ["errors"]}, bake="10m")
    world.alarms.states["us-east-1"]["errors"] = True
    check(world, ref)
    waiver = Waiver(alarms=("errors",), reason="It mends it.")
    for who in (person("mallory", account="999988887777"), ADA):
        world.override(world.sign_override(ref, waiver, by=who))
    for wave in (0, 1):
        check(world, ref, wave)
    world.clock.advance(minutes=10)
    check(world, ref, 1)
    return world.events()


def granted(**change: object) -> list[Event]:
    world = World(GRANTING)
    vars(world.readers).update(change)
    place = world.place(world.release())
    world.prove(place)
    until_settled(world, lambda: world.grant(place))
    return world.events()


def failed_canary() -> list[Event]:
    world = World()
    place = world.place(world.release())
    broken = Invocation(failures=(Failure("httpx", "no anyio"),))
    world.canaries.reading = CanaryReading((broken,))
    world.publish(place)
    world.canary(place)
    return world.events()


def canary_that_could_try_nothing() -> list[Event]:
    world = World()
    place = world.place(world.release())
    world.canaries.reading = CanaryReading(not_offered="no python3.13 in this region")
    world.publish(place)
    world.canary(place)
    return world.events()


def tried_by_consumers() -> list[Event]:
    events: list[Event] = []
    for reading in (WORKED, CanaryReading(not_offered="no such runtime"), BROKEN):
        world, place = canaried()
        world.consumer_canaries.answers = only_new(reading)
        world.try_consumers(place)
        events += world.events()
    return events


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


def debts() -> list[Event]:
    world = World(BEARS_DEBTS)
    ref = world.release()
    world.lock(ref, "p1")
    world.settle(ref, dict.fromkeys((FRANKFURT, VIRGINIA, DUBLIN), "unreachable"))
    world.pay(world.place(ref, "prod", FRANKFURT))
    world.pay(world.place(ref, "prod", VIRGINIA), "canary_failed")
    run = execution("p1", "promotion")
    record_stage(
        ref, PROD, StageState.FAILED, "Why.", run, registry=world.registry, clock=world.clock
    )
    return world.events()


def rollbacks() -> list[Event]:
    events: list[Event] = []
    for away in (set[Target](), {VIRGINIA}):
        world = World()
        ref = world.release()
        world.go_into(ref)
        world.pointers.away = away
        stranger = person("mallory", account="999988887777")
        world.take_back(world.sign_rollback("1.0.0", by=stranger))
        world.roll_back("1.0.0", to_nothing=True)
        events += world.events()
    return events


def live_canaries() -> list[Event]:
    world = WatchedWorld()
    world.make_live()
    broken = Invocation(failures=(Failure("httpx", "no anyio"),))
    for reading in (CanaryReading((broken,)), CanaryReading((trial(),)), CanaryReading((broken,))):
        world.canaries.reading = reading
        world.look()
    apply_policy(world.registry, watched_policy(watch="off"))
    world.look()
    return world.events()


PRODUCED = [
    *drops(),
    *decisions(),
    *votes(),
    *way_to_prod(),
    *held_and_baked(),
    *granted(),
    *granted(bytes="other"),
    *failed_canary(),
    *canary_that_could_try_nothing(),
    *tried_by_consumers(),
    *changed_bytes(),
    *ends(),
    *debts(),
    *rollbacks(),
    *live_canaries(),
]


def test_all_events_are_among_those_produced_here() -> None:
    assert {event.type for event in PRODUCED} == set(EventType)


@pytest.mark.parametrize("event", PRODUCED, ids=lambda event: stem(event.type))
def test_an_event_validates_against_its_published_schema(event: Event) -> None:
    detail = event.detail.model_dump(mode="json", exclude_none=True)
    Draft202012Validator(detail_schema(event.type)).validate(detail)
