"""Lock: one promotion of a layer at a time into a stage; a newer release supersedes a waiting one.

"Newer" goes by the time of the claim. Whoever asks leaves its claim's time in the lock, so an
older release that is still waiting learns that it has been overtaken, and cannot go last and
put the stage back to older bytes.
"""

from datetime import datetime

from layerlift.domain.approval import Approval
from layerlift.domain.debts import Bar
from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.names import StageName
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import (
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
    layer_partition,
    load,
    load_all,
    lock_key,
    release_key,
    revision,
    stage_key,
    write_approval,
    write_lock,
    write_stage,
)
from layerlift.releasing.reserving import is_alive
from layerlift.releasing.trail import Clock, audit_entry, release_event
from layerlift.releasing.waiting import tell

_TRIES = 5


def lock(
    ref: ReleaseRef,
    stage: StageName,
    execution: str,
    *,
    registry: Registry,
    tokens: Registry,
    promotions: Promotions,
    clock: Clock,
) -> StepResult:
    """Return ``locked``, ``busy`` (ask again later), or ``superseded`` by a newer release.

    A lock whose execution no longer runs is taken over if nothing has to be put back first,
    which is ``abandoned``. The holder asking again is told ``locked`` again. A release that was
    taken back from a stage goes no further: ``rolled_back``.

    :raises Unavailable: if others kept changing the lock.
    """
    release = _release(registry, ref)
    barred = _barred(release, registry)
    if barred:
        return StepResult(outcome=Outcome.ROLLED_BACK, reason=barred)
    for _ in range(_TRIES):
        held = load(registry, PromotionLock, lock_key(ref.layer, stage))
        answer = _answer(held, release, execution, promotions, clock())
        if answer is None:
            if registry.commit(*_take(release, stage, execution, held, registry, clock())):
                return StepResult(outcome=Outcome.LOCKED)
        elif answer.outcome is not Outcome.BUSY:
            return answer
        elif held is not None and _announce(release, held, registry):
            owner = (held.value.owner_version, held.value.owner_attempt)
            if owner != (release.version, release.attempt):
                _supersede_waiting(held.value, registry, tokens, promotions)
            return answer
    raise Unavailable(f"the lock of {ref.layer} in {stage} kept changing")


def _answer(
    held: Held[PromotionLock] | None,
    release: Release,
    execution: str,
    promotions: Promotions,
    now: datetime,
) -> StepResult | None:
    """Return what the lock says to a release that asks; None if it is there to be taken."""
    if held is None:
        return None
    current = held.value
    if current.owner == execution:
        return StepResult(outcome=Outcome.LOCKED)
    if current.newest_claimed_at > release.claimed_at:
        return StepResult(
            outcome=Outcome.SUPERSEDED,
            reason=f"{current.layer} {current.newest_version} was dropped later and takes "
            f"the place of {release.version} in {current.stage}.",
        )
    owner = f"{current.layer} {current.owner_version or release.version}"
    if is_alive(current, promotions, now):
        reason = f"{owner} is on its way through {current.stage}."
        return StepResult(outcome=Outcome.BUSY, reason=reason)
    if _left_behind(current, release):
        reason = f"{owner} has left {current.stage} half done."
        return StepResult(outcome=Outcome.ABANDONED, reason=reason)
    return None


def _barred(release: Release, registry: Registry) -> str:
    """Say why this very attempt goes no further; empty if it may."""
    bars = load_all(registry, Bar, layer_partition(release.layer), f"BAR#{release.version}#")
    return next(
        (
            f"{release.layer} {release.version} was rolled back in {bar.stage} by {bar.actor}."
            for bar in bars
            if bar.release.attempt == release.attempt
        ),
        "",
    )


def _left_behind(lock: PromotionLock, release: Release) -> bool:
    """Say whether another attempt held the lock, whose pointers have to go back first."""
    owner = (lock.owner_version, lock.owner_attempt)
    return lock.owner_version is not None and owner != (release.version, release.attempt)


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


def _announce(release: Release, held: Held[PromotionLock], registry: Registry) -> bool:
    """Leave word in a lock that another holds that this release, a newer one, is waiting."""
    if held.value.newest_claimed_at == release.claimed_at:
        return True
    newest = {"newest_version": release.version, "newest_claimed_at": release.claimed_at}
    return registry.commit(write_lock(held.value.model_copy(update=newest), held.revision))


def _supersede_waiting(
    current: PromotionLock, registry: Registry, tokens: Registry, promotions: Promotions
) -> None:
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
    tell(held.value, answer.model_dump(mode="json"), tokens=tokens, promotions=promotions)
