"""Recovery: a promotion whose execution is gone leaves a stage half old and half new.

Step Functions tells nobody when an execution is stopped by hand or times out, so whoever finds
the lock of one (the next promotion, or the reconciler) has this done.
"""

from layerlift.domain.errors import Fault
from layerlift.domain.names import LayerName, StageName
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import (
    PromotionLock,
    Release,
    ReleaseRef,
    ReleaseState,
    StageProgress,
    StageState,
)
from layerlift.ports.aws import Pointers, Promotions
from layerlift.ports.registry import Registry
from layerlift.releasing.putting_back import put_back, touched_targets
from layerlift.releasing.record import record_release, record_stage
from layerlift.releasing.records import Held, load, lock_key, release_key, stage_key
from layerlift.releasing.reserving import free, is_alive, lease
from layerlift.releasing.rollback_end import finish_rollback
from layerlift.releasing.trail import Clock

_WHY = "The execution was stopped or timed out, and what it had moved was put back."


def recover(
    layer: LayerName,
    stage: StageName,
    owner: str,
    *,
    registry: Registry,
    pointers: Pointers,
    promotions: Promotions,
    clock: Clock,
) -> StepResult:
    """Return ``recovered`` if no dead execution holds the stage any more, else ``busy``.

    What a dead promotion had moved is put back, and it is recorded as failed; a rollback that
    died is finished. ``owner`` tells this try from every other, as a request id does.
    """
    held = load(registry, PromotionLock, lock_key(layer, stage))
    if held is None or held.value.owner is None:
        return StepResult(outcome=Outcome.RECOVERED)
    now = clock()
    if is_alive(held.value, promotions, now):
        return StepResult(outcome=Outcome.BUSY, reason=f"{layer} is being moved in {stage}.")
    ref = _owner(held.value, registry)
    write = free(held) if ref is None else lease(held, ref, owner, now)
    if not registry.commit(write):
        return StepResult(outcome=Outcome.BUSY, reason=f"Another recovers {layer} in {stage}.")
    if ref is not None:
        _clear(ref, stage, owner, registry, pointers, promotions, clock)
    return StepResult(outcome=Outcome.RECOVERED)


def _owner(lock: PromotionLock, registry: Registry) -> ReleaseRef | None:
    """Return the attempt that held the stage, None if it moved nothing of its own."""
    if lock.owner_version is None or lock.owner_attempt is None:
        return None
    release = _release(registry, lock.layer, lock)
    return release.value.ref.model_copy(update={"attempt": lock.owner_attempt})


def _release(registry: Registry, layer: LayerName, lock: PromotionLock) -> Held[Release]:
    version = lock.owner_version
    held = None if version is None else load(registry, Release, release_key(layer, version))
    if held is None:
        raise Fault(f"{layer} {version} is not in the registry")
    return held


def _clear(
    ref: ReleaseRef,
    stage: StageName,
    owner: str,
    registry: Registry,
    pointers: Pointers,
    promotions: Promotions,
    clock: Clock,
) -> None:
    progress = load(registry, StageProgress, stage_key(ref, stage))
    if progress is not None and progress.value.state is StageState.ROLLED_BACK:
        finish_rollback(
            ref,
            stage,
            owner,
            registry=registry,
            pointers=pointers,
            promotions=promotions,
            clock=clock,
        )
        return
    targets = [touched.target for touched in touched_targets(registry, ref, stage)]
    stuck = put_back(ref, stage, targets, registry=registry, pointers=pointers, clock=clock)
    reason = " ".join((_WHY, *stuck))
    record_stage(ref, stage, StageState.FAILED, reason, owner, registry=registry, clock=clock)
    end_orphan(ref, reason, registry=registry, promotions=promotions, clock=clock)


def end_orphan(
    ref: ReleaseRef, reason: str, *, registry: Registry, promotions: Promotions, clock: Clock
) -> bool:
    """Record a release as failed whose own execution is gone; say whether that was so."""
    held = load(registry, Release, release_key(ref.layer, ref.version))
    if held is None or held.value.attempt != ref.attempt:
        return False
    release = held.value
    if release.state is not ReleaseState.PROMOTING or promotions.is_running(release.execution):
        return False
    record_release(ref, ReleaseState.FAILED, reason, registry=registry, clock=clock)
    return True
