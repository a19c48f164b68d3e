"""The end of a rollback: its pointers are moved, what the stage owes is set right, all is recorded.

What is to be done is in the registry by then, so that it is finished by whoever finds the lock of
one that died half way.
"""

from typing import Any

from layerlift.domain.debts import Bar
from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.events import Event, EventType
from layerlift.domain.names import StageName
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import PromotionLock, Release, ReleaseRef, ReleaseState
from layerlift.ports.aws import Pointers, Promotions
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.arrears import settle_arrears
from layerlift.releasing.debts import strike_own
from layerlift.releasing.putting_back import put_back, touched_targets
from layerlift.releasing.records import bar_key, load, lock_key, release_key, write_release
from layerlift.releasing.reserving import free
from layerlift.releasing.rollback_effect import now_live
from layerlift.releasing.trail import Clock, commit_with_event, release_event


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
    why = f"{ref.version} was rolled back in {stage}."
    strike_own(ref, stage, why, registry=registry, clock=clock)
    settle_arrears(ref, stage, owner, registry=registry, clock=clock)
    _record_end(ref, stage, owner, stuck, registry, promotions, clock)
    if stuck:
        return StepResult(outcome=Outcome.INCOMPLETE, reason=" ".join(stuck))
    reason = (
        f"{ref.layer} {ref.version} is rolled back in {stage}: {now_live(ref, stage, registry)}."
    )
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
    # The release's own execution may be ending it: whoever is later has the last word.
    def event() -> Event:
        return release_event(
            EventType.ROLLBACK_FAILED if stuck else EventType.ROLLBACK_SUCCEEDED,
            ref,
            clock(),
            stage=stage,
            outcome=Outcome.INCOMPLETE if stuck else Outcome.ROLLED_BACK,
            reason=" ".join(stuck) or _gone_back(ref, stage, registry),
            **({} if stuck else _order(ref, stage, registry)),
        )

    def changes() -> tuple[Write, ...]:
        return (*_freed(ref, stage, owner, registry), *_ended(ref, registry, promotions))

    if not commit_with_event(registry, event, changes):
        # The event was told by a try that died: what it left behind is still to be let go.
        left = _freed(ref, stage, owner, registry)
        if left and not registry.commit(*left):
            raise Unavailable(f"the lock of {ref.layer} in {stage} kept changing")


def _order(ref: ReleaseRef, stage: StageName, registry: Registry) -> dict[str, Any]:
    """Return who wanted the rollback and why, which whoever finishes it need not be told."""
    held = load(registry, Bar, bar_key(ref, stage))
    return {} if held is None else {"actor": held.value.actor, "comment": held.value.reason}


def _gone_back(ref: ReleaseRef, stage: StageName, registry: Registry) -> str:
    return f"Every pointer of {stage} has gone back: {now_live(ref, stage, registry)}."


def _freed(ref: ReleaseRef, stage: StageName, owner: str, registry: Registry) -> tuple[Write, ...]:
    held = load(registry, PromotionLock, lock_key(ref.layer, stage))
    return (free(held),) if held is not None and held.value.owner == owner else ()


def _ended(ref: ReleaseRef, registry: Registry, promotions: Promotions) -> tuple[Write, ...]:
    """Return what ends the release, but leaves it as it is if its own execution is about to.

    It is written in either case, so that the two come one after the other.
    """
    held = load(registry, Release, release_key(ref.layer, ref.version))
    if held is None or held.value.attempt != ref.attempt:
        raise Fault(f"{ref.layer} {ref.version} has another attempt than {ref.attempt}")
    release = held.value
    if release.state is ReleaseState.PROMOTING and promotions.is_running(release.execution):
        return (write_release(release, held.revision),)
    ended = release.model_copy(update={"state": ReleaseState.ROLLED_BACK})
    return (write_release(ended, held.revision),)
