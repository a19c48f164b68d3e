"""Holding a stage: who has its lock, whether they still live, and taking it for something else.

A promotion holds the lock by its execution. What is no execution (a rollback, a recovery) holds
it by a lease that is longer than its function can live, so that two never move the same pointers.
"""

from datetime import datetime, timedelta

from layerlift.domain.names import LayerName, StageName
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import PromotionLock, ReleaseRef
from layerlift.ports.aws import Promotions
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.records import Held, load, lock_key, write_lock

LEASE = timedelta(seconds=150)
"""Longer than the functions that hold a stage by a lease can live (120 s, ``template.yaml``)."""


def is_alive(lock: PromotionLock, promotions: Promotions, now: datetime) -> bool:
    """Say whether the owner of a lock may still be at work."""
    if lock.owner is None:
        return False
    if lock.until is not None:
        return now < lock.until
    return promotions.is_running(lock.owner)


def reserve(
    layer: LayerName,
    stage: StageName,
    execution: str,
    *,
    registry: Registry,
    promotions: Promotions,
    now: datetime,
) -> StepResult:
    """Return ``held`` if nobody else moves pointers of the layer in the stage, else ``busy``.

    The reservation ends with the execution.
    """
    held = load(registry, PromotionLock, lock_key(layer, stage))
    busy = StepResult(outcome=Outcome.BUSY, reason=f"{layer} is being moved in {stage}.")
    if held is None:
        return busy
    lock = held.value
    if lock.owner == execution:
        return StepResult(outcome=Outcome.RESERVED)
    if lock.owner is not None and (
        lock.owner_version is not None or is_alive(lock, promotions, now)
    ):
        return busy
    mine = {"owner": execution, "owner_version": None, "owner_attempt": None, "until": None}
    if not registry.commit(write_lock(lock.model_copy(update=mine), held.revision)):
        return busy
    return StepResult(outcome=Outcome.RESERVED)


def lease(held: Held[PromotionLock], ref: ReleaseRef, owner: str, now: datetime) -> Write:
    """Return the write that takes a lock to put back what ``ref`` has moved."""
    mine = {
        "owner": owner,
        "owner_version": ref.version,
        "owner_attempt": ref.attempt,
        "until": now + LEASE,
    }
    return write_lock(held.value.model_copy(update=mine), held.revision)


def free(held: Held[PromotionLock]) -> Write:
    """Return the write that lets go of a lock."""
    nobody = {"owner": None, "owner_version": None, "owner_attempt": None, "until": None}
    return write_lock(held.value.model_copy(update=nobody), held.revision)
