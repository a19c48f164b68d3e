"""Activate and restore: move the pointers consumers read, and put them back.

What a pointer said before is written to the registry before the pointer is moved, so that a
restore knows it whatever happens in between. "Nothing" is a state that can be restored as well.
"""

from layerlift.domain.errors import Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.pointers import Pointer, pointer_names
from layerlift.domain.release import LivePointer, TargetProgress, TargetState
from layerlift.ports.aws import Pointers
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.progress import Place
from layerlift.releasing.records import live_key, load, revision, write_live
from layerlift.releasing.trail import Clock, commit_with_event, release_event

_TRIES = 5


def activate(place: Place, *, registry: Registry, pointers: Pointers, clock: Clock) -> StepResult:
    """Point consumers in the target at the release.

    :raises Fault: if the target's canary has not passed: nothing is pointed to before that.
    :raises Unavailable: if the target could not be reached.
    """
    progress = _with_snapshot(place, registry, pointers, clock)
    names = pointer_names(place.stage, place.ref.layer)
    pointer = Pointer(arn=str(progress.layer_arn), version=place.ref.version)
    pointers.write(place.target, names, pointer)
    event = release_event(
        EventType.POINTER_ACTIVATED,
        place.ref,
        clock(),
        stage=place.stage,
        target=place.target,
        outcome=Outcome.ACTIVE,
        layer_arn=progress.layer_arn,
        version_number=progress.version_number,
        pointer=names[0],
    )
    commit_with_event(
        registry,
        event,
        lambda: (
            place.update(registry, clock, TargetState.ACTIVE),
            _live_write(place, registry, pointer, clock),
        ),
    )
    return StepResult(outcome=Outcome.ACTIVE)


def restore(place: Place, *, registry: Registry, pointers: Pointers, clock: Clock) -> StepResult:
    """Make the target's pointer say what it said before this attempt moved it, also nothing.

    A target whose pointer was not moved is left alone.

    :raises Unavailable: if the target could not be reached.
    """
    held = place.progress(registry)
    if held is None or not held.value.snapshot_taken:
        return StepResult(outcome=Outcome.INACTIVE)
    previous = held.value.previous
    names = pointer_names(place.stage, place.ref.layer)
    if previous is None:
        pointers.remove(place.target, names)
        said = "It says nothing again."
    else:
        pointers.write(place.target, names, previous)
        said = f"It says {previous.version} again."
    event = release_event(
        EventType.POINTER_RESTORED,
        place.ref,
        clock(),
        stage=place.stage,
        target=place.target,
        outcome=Outcome.INACTIVE,
        reason=said,
        pointer=names[0],
    )
    commit_with_event(
        registry,
        event,
        lambda: (
            place.update(registry, clock, TargetState.INACTIVE, reason=said),
            _live_write(place, registry, previous, clock),
        ),
    )
    return StepResult(outcome=Outcome.INACTIVE, reason=said)


def _with_snapshot(
    place: Place, registry: Registry, pointers: Pointers, clock: Clock
) -> TargetProgress:
    """Return the progress with what the pointer said before this attempt touched it."""
    for _ in range(_TRIES):
        progress = place.canaried(registry)
        if progress.snapshot_taken:
            return progress
        previous = pointers.read(place.target, pointer_names(place.stage, place.ref.layer))
        write = place.update(
            registry, clock, progress.state, snapshot_taken=True, previous=previous
        )
        if registry.commit(write):
            return place.canaried(registry)
    raise Unavailable(f"the progress of {place.ref.layer} in {place.target} kept changing")


def _live_write(place: Place, registry: Registry, pointer: Pointer | None, clock: Clock) -> Write:
    key = live_key(place.ref.layer, place.stage, place.target)
    live = LivePointer(
        layer=place.ref.layer,
        stage=place.stage,
        target=place.target,
        pointer=pointer,
        changed_at=clock(),
    )
    return write_live(live, revision(load(registry, LivePointer, key)))
