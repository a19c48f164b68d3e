"""Activate and restore: move the pointers consumers read, and put them back.

What a pointer said before is written to the registry before the pointer is moved, so that a
restore knows it whatever happens in between. "Nothing" is a state that can be restored as well.
So is that the pointer is about to move (:mod:`layerlift.releasing.moves`): a step that comes too
late, after its promotion was ended, makes good what it did, and if it dies the reconciler does.
"""

from typing import Any

from layerlift.domain.errors import Unavailable
from layerlift.domain.events import Event, EventType
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
from layerlift.releasing.moves import Move, begin_move
from layerlift.releasing.progress import Place
from layerlift.releasing.recollection import Recollection
from layerlift.releasing.records import (
    Held,
    live_key,
    load,
    revision,
    stage_key,
    target_key,
    write_live,
)
from layerlift.releasing.trail import Clock, commit_with_event, release_event

_ENDED = (StageState.FAILED, StageState.SUPERSEDED, StageState.ROLLED_BACK)
_MAY_ACTIVATE = (TargetState.CANARIED, TargetState.ACTIVE)


class _TooLate(Exception):
    """The promotion was ended, or another one began, while this step was still at work."""


def activate(place: Place, *, registry: Registry, pointers: Pointers, clock: Clock) -> StepResult:
    """Point consumers in the target at the release.

    :raises Fault: if the target's canary has not passed: nothing is pointed to before that.
    :raises Unavailable: if the target could not be reached.
    """
    names = pointer_names(place.stage, place.ref.layer)
    recalled, is_new = Recollection(registry), False

    def snapshot(progress: TargetProgress) -> dict[str, Any]:
        nonlocal is_new
        # Of a try that was refused nothing counts: another run of this step may be at work.
        is_new = False
        if progress.snapshot_taken:
            return {}
        said = pointers.read(place.target, names)
        is_new = _says_nothing_of(_ours(place, progress), said)
        return {"snapshot_taken": True, "previous": _before(place, said, registry)}

    move = begin_move(place, lambda: place.canaried(recalled), recalled, clock, snapshot)
    pointer = _ours(place, move.progress)
    pointers.write(place.target, names, pointer, is_new=is_new)

    def changes() -> tuple[Write, ...]:
        current = _in_time(place, registry, recalled)
        code_sha256 = _code_sha256(place, recalled, pointer)
        return (
            place.advance(current, clock, TargetState.ACTIVE, **move.taken_back(current.value)),
            _live_write(place, registry, pointer, code_sha256, clock),
        )

    try:
        if not commit_with_event(recalled, _activated(move, clock), changes):
            _in_time(place, registry, registry)
            move.end(registry)
    except _TooLate:
        _say_what_is_live(place, registry, pointers)
        move.end(registry)
        reason = f"The promotion to {place.stage} ended before the pointer was moved."
        return StepResult(outcome=Outcome.INACTIVE, reason=reason)
    return StepResult(outcome=Outcome.ACTIVE)


def _activated(move: Move, clock: Clock) -> Event:
    place, progress = move.place, move.progress
    return release_event(
        EventType.POINTER_ACTIVATED,
        place.ref,
        clock(),
        stage=place.stage,
        target=place.target,
        outcome=Outcome.ACTIVE,
        layer_arn=progress.layer_arn,
        version_number=progress.version_number,
        pointer=pointer_names(place.stage, place.ref.layer)[0],
    )


def _in_time(place: Place, registry: Registry, recalled: Registry) -> Held[TargetProgress]:
    """Return the target's progress, if the release may still be pointed to there.

    An execution is stopped, and its task given up, sooner than the function that it has called.
    How the stage does is read anew, for it is not written, and nothing else would tell of its end.
    The target is, so that what is ``recalled`` of it will do: whoever puts the pointer back changes
    the same record, and the commit is refused.
    """
    stage = load(registry, StageProgress, stage_key(place.ref, place.stage))
    if stage is not None and stage.value.attempt >= place.ref.attempt:
        is_over = stage.value.attempt > place.ref.attempt or stage.value.state in _ENDED
        if is_over:
            raise _TooLate
    held = place.progress(recalled)
    if held is None or held.value.state not in _MAY_ACTIVATE:
        raise _TooLate
    return held


def _say_what_is_live(place: Place, registry: Registry, pointers: Pointers) -> None:
    """Make the pointer say what the registry says is live, since nobody else will."""
    names = pointer_names(place.stage, place.ref.layer)
    live = load(registry, LivePointer, live_key(place.ref.layer, place.stage, place.target))
    held = place.progress(registry)
    before = None if held is None else held.value.previous
    _say(pointers, place, names, before if live is None else live.value.pointer)


def restore(place: Place, *, registry: Registry, pointers: Pointers, clock: Clock) -> StepResult:
    """Make the target's pointer say what it said before this attempt moved it, also nothing.

    A target whose pointer was not moved is left alone, and so is one that has gone back before
    or that another release has been pointed to since. One that has gone back while another step
    was at it is looked at again, once that step has certainly ended.

    :raises Unavailable: if the target could not be reached, or the registry kept changing.
    """
    held = place.progress(registry)
    if held is None or not held.value.snapshot_taken:
        return StepResult(outcome=Outcome.INACTIVE)
    if held.value.state is TargetState.INACTIVE:
        return _make_sure(place, held, registry, pointers, clock)
    move = begin_move(place, lambda: _not_yet_back(place, registry), registry, clock)
    return _go_back(move, registry, pointers, clock)


def _go_back(move: Move, registry: Registry, pointers: Pointers, clock: Clock) -> StepResult:
    place, previous = move.place, move.progress.previous
    names = pointer_names(place.stage, place.ref.layer)
    taken_over = _taken_over(place, move.progress, registry)
    if taken_over is None:
        _say(pointers, place, names, previous)
        said = "Nothing was there before, so it is gone."
        if previous is not None:
            said = f"It says {previous.version} again."
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

    def changes() -> tuple[Write, ...]:
        held = place.progress(registry)
        if held is None or held.value.state is TargetState.INACTIVE:
            raise _TooLate
        if _taken_over(place, held.value, registry) != taken_over:
            raise _TooLate
        done, live = move.taken_back(held.value), taken_over or previous
        return (
            place.advance(held, clock, TargetState.INACTIVE, reason=said, **done),
            _live_write(place, registry, live, _code_sha256(place, registry, live), clock),
        )

    try:
        is_done = commit_with_event(registry, event, changes)
    except _TooLate:
        is_done = False
    if not is_done:
        # Another has put it back meanwhile, or another release is there: what that said counts.
        _say_what_is_live(place, registry, pointers)
        move.end(registry)
    return StepResult(outcome=Outcome.INACTIVE, reason=said)


def _not_yet_back(place: Place, registry: Registry) -> Held[TargetProgress]:
    """Return the target's progress.

    :raises Unavailable: if another has put the pointer back meanwhile, or a newer attempt is there.
    """
    held = place.progress(registry)
    if held is None or held.value.state is TargetState.INACTIVE:
        raise Unavailable(f"others put {place.ref.layer} back in {place.target} at the same time")
    return held


def _make_sure(
    place: Place,
    held: Held[TargetProgress],
    registry: Registry,
    pointers: Pointers,
    clock: Clock,
) -> StepResult:
    """Look at a pointer that has gone back while another step was at it, once that has ended."""
    until = held.value.moving_until
    if until is not None and until <= clock():
        _say_what_is_live(place, registry, pointers)
        registry.commit(place.amend(held, moving_until=None))
    return StepResult(outcome=Outcome.INACTIVE, reason=held.value.reason)


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


def _ours(place: Place, progress: TargetProgress) -> Pointer:
    return Pointer(arn=str(progress.layer_arn), version=place.ref.version)


def _says_nothing_of(pointer: Pointer, said: Pointer | None) -> bool:
    return said is None or (said.arn != pointer.arn and said.version != pointer.version)


def _before(place: Place, said: Pointer | None, registry: Registry) -> Pointer | None:
    """Return what the pointer said, or should say if it is stuck at a release that failed."""
    if said is None or said.version == place.ref.version:
        return said
    named = place.ref.model_copy(update={"version": said.version})
    held = load(registry, TargetProgress, target_key(named, place.stage, place.target))
    is_stuck = held is not None and held.value.state is TargetState.STUCK
    return held.value.previous if held is not None and is_stuck else said


def _live_write(
    place: Place,
    registry: Registry,
    pointer: Pointer | None,
    code_sha256: str | None,
    clock: Clock,
) -> Write:
    key = live_key(place.ref.layer, place.stage, place.target)
    live = LivePointer(
        layer=place.ref.layer,
        stage=place.stage,
        target=place.target,
        pointer=pointer,
        code_sha256=code_sha256,
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
