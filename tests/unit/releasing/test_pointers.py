"""Pointers move after the canary, and go back to what they said before, also nothing."""

from contextlib import suppress

import pytest

from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome
from layerlift.domain.pointers import Pointer, pointer_names
from layerlift.domain.release import TargetState
from layerlift.ports.aws import CanaryReading, Failure, Invocation
from layerlift.releasing.progress import Place
from tests.fakes.wire import Died, Moment
from tests.fakes.world import DEV, FRANKFURT, LAYER, World

NAMES = pointer_names(DEV, LAYER)
BEFORE = Pointer(arn="arn:before:7", version="0.9.0")


def proven(before: Pointer | None = None) -> tuple[World, Place]:
    """A release whose canary has passed in a target, whose pointer said ``before``."""
    world = World()
    if before is not None:
        world.pointers.write(FRANKFURT, NAMES, before)
    place = world.place(world.release())
    world.prove(place)
    world.wire.forget()
    return world, place


def moments(step: str) -> list[Moment]:
    world, place = proven(BEFORE)
    if step == "restore":
        world.activate(place)
        world.wire.forget()
    getattr(world, step)(place)
    return list(world.wire.moments)


ACTIVATE_MOMENTS, RESTORE_MOMENTS = moments("activate"), moments("restore")


def said(world: World) -> Pointer | None:
    return world.pointers.read(FRANKFURT, NAMES)


def live(world: World) -> list[object]:
    return [record["pointer"] for record in world.registry.kinds("live")]


def ours(world: World, place: Place) -> Pointer:
    progress = world.progress(place)
    assert progress is not None
    return Pointer(arn=str(progress.layer_arn), version="1.0.0")


def test_consumers_are_pointed_to_the_published_version() -> None:
    world, place = proven(BEFORE)
    assert world.activate(place).outcome is Outcome.ACTIVE
    assert said(world) == ours(world, place)
    assert live(world) == [ours(world, place).model_dump()]
    progress = world.progress(place)
    assert progress is not None
    assert (progress.state, progress.previous) == (TargetState.ACTIVE, BEFORE)
    (event,) = world.events(EventType.POINTER_ACTIVATED)
    assert event.detail.pointer == "/lambda/layers/dev/http-client/arn"


def test_nothing_is_pointed_to_before_it_is_published() -> None:
    world = World()
    place = world.place(world.release())
    with pytest.raises(Fault, match="is not published in"):
        world.activate(place)
    assert world.pointers.parameters == {}


@pytest.mark.parametrize("failures", [None, (Failure("httpx", "ImportError"),)])
def test_nothing_is_pointed_to_before_its_canary_has_passed(
    failures: tuple[Failure, ...] | None,
) -> None:
    world = World()
    place = world.place(world.release())
    world.publish(place)
    if failures is not None:
        world.canaries.reading = CanaryReading((Invocation(failures=failures),))
        world.canary(place)
    with pytest.raises(Fault, match=r"the canary of http-client 1\.0\.0 has not passed"):
        world.activate(place)
    assert world.pointers.parameters == {}


def test_the_canary_of_an_earlier_attempt_does_not_count() -> None:
    world, place = proven()
    later = Place(place.ref.model_copy(update={"attempt": 2}), place.stage, place.target)
    with pytest.raises(Fault, match="is not published in"):
        world.activate(later)


def test_what_was_said_before_is_in_the_registry_before_the_pointer_moves() -> None:
    world, place = proven(BEFORE)
    seen = []

    def look() -> None:
        progress = world.progress(place)
        assert progress is not None
        seen.append((progress.snapshot_taken, progress.previous))

    world.wire.next("pointers.write", "before", look)
    world.activate(place)
    assert seen == [(True, BEFORE)]


@pytest.mark.parametrize("before", [BEFORE, None], ids=["something", "nothing"])
def test_a_pointer_goes_back_to_what_it_said(before: Pointer | None) -> None:
    world, place = proven(before)
    world.activate(place)
    assert world.restore(place).outcome is Outcome.INACTIVE
    assert said(world) == before
    assert live(world) == [None if before is None else before.model_dump()]
    if before is None:
        assert world.pointers.parameters == {}
    progress = world.progress(place)
    assert progress is not None
    assert progress.state is TargetState.INACTIVE
    (event,) = world.events(EventType.POINTER_RESTORED)
    gone = "Nothing was there before, so it is gone."
    expected = gone if before is None else "It says 0.9.0 again."
    assert event.detail.reason == expected


def test_a_pointer_that_was_not_moved_is_left_alone() -> None:
    world, place = proven(BEFORE)
    assert world.restore(place).outcome is Outcome.INACTIVE
    assert said(world) == BEFORE
    assert world.events(EventType.POINTER_RESTORED) == []


def test_the_pointer_of_an_earlier_attempt_is_left_alone() -> None:
    world, place = proven(BEFORE)
    world.activate(place)
    later = Place(place.ref.model_copy(update={"attempt": 2}), place.stage, place.target)
    world.restore(later)
    assert said(world) == ours(world, place)


@pytest.mark.parametrize("before", [BEFORE, None], ids=["something", "nothing"])
@pytest.mark.parametrize("moment", ACTIVATE_MOMENTS, ids=str)
def test_an_activation_that_dies_anywhere_can_be_repeated_and_taken_back(
    moment: Moment, before: Pointer | None
) -> None:
    world, place = proven(before)
    world.wire.die(moment)
    with suppress(Died):
        world.activate(place)
    world.wire.forget()
    world.activate(place)
    assert said(world) == ours(world, place)
    assert len(world.events(EventType.POINTER_ACTIVATED)) == 1
    world.restore(place)
    assert said(world) == before


@pytest.mark.parametrize("moment", ACTIVATE_MOMENTS, ids=str)
def test_an_activation_that_dies_anywhere_can_be_taken_back_at_once(moment: Moment) -> None:
    world, place = proven(BEFORE)
    world.wire.die(moment)
    with pytest.raises(Died):
        world.activate(place)
    world.restore(place)
    assert said(world) == BEFORE


@pytest.mark.parametrize("moment", RESTORE_MOMENTS, ids=str)
def test_a_restore_that_dies_anywhere_can_be_repeated(moment: Moment) -> None:
    world, place = proven(BEFORE)
    world.activate(place)
    world.wire.die(moment)
    with pytest.raises(Died):
        world.restore(place)
    for _ in range(2):
        world.restore(place)
    assert said(world) == BEFORE
    assert len(world.events(EventType.POINTER_RESTORED)) == 1


def test_an_attempt_after_a_restore_takes_a_snapshot_of_its_own() -> None:
    world, place = proven(BEFORE)
    world.activate(place)
    world.restore(place)
    meanwhile = Pointer(arn="arn:hotfix:9", version="0.9.1")
    world.pointers.write(FRANKFURT, NAMES, meanwhile)
    later = Place(place.ref.model_copy(update={"attempt": 2}), place.stage, place.target)
    world.prove(later)
    world.activate(later)
    world.restore(later)
    assert said(world) == meanwhile


def test_a_snapshot_that_is_always_overtaken_says_unavailable() -> None:
    world, place = proven(BEFORE)
    world.registry.fail_before()
    with pytest.raises(Unavailable):
        world.activate(place)
    assert said(world) == BEFORE
