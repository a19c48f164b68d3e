"""Roll back: take a release back in a stage, in every target at once.

The decision is one transaction (the lock, the stage's state, where each pointer goes, and the
event), and moving the pointers is what restores them after a failed promotion. So a rollback that
dies half way is finished by whoever finds its lock.
"""

from collections.abc import Mapping
from datetime import datetime

from layerlift.domain.commands import RollbackCommand
from layerlift.domain.debts import Bar
from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.names import SemanticVersion, StageName
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.pointers import Pointer
from layerlift.domain.release import (
    PromotionLock,
    Release,
    ReleaseRef,
    ReleaseState,
    StageProgress,
    StageState,
    TargetState,
)
from layerlift.domain.targets import Target
from layerlift.ports.aws import Pointers, Promotions
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.debts import outstanding, strike
from layerlift.releasing.progress import Place
from layerlift.releasing.putting_back import put_back, touched_targets
from layerlift.releasing.record import record_stage
from layerlift.releasing.records import (
    Held,
    bar_key,
    load,
    lock_key,
    release_key,
    revision,
    stage_key,
    write_bar,
    write_release,
    write_stage,
)
from layerlift.releasing.reserving import free, is_alive, lease
from layerlift.releasing.rollback_plan import Refused, goals, is_there, known
from layerlift.releasing.trail import Clock, audit_entry, commit_with_event, release_event

_TRIES = 5


def roll_back(
    command: RollbackCommand,
    owner: str,
    *,
    registry: Registry,
    pointers: Pointers,
    promotions: Promotions,
    clock: Clock,
) -> StepResult:
    """Return ``rolled_back``, ``incomplete``, ``busy`` (ask again) or ``refused``.

    Every pointer of the stage goes to ``command.to``, or to what it said before the release. A
    promotion of the layer that is in the stage is stopped. ``owner`` tells this request from
    every other; a request that is repeated finds what it has done.

    :raises Unavailable: if others kept changing the stage.
    """
    try:
        release = known(registry, command.layer, command.version)
        if not _is_rolled_back(registry, release, command.stage):
            busy = _begin(command, release, owner, registry, promotions, clock)
            if busy is not None:
                return busy
    except Refused as problem:
        return StepResult(outcome=Outcome.REFUSED, reason=str(problem))
    return finish_rollback(
        release.ref,
        command.stage,
        owner,
        registry=registry,
        pointers=pointers,
        promotions=promotions,
        clock=clock,
    )


def _is_rolled_back(registry: Registry, release: Release, stage: StageName) -> bool:
    held = load(registry, StageProgress, stage_key(release.ref, stage))
    if held is None or held.value.attempt != release.attempt:
        return False
    return held.value.state is StageState.ROLLED_BACK


def _begin(
    command: RollbackCommand,
    release: Release,
    owner: str,
    registry: Registry,
    promotions: Promotions,
    clock: Clock,
) -> StepResult | None:
    """Decide, end whoever holds the stage, and commit the decision; ``busy`` if it cannot be."""
    layer, stage = command.layer, command.stage
    for _ in range(_TRIES):
        held = load(registry, PromotionLock, lock_key(layer, stage))
        if held is None or not is_there(registry, release, stage):
            raise Refused(
                f"{layer} {release.version} is not live in {stage}. See what is: "
                f"layerlift status {layer}"
            )
        moves = goals(command, release, registry)
        if held.value.until is not None and is_alive(held.value, promotions, clock()):
            return StepResult(
                outcome=Outcome.BUSY, reason=f"Pointers of {layer} are going back in {stage}."
            )
        _end_owner(command, held.value, registry, promotions, clock)
        writes = _decision(command, release, moves, held, owner, registry, clock())
        if registry.commit(*writes):
            return None
    raise Unavailable(f"the lock of {layer} in {stage} kept changing")


def _end_owner(
    command: RollbackCommand,
    lock: PromotionLock,
    registry: Registry,
    promotions: Promotions,
    clock: Clock,
) -> None:
    """Stop the execution that holds the stage; record it as failed if it is of another release.

    :raises Refused: if that other release has moved pointers: it is the one to take back.
    """
    if lock.owner is None:
        return
    other: ReleaseRef | None = None
    if lock.owner_version not in (None, command.version):
        version = SemanticVersion(str(lock.owner_version))
        other = known(registry, command.layer, version).ref
        if any(t.snapshot_taken for t in touched_targets(registry, other, command.stage)):
            raise Refused(f"{version} has moved pointers in {command.stage}: take it back first.")
    if lock.until is None and promotions.is_running(lock.owner):
        promotions.stop(lock.owner, f"Rolled back by {command.actor}.")
    if other is not None:
        reason = f"Stopped, because {command.actor} rolled the stage back."
        record_stage(
            other,
            command.stage,
            StageState.FAILED,
            reason,
            str(lock.owner),
            registry=registry,
            clock=clock,
        )


def _decision(
    command: RollbackCommand,
    release: Release,
    moves: Mapping[Target, Pointer],
    held: Held[PromotionLock],
    owner: str,
    registry: Registry,
    now: datetime,
) -> tuple[Write, ...]:
    """Return what makes the rollback a fact that somebody else could finish."""
    ref, stage = release.ref, command.stage
    why = f": {command.reason}" if command.reason else "."
    reason = f"Rolled back by {command.actor}{why}"
    progress = StageProgress(
        layer=ref.layer,
        version=ref.version,
        attempt=ref.attempt,
        stage=stage,
        state=StageState.ROLLED_BACK,
        reason=reason,
        changed_at=now,
    )
    bar = Bar(release=ref, stage=stage, actor=command.actor, reason=command.reason, at=now)
    event = release_event(
        EventType.ROLLBACK_STARTED,
        ref,
        now,
        stage=stage,
        reason=f"The pointers go to {command.to or 'what they said before'}.",
        actor=command.actor,
        comment=command.reason,
    )
    return (
        lease(held, ref, owner, now),
        write_stage(progress, ref, revision(load(registry, StageProgress, stage_key(ref, stage)))),
        write_bar(bar, revision(load(registry, Bar, bar_key(ref, stage)))),
        *(_redirect(Place(ref, stage, target), goal, registry, now)
          for target, goal in moves.items()),
        audit_entry(event),
    )  # fmt: skip


def _redirect(place: Place, goal: Pointer, registry: Registry, now: datetime) -> Write:
    """Return the write that makes ``goal`` what a target's pointer goes back to."""
    held = place.progress(registry)
    state = TargetState.PENDING if held is None else held.value.state
    return place.update(registry, lambda: now, state, snapshot_taken=True, previous=goal)


def finish_rollback(
    ref: ReleaseRef,
    stage: StageName,
    owner: str,
    *,
    registry: Registry,
    pointers: Pointers,
    promotions: Promotions,
    clock: Clock,
) -> StepResult:
    """Move the pointers of a rollback that was decided, and record how it ended.

    :raises Fault: if the registry does not know the release.
    """
    targets = [touched.target for touched in touched_targets(registry, ref, stage)]
    stuck = put_back(ref, stage, targets, registry=registry, pointers=pointers, clock=clock)
    owed = outstanding(registry, ref.layer, stage)
    why = f"{ref.version} was rolled back in {stage}."
    strike([d for d in owed if d.release == ref], why, registry=registry, clock=clock)
    _record_end(ref, stage, owner, stuck, registry, promotions, clock)
    if stuck:
        return StepResult(outcome=Outcome.INCOMPLETE, reason=" ".join(stuck))
    reason = f"{ref.layer} {ref.version} is rolled back in {stage}."
    return StepResult(outcome=Outcome.ROLLED_BACK, reason=reason)


def _record_end(
    ref: ReleaseRef,
    stage: StageName,
    owner: str,
    stuck: tuple[str, ...],
    registry: Registry,
    promotions: Promotions,
    clock: Clock,
) -> None:
    event = release_event(
        EventType.ROLLBACK_FAILED if stuck else EventType.ROLLBACK_SUCCEEDED,
        ref,
        clock(),
        stage=stage,
        outcome=Outcome.INCOMPLETE if stuck else Outcome.ROLLED_BACK,
        reason=" ".join(stuck) or f"Every pointer of {stage} has gone back.",
    )

    def changes() -> tuple[Write, ...]:
        return (*_freed(ref, stage, owner, registry), *_ended(ref, registry, promotions))

    if not commit_with_event(registry, event, changes):
        # The event was told by a try that died: what it left behind is still to be let go.
        left = _freed(ref, stage, owner, registry)
        if left and not registry.commit(*left):
            raise Unavailable(f"the lock of {ref.layer} in {stage} kept changing")


def _freed(ref: ReleaseRef, stage: StageName, owner: str, registry: Registry) -> tuple[Write, ...]:
    held = load(registry, PromotionLock, lock_key(ref.layer, stage))
    return (free(held),) if held is not None and held.value.owner == owner else ()


def _ended(ref: ReleaseRef, registry: Registry, promotions: Promotions) -> tuple[Write, ...]:
    """Return what ends the release, unless its own execution is about to."""
    held = load(registry, Release, release_key(ref.layer, ref.version))
    if held is None or held.value.attempt != ref.attempt:
        raise Fault(f"{ref.layer} {ref.version} has another attempt than {ref.attempt}")
    release = held.value
    if release.state is ReleaseState.PROMOTING and promotions.is_running(release.execution):
        return ()
    ended = release.model_copy(update={"state": ReleaseState.ROLLED_BACK})
    return (write_release(ended, held.revision),)
