"""Lock: one promotion of a layer at a time into a stage; a newer release supersedes a waiting one.

"Newer" goes by the time of the claim. Whoever asks leaves its claim's time in the lock, so an
older release that is still waiting learns that it has been overtaken, and cannot go last and
put the stage back to older bytes.
"""

from datetime import datetime

from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.names import StageName
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import (
    Approval,
    PromotionLock,
    Release,
    ReleaseRef,
    StageProgress,
    StageState,
)
from layerlift.ports.aws import Promotions
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.records import (
    Held,
    approval_key,
    load,
    lock_key,
    release_key,
    revision,
    stage_key,
    write_approval,
    write_lock,
    write_stage,
)
from layerlift.releasing.trail import Clock, audit_entry, release_event

_TRIES = 5


def lock(
    ref: ReleaseRef,
    stage: StageName,
    execution: str,
    *,
    registry: Registry,
    promotions: Promotions,
    clock: Clock,
) -> StepResult:
    """Return ``locked``, ``busy`` (ask again later), or ``superseded`` by a newer release.

    A lock whose execution no longer runs is taken over. The holder asking again is told
    ``locked`` again.

    :raises Unavailable: if others kept changing the lock.
    """
    release = _release(registry, ref)
    for _ in range(_TRIES):
        held = load(registry, PromotionLock, lock_key(ref.layer, stage))
        current = None if held is None else held.value
        if current is not None and current.owner == execution:
            return StepResult(outcome=Outcome.LOCKED)
        if current is not None and current.newest_claimed_at > release.claimed_at:
            return StepResult(
                outcome=Outcome.SUPERSEDED,
                reason=f"{ref.layer} {current.newest_version} was dropped later and takes "
                f"the place of {ref.version} in {stage}.",
            )
        if current is None or current.owner is None or not promotions.is_running(current.owner):
            if registry.commit(*_take(release, stage, execution, held, registry, clock())):
                return StepResult(outcome=Outcome.LOCKED)
        elif _announce(release, held, registry):
            if (current.owner_version, current.owner_attempt) != (release.version, release.attempt):
                _supersede_waiting(current, registry, promotions)
            return StepResult(
                outcome=Outcome.BUSY,
                reason=f"{ref.layer} {current.owner_version} is on its way through {stage}.",
            )
    raise Unavailable(f"the lock of {ref.layer} in {stage} kept changing")


def _release(registry: Registry, ref: ReleaseRef) -> Release:
    held = load(registry, Release, release_key(ref.layer, ref.version))
    if held is None:
        raise Fault(f"{ref.layer} {ref.version} is not in the registry")
    return held.value


def _take(
    release: Release,
    stage: StageName,
    execution: str,
    held: Held[PromotionLock] | None,
    registry: Registry,
    now: datetime,
) -> tuple[Write, ...]:
    ref = release.ref
    mine = PromotionLock(
        layer=release.layer,
        stage=stage,
        owner=execution,
        owner_version=release.version,
        owner_attempt=release.attempt,
        newest_version=release.version,
        newest_claimed_at=release.claimed_at,
    )
    progress = StageProgress(
        layer=release.layer,
        version=release.version,
        attempt=release.attempt,
        stage=stage,
        state=StageState.RUNNING,
        changed_at=now,
    )
    writes = (
        write_lock(mine, revision(held)),
        write_stage(progress, ref, revision(load(registry, StageProgress, stage_key(ref, stage)))),
    )
    entry = audit_entry(release_event(EventType.PROMOTION_STARTED, ref, now, stage=stage))
    # A second execution of the same attempt takes over a dead one: it has been announced already.
    return writes if registry.get(entry.key) is not None else (*writes, entry)


def _announce(release: Release, held: Held[PromotionLock] | None, registry: Registry) -> bool:
    """Leave word in a lock that another holds that this release, a newer one, is waiting."""
    if held is None or held.value.newest_claimed_at == release.claimed_at:
        return True
    newest = {"newest_version": release.version, "newest_claimed_at": release.claimed_at}
    return registry.commit(write_lock(held.value.model_copy(update=newest), held.revision))


def _supersede_waiting(current: PromotionLock, registry: Registry, promotions: Promotions) -> None:
    """End the holder's wait for an approval, if that is what it is doing."""
    if current.owner_version is None:
        return
    held = load(
        registry, Approval, approval_key(current.layer, current.owner_version, current.stage)
    )
    if held is None or held.value.attempt != current.owner_attempt:
        return
    if held.value.decision is None:
        decided = held.value.model_copy(update={"decision": Outcome.SUPERSEDED.value})
        if not registry.commit(write_approval(decided, held.revision)):
            return
    elif held.value.decision != Outcome.SUPERSEDED:
        return
    answer = StepResult(
        outcome=Outcome.SUPERSEDED,
        reason=f"A newer release of {current.layer} waits for {current.stage}.",
    )
    promotions.resume(held.value.task_token, answer.model_dump(mode="json"))
