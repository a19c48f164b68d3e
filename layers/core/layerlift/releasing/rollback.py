"""Roll back: take a release back in a stage, in every target at once.

The decision is one transaction (the lock, the stage's state, where each pointer goes, and the
event), and moving the pointers is what restores them after a failed promotion. So a rollback that
dies half way is finished by whoever finds its lock.
"""

from collections.abc import Mapping
from datetime import datetime

from layerlift.domain.commands import RollbackCommand
from layerlift.domain.debts import Bar
from layerlift.domain.errors import Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.names import SemanticVersion, StageName
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.pointers import Pointer
from layerlift.domain.release import (
    PromotionLock,
    Release,
    ReleaseRef,
    StageProgress,
    StageState,
    TargetState,
)
from layerlift.domain.targets import Target
from layerlift.ports.aws import Pointers, Promotions
from layerlift.ports.identity import IdentityProofs
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.identification import ControlPlaneName
from layerlift.releasing.progress import Place
from layerlift.releasing.putting_back import touched_targets
from layerlift.releasing.record import record_stage
from layerlift.releasing.records import (
    Held,
    bar_key,
    load,
    lock_key,
    revision,
    stage_key,
    write_bar,
    write_stage,
)
from layerlift.releasing.reserving import is_alive, lease
from layerlift.releasing.rollback_effect import check_that_something_stays
from layerlift.releasing.rollback_end import finish_rollback
from layerlift.releasing.rollback_orders import Order, refuse_order, take_order
from layerlift.releasing.rollback_plan import Refused, goals, is_there, known
from layerlift.releasing.trail import Clock, audit_entry, release_event

_TRIES = 5


def roll_back(
    command: RollbackCommand,
    owner: str,
    *,
    control_plane: ControlPlaneName,
    registry: Registry,
    pointers: Pointers,
    promotions: Promotions,
    proofs: IdentityProofs,
    clock: Clock,
) -> StepResult:
    """Return ``rolled_back``, ``incomplete``, ``busy`` (ask again) or ``refused``.

    Every pointer of the stage goes to ``command.recall.to``, or to what it said before the
    release. A promotion of the layer that is in the stage is stopped. ``owner`` tells this request
    from every other; a request that is repeated finds what it has done.

    :raises Unavailable: if STS cannot be asked, or others kept changing the stage.
    """
    order = take_order(
        command, control_plane=control_plane, registry=registry, proofs=proofs, now=clock()
    )
    if isinstance(order, StepResult):
        return order
    try:
        if not _is_rolled_back(registry, order.release, order.stage):
            busy = _begin(order, owner, registry, promotions, clock)
            if busy is not None:
                return busy
    except Refused as problem:
        return refuse_order(order, str(problem), registry, clock())
    return finish_rollback(
        order.release.ref,
        order.stage,
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
    order: Order, owner: str, registry: Registry, promotions: Promotions, clock: Clock
) -> StepResult | None:
    """Decide, end whoever holds the stage, and commit the decision; ``busy`` if it cannot be."""
    release, stage = order.release, order.stage
    layer = release.layer
    for _ in range(_TRIES):
        held = load(registry, PromotionLock, lock_key(layer, stage))
        if held is None or not is_there(registry, release, stage):
            raise Refused(
                f"{layer} {release.version} is not live in {stage}. See what is: "
                f"layerlift status {layer}"
            )
        moves = goals(order, registry)
        check_that_something_stays(order, moves, registry)
        if held.value.until is not None and is_alive(held.value, promotions, clock()):
            return StepResult(
                outcome=Outcome.BUSY, reason=f"Pointers of {layer} are going back in {stage}."
            )
        _end_owner(order, held.value, registry, promotions, clock)
        writes = _decision(order, moves, held, owner, registry, clock())
        if registry.commit(*writes):
            return None
    raise Unavailable(f"the lock of {layer} in {stage} kept changing")


def _end_owner(
    order: Order,
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
    if lock.owner_version not in (None, order.release.version):
        version = SemanticVersion(str(lock.owner_version))
        other = known(registry, order.release.layer, version).ref
        if any(t.snapshot_taken for t in touched_targets(registry, other, order.stage)):
            raise Refused(f"{version} has moved pointers in {order.stage}: take it back first.")
    if lock.until is None and promotions.is_running(lock.owner):
        promotions.stop(lock.owner, f"Rolled back by {order.by.arn}.")
    if other is not None:
        reason = f"Stopped, because {order.by.arn} rolled the stage back."
        record_stage(
            other,
            order.stage,
            StageState.FAILED,
            reason,
            str(lock.owner),
            registry=registry,
            clock=clock,
        )


def _decision(
    order: Order,
    moves: Mapping[Target, Pointer | None],
    held: Held[PromotionLock],
    owner: str,
    registry: Registry,
    now: datetime,
) -> tuple[Write, ...]:
    """Return what makes the rollback a fact that somebody else could finish."""
    ref, stage, recall = order.release.ref, order.stage, order.recall
    why = f": {recall.reason}" if recall.reason else "."
    reason = f"Rolled back by {order.by.arn}{why}"
    progress = StageProgress(
        layer=ref.layer,
        version=ref.version,
        attempt=ref.attempt,
        stage=stage,
        state=StageState.ROLLED_BACK,
        reason=reason,
        changed_at=now,
    )
    bar = Bar(release=ref, stage=stage, actor=order.by.arn, reason=recall.reason, at=now)
    event = release_event(
        EventType.ROLLBACK_STARTED,
        ref,
        now,
        stage=stage,
        reason=f"The pointers go to {recall.to or 'what they said before'}.",
        actor=order.by.arn,
        comment=recall.reason,
    )
    return (
        lease(held, ref, owner, now),
        write_stage(progress, ref, revision(load(registry, StageProgress, stage_key(ref, stage)))),
        write_bar(bar, revision(load(registry, Bar, bar_key(ref, stage)))),
        *(_redirect(Place(ref, stage, target), goal, registry, now)
          for target, goal in moves.items()),
        order.used,
        audit_entry(event),
    )  # fmt: skip


def _redirect(place: Place, goal: Pointer | None, registry: Registry, now: datetime) -> Write:
    """Return the write that makes ``goal`` what a target's pointer goes back to."""
    held = place.progress(registry)
    state = TargetState.PENDING if held is None else held.value.state
    return place.update(registry, lambda: now, state, snapshot_taken=True, previous=goal)
