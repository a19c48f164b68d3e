"""Activate and restore: move the pointers consumers read, and put them back.

What a pointer said before is written to the registry before the pointer is moved, so that a
restore knows it whatever happens in between. "Nothing" is a state that can be restored as well.
"""

from layerlift.domain.errors import Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.pointers import Pointer, pointer_names
from layerlift.domain.release import (
    LivePointer,
    StageProgress,
    StageState,
    TargetProgress,
    TargetState,
)
from layerlift.ports.aws import Pointers
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.progress import Place
from layerlift.releasing.records import (
    live_key,
    load,
    revision,
    stage_key,
    target_key,
    write_live,
)
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

    def changes() -> tuple[Write, ...]:
        if _has_ended(place, registry):
            raise _TooLate
        return (
            place.update(registry, clock, TargetState.ACTIVE),
            _live_write(place, registry, pointer, clock),
        )

    try:
        commit_with_event(registry, event, changes)
    except _TooLate:
        return _undo(place, registry, pointers)
    return StepResult(outcome=Outcome.ACTIVE)


class _TooLate(Exception):
    """The promotion was ended while this step was still at work."""


def _has_ended(place: Place, registry: Registry) -> bool:
    """Say whether the stage was given up: an execution is stopped, its functions are not."""
    held = load(registry, StageProgress, stage_key(place.ref, place.stage))
    if held is None or held.value.attempt != place.ref.attempt:
        return False
    return held.value.state in (StageState.FAILED, StageState.SUPERSEDED, StageState.ROLLED_BACK)


def _undo(place: Place, registry: Registry, pointers: Pointers) -> StepResult:
    """Make the pointer say what the registry says is live, since nobody else will."""
    names = pointer_names(place.stage, place.ref.layer)
    live = load(registry, LivePointer, live_key(place.ref.layer, place.stage, place.target))
    held = place.progress(registry)
    before = None if held is None else held.value.previous
    _say(pointers, place, names, before if live is None else live.value.pointer)
    reason = f"The promotion to {place.stage} ended before the pointer was moved."
    return StepResult(outcome=Outcome.INACTIVE, reason=reason)


def restore(place: Place, *, registry: Registry, pointers: Pointers, clock: Clock) -> StepResult:
    """Make the target's pointer say what it said before this attempt moved it, also nothing.

    A target whose pointer was not moved is left alone, and so is one that has gone back before
    or that another release has been pointed to since.

    :raises Unavailable: if the target could not be reached.
    """
    held = place.progress(registry)
    if held is None or not held.value.snapshot_taken:
        return StepResult(outcome=Outcome.INACTIVE)
    if held.value.state is TargetState.INACTIVE:
        return StepResult(outcome=Outcome.INACTIVE, reason=held.value.reason)
    previous = held.value.previous
    names = pointer_names(place.stage, place.ref.layer)
    taken_over = _taken_over(place, held.value, registry)
    if taken_over is None:
        _say(pointers, place, names, previous)
        said = f"It says {'nothing' if previous is None else previous.version} again."
    else:
        said = f"It says {taken_over.version}, which was activated since."
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
            _live_write(place, registry, taken_over or previous, clock),
        ),
    )
    return StepResult(outcome=Outcome.INACTIVE, reason=said)


def _taken_over(place: Place, progress: TargetProgress, registry: Registry) -> Pointer | None:
    """Return what the pointer says, if another release was activated after this attempt's turn."""
    key = live_key(place.ref.layer, place.stage, place.target)
    held = load(registry, LivePointer, key)
    if held is None or held.value.pointer is None:
        return None
    is_later = held.value.changed_at > progress.changed_at
    is_ours = held.value.pointer.arn == progress.layer_arn
    return held.value.pointer if is_later and not is_ours else None


def _say(pointers: Pointers, place: Place, names: tuple[str, str], pointer: Pointer | None) -> None:
    if pointer is None:
        pointers.remove(place.target, names)
    else:
        pointers.write(place.target, names, pointer)


def _with_snapshot(
    place: Place, registry: Registry, pointers: Pointers, clock: Clock
) -> TargetProgress:
    """Return the progress with what the pointer said before this attempt touched it."""
    for _ in range(_TRIES):
        progress = place.canaried(registry)
        if progress.snapshot_taken:
            return progress
        previous = _before(place, registry, pointers)
        write = place.update(
            registry, clock, progress.state, snapshot_taken=True, previous=previous
        )
        if registry.commit(write):
            return place.canaried(registry)
    raise Unavailable(f"the progress of {place.ref.layer} in {place.target} kept changing")


def _before(place: Place, registry: Registry, pointers: Pointers) -> Pointer | None:
    """Return what the pointer says, or should say if it is stuck at a release that failed."""
    said = pointers.read(place.target, pointer_names(place.stage, place.ref.layer))
    if said is None or said.version == place.ref.version:
        return said
    named = place.ref.model_copy(update={"version": said.version})
    held = load(registry, TargetProgress, target_key(named, place.stage, place.target))
    is_stuck = held is not None and held.value.state is TargetState.STUCK
    return held.value.previous if held is not None and is_stuck else said


def _live_write(place: Place, registry: Registry, pointer: Pointer | None, clock: Clock) -> Write:
    key = live_key(place.ref.layer, place.stage, place.target)
    live = LivePointer(
        layer=place.ref.layer,
        stage=place.stage,
        target=place.target,
        pointer=pointer,
        code_sha256=_code_sha256(place, registry, pointer),
        changed_at=clock(),
    )
    return write_live(live, revision(load(registry, LivePointer, key)))


def _code_sha256(place: Place, registry: Registry, pointer: Pointer | None) -> str | None:
    """Return what Lambda said of the bytes of the version that a pointer names, None if unknown."""
    if pointer is None:
        return None
    named = place.ref.model_copy(update={"version": pointer.version})
    held = load(registry, TargetProgress, target_key(named, place.stage, place.target))
    is_same = held is not None and held.value.layer_arn == pointer.arn
    return held.value.code_sha256 if held is not None and is_same else None
