"""A release's way, as the console and the command line show it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from layerlift.domain.gates.alarms import Alarms
from layerlift.domain.gates.freezes import Freeze, frozen
from layerlift.domain.names import parse_layer_name
from layerlift.domain.policy import Policy
from layerlift.domain.release import Release, ReleaseRef, ReleaseState, StageState
from layerlift.domain.track import Gate, StageTrack, Track
from layerlift.releasing.alarm_problems import Problem
from layerlift.releasing.bake import bake
from layerlift.releasing.gate import wave_state
from layerlift.releasing.hold import Obstacles, hold
from layerlift.releasing.record import record_release
from layerlift.releasing.track import read_track, read_tracks
from layerlift.releasing.waves import Wave
from tests.fakes.world import DEV, DUBLIN, FRANKFURT, LAYER, PROD, VIRGINIA, World, execution
from tests.unit.releasing.test_status import reject


def track(world: World, ref: ReleaseRef) -> Track:
    return read_track(world.registry, world.stored_release(ref), world.clock())


def prod(world: World, ref: ReleaseRef) -> StageTrack:
    return track(world, ref).stages[1]


def states(stage: StageTrack) -> list[list[str]]:
    return [[target.state for target in wave.targets] for wave in stage.waves]


def waiting(world: World) -> ReleaseRef:
    ref = world.release()
    world.go_into(ref, "dev", [FRANKFURT])
    world.lock(ref, "prod-1")
    world.request(ref)
    return ref


def test_a_claimed_release_has_every_stage_and_wave_before_it() -> None:
    world = World()
    found = track(world, world.release())
    assert [stage.stage for stage in found.stages] == [DEV, PROD]
    assert states(found.stages[1]) == [["pending", "pending"], ["pending"]]
    assert [wave.state for wave in found.stages[1].waves] == ["pending", "pending"]
    assert (found.current, found.is_moving) == (None, True)


def test_a_stage_says_when_it_began_and_how_long_it_took() -> None:
    world = World()
    ref = world.release()
    world.lock(ref, "dev-1", "dev")
    began = world.clock()
    world.prove(world.place(ref))
    world.activate(world.place(ref))
    world.clock.advance(seconds=42)
    world.end(ref, "dev-1", StageState.ACTIVE, "dev")
    world.clock.advance(seconds=1000)
    dev, after = track(world, ref).stages
    assert (dev.started_at, dev.seconds(world.clock())) == (began, 42.0)
    assert (after.started_at, after.seconds(world.clock())) == (None, None)


def test_a_stage_that_waits_for_approval_says_of_how_many_and_until_when() -> None:
    world = World()
    ref = waiting(world)
    world.clock.advance(seconds=30 * 60)
    gate = prod(world, ref).gate
    assert gate is not None
    assert (gate.kind, gate.approved, gate.required) == ("approval", 0, 1)
    assert gate.progress(world.clock()) == 0.25
    assert not gate.can_be_overridden


def test_a_decided_approval_is_no_gate() -> None:
    world = World()
    ref = waiting(world)
    world.decide(ref)
    assert prod(world, ref).gate is None


def test_targets_are_shown_as_they_go() -> None:
    world = World()
    ref = world.release()
    world.publish(world.place(ref, "prod", FRANKFURT))
    world.prove(world.place(ref, "prod", VIRGINIA))
    assert states(prod(world, ref)) == [["published", "canaried"], ["pending"]]
    assert [wave.state for wave in prod(world, ref).waves] == ["running", "pending"]
    canary = prod(world, ref).targets[1].canary
    assert canary is not None
    assert canary.outcome == "passed"


def test_a_target_that_another_release_took_over_is_replaced() -> None:
    world = World()
    first = world.release(b"one", "1.0.0", "run-1")
    world.go_into(first, "dev", [FRANKFURT])
    second = world.release(b"two", "2.0.0", "run-2")
    world.go_into(second, "dev", [FRANKFURT])
    assert track(world, first).stages[0].state == "replaced"
    assert track(world, first).stages[0].waves[0].state == "replaced"
    assert track(world, second).stages[0].state == "active"


def test_a_target_that_is_owed_the_release_says_since_when_and_why() -> None:
    world = World(in_debt())
    ref = world.release()
    world.lock(ref, "prod-1")
    place = world.place(ref, "prod", FRANKFURT)
    world.prove(place)
    world.activate(place)
    world.settle(ref, {FRANKFURT: "active", VIRGINIA: "unreachable"})
    wave = prod(world, ref).waves[0]
    assert (wave.state, wave.count("owed"), wave.count("active")) == ("settled", 1, 1)
    assert wave.targets[1].reason.startswith("Owed since 20")


def in_debt() -> Policy:
    return Policy.model_validate(
        {
            "version": 1,
            "stages": [
                {"name": "dev", "waves": [["eu-central-1"]]},
                {
                    "name": "prod",
                    "waves": [["eu-central-1", "us-east-1"], ["eu-west-1"]],
                    "debts": {"allowed": 1},
                },
            ],
        }
    )


def test_an_earlier_attempt_says_nothing_of_this_one() -> None:
    world = World()
    first = world.release()
    world.go_into(first, "dev", [FRANKFURT])
    record_release(first, ReleaseState.FAILED, "", registry=world.registry, clock=world.clock)
    world.promotions.running.discard(execution("run-1"))
    again = world.release(run="run-2")
    assert again.attempt == 2
    assert track(world, again).stages[0].state == "pending"
    assert track(world, again).stages[0].started_at is None


@pytest.mark.parametrize(
    ("targets", "word"),
    [
        (["pending"], "pending"),
        (["active", "active"], "active"),
        (["active", "owed"], "settled"),
        (["owed"], "owed"),
        (["published", "pending"], "running"),
        (["canaried"], "running"),
        (["granted", "canaried"], "running"),
        (["active", "failed"], "failed"),
        (["inactive", "stuck", "failed"], "stuck"),
        (["inactive"], "inactive"),
        (["replaced"], "replaced"),
    ],
)
def test_a_wave_is_called_by_its_targets(targets: list[str], word: str) -> None:
    assert wave_state(targets) == word


def test_a_list_is_newest_first_with_rejected_drops_among_them() -> None:
    world = World()
    world.release(b"one", "1.0.0", "run-1")
    reject(world, "1.1.0")
    world.release(b"two", "2.0.0", "run-2")
    listed = read_tracks(world.registry, world.clock())
    assert [(t.version, t.state) for t in listed] == [
        ("2.0.0", "promoting"),
        ("1.1.0", "rejected"),
        ("1.0.0", "promoting"),
    ]
    by_layer = read_tracks(world.registry, world.clock(), layer=LAYER)
    assert by_layer == listed
    assert read_tracks(world.registry, world.clock(), layer=parse_layer_name("other")) == ()


def test_a_list_keeps_to_states_and_to_a_length() -> None:
    world = World()
    world.release(b"one", "1.0.0", "run-1")
    reject(world, "1.1.0")
    world.release(b"two", "2.0.0", "run-2")
    now = world.clock()
    rejected = read_tracks(world.registry, now, states={ReleaseState.REJECTED})
    assert [t.version for t in rejected] == ["1.1.0"]
    assert [t.version for t in read_tracks(world.registry, now, limit=1)] == ["2.0.0"]


def calls(world: World, read: Callable[[], object]) -> int:
    world.wire.forget()
    read()
    return len(world.wire.moments) // 2


def test_a_release_takes_as_many_reads_in_thirty_targets_as_in_three() -> None:
    world = World()
    ref = world.release()
    world.go_into(ref, "prod", [FRANKFURT, VIRGINIA, DUBLIN])
    release = world.stored_release(ref)
    wide = Release.model_validate(
        release.model_dump()
        | {
            "stages": [
                stage.model_dump()
                | {"waves": [[{"account": "1" * 12, "region": f"eu-west-{n}"} for n in range(30)]]}
                for stage in release.stages
            ]
        }
    )
    few = calls(world, lambda: read_track(world.registry, release, world.clock()))
    many = calls(world, lambda: read_track(world.registry, wide, world.clock()))
    assert few == many == 8


def test_a_list_reads_what_is_about_a_layer_once() -> None:
    world = World()
    for number in range(5):
        world.release(b"%d" % number, f"1.{number}.0", f"run-{number}")
    one = calls(world, lambda: read_tracks(world.registry, world.clock(), limit=1))
    five = calls(world, lambda: read_tracks(world.registry, world.clock()))
    assert five - one == 4 * 4


def in_prod(world: World, ref: ReleaseRef, **gates: object) -> tuple[Wave, Release]:
    """Return the time after the first wave of prod, with other gates than the policy's."""
    release = world.stored_release(ref)
    plan = release.stage(PROD).model_copy(update=gates)
    stages = tuple(plan if stage.name == PROD else stage for stage in release.stages)
    return Wave(ref, plan, 1), release.model_copy(update={"stages": stages})


def gate_in_prod(world: World, release: Release) -> Gate:
    gate = read_track(world.registry, release, world.clock()).stages[1].gate
    assert gate is not None
    return gate


def test_a_bake_has_a_beginning_an_end_and_a_progress() -> None:
    world = World()
    wave, release = in_prod(world, world.release(), bake="30m")
    bake(wave, registry=world.registry, clock=world.clock)
    gate = gate_in_prod(world, release)
    assert (gate.kind, gate.wave, gate.progress(world.clock())) == ("bake", 1, 0.0)
    world.clock.advance(seconds=450)
    assert gate.progress(world.clock()) == 0.25
    assert gate.progress(world.clock() + timedelta(days=1)) == 1.0
    waves = read_track(world.registry, release, world.clock()).stages[1].waves
    assert [w.state for w in waves] == ["baking", "pending"]


def hold_prod(world: World, wave: Wave, release: Release, obstacles: Obstacles) -> None:
    now = world.clock()
    hold(wave, obstacles, release, now, registry=world.registry, clock=world.clock)


def test_alarms_that_hold_a_stage_are_named_until_they_fail_it() -> None:
    world = World()
    wave, release = in_prod(world, world.release(), alarms=Alarms(names=("errors",), hold_for="1h"))
    hold_prod(world, wave, release, Obstacles((Problem("errors", "Alarm errors fires."),), None))
    gate = gate_in_prod(world, release)
    assert (gate.kind, gate.alarms, gate.can_be_overridden) == ("alarms", ("errors",), True)
    assert gate.until == world.clock() + timedelta(hours=1)


def test_a_freeze_that_holds_a_stage_says_when_it_is_over() -> None:
    world = World()
    since, until = (world.clock() + timedelta(hours=h) for h in (-1, 3))
    ice = Freeze(
        since=since.replace(tzinfo=None), until=until.replace(tzinfo=None), reason="Holidays"
    )
    wave, release = in_prod(world, world.release(), freezes=(ice,))
    hold_prod(world, wave, release, Obstacles((), frozen((ice,), world.clock())))
    gate = gate_in_prod(world, release)
    assert (gate.kind, gate.until, gate.can_be_overridden) == ("freeze", until, True)
    assert "Holidays" in gate.reason
