"""Record: what the state machines decided, with the event that tells of it."""

from datetime import datetime

from layerlift.domain.approval import Approval
from layerlift.domain.commands import RecordDrop, RecordRelease, RecordStage, RecordStuck
from layerlift.domain.errors import Fault
from layerlift.domain.events import Detail, Event, EventType, event_id
from layerlift.domain.names import StageName, parse_digest, parse_layer_name, parse_version
from layerlift.domain.outcomes import InspectResult, Outcome, StepResult
from layerlift.domain.release import (
    Drop,
    PromotionLock,
    Release,
    ReleaseRef,
    ReleaseState,
    StageProgress,
    StageState,
)
from layerlift.domain.report import Severity
from layerlift.domain.targets import Target
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.arrears import settle_arrears
from layerlift.releasing.debts import owed_targets, strike_overtaken, strike_own
from layerlift.releasing.progress import Place
from layerlift.releasing.putting_back import record_stuck
from layerlift.releasing.records import (
    approval_key,
    drop_key,
    load,
    lock_key,
    rejection_key,
    release_key,
    revision,
    stage_key,
    write_approval,
    write_drop,
    write_rejection,
    write_release,
    write_stage,
)
from layerlift.releasing.reserving import free
from layerlift.releasing.trail import Clock, commit_with_event, release_event

_STAGE_EVENTS = {
    StageState.ACTIVE: EventType.PROMOTION_SUCCEEDED,
    StageState.FAILED: EventType.PROMOTION_FAILED,
    StageState.SUPERSEDED: EventType.PROMOTION_SUPERSEDED,
}
_RELEASE_EVENTS = {
    ReleaseState.SUCCEEDED: EventType.RELEASE_SUCCEEDED,
    ReleaseState.FAILED: EventType.RELEASE_FAILED,
    ReleaseState.SUPERSEDED: EventType.RELEASE_SUPERSEDED,
}

_NOT_LIVE = (StageState.FAILED, StageState.SUPERSEDED)


class _Overtaken(Exception):
    """Others have said how the stage ended while this step was at work."""


def record(
    entry: RecordDrop | RecordStage | RecordRelease | RecordStuck,
    *,
    registry: Registry,
    clock: Clock,
) -> StepResult:
    """Record one entry; the result's reason is the one that was recorded."""
    reason = entry.reason
    match entry:
        case RecordDrop():
            record_drop(entry.inspection, entry.outcome, reason, registry=registry, clock=clock)
        case RecordStage():
            record_stage(
                entry.release,
                entry.stage,
                entry.state,
                reason,
                entry.execution,
                registry=registry,
                clock=clock,
            )
        case RecordRelease():
            reason = record_release(
                entry.release, entry.state, reason, registry=registry, clock=clock
            )
        case RecordStuck():
            place = Place(entry.release, entry.stage, entry.target)
            return record_stuck(place, reason, registry=registry, clock=clock)
    return StepResult(outcome=Outcome.RECORDED, reason=reason)


def record_drop(
    result: InspectResult, outcome: Outcome, reason: str, *, registry: Registry, clock: Clock
) -> None:
    """Record a drop that became no release: ``rejected`` or ``unchanged``, and why.

    A rejected version that no release has is listed among the releases as ``rejected``. A drop
    that did become a release stays one when its event is delivered once more.
    """
    artifact = result.artifact
    known = load(registry, Drop, drop_key(artifact.key, artifact.version_id))
    if known is not None and known.value.outcome == Outcome.CLAIMED:
        return
    now = clock()
    drop = Drop(
        artifact=artifact,
        outcome=outcome,
        reason=reason,
        layer=None if result.layer is None else parse_layer_name(result.layer),
        version=None if result.version is None else parse_version(result.version),
        digest=None if result.digest is None else parse_digest(result.digest),
        dropped_at=now,
        report_url=result.report_url,
    )
    commit_with_event(
        registry,
        _drop_event(drop, result, now),
        lambda: (*_rejection_writes(drop, registry), _drop_write(drop, registry)),
    )


def _drop_event(drop: Drop, result: InspectResult, now: datetime) -> Event:
    unchanged = drop.outcome == Outcome.UNCHANGED
    kind = EventType.RELEASE_UNCHANGED if unchanged else EventType.RELEASE_REJECTED
    artifact = drop.artifact
    errors = tuple(found for found in result.findings if found.severity is Severity.ERROR)
    detail = Detail(
        id=event_id(kind, artifact.bucket, artifact.key, artifact.version_id),
        time=now,
        layer=drop.layer,
        version=drop.version,
        digest=drop.digest,
        outcome=drop.outcome,
        reason=drop.reason,
        object_key=artifact.key,
        report_url=result.report_url,
        findings=errors or None,
    )
    return Event(type=kind, detail=detail)


def _drop_write(drop: Drop, registry: Registry) -> Write:
    key = drop_key(drop.artifact.key, drop.artifact.version_id)
    return write_drop(drop, revision(load(registry, Drop, key)))


def _rejection_writes(drop: Drop, registry: Registry) -> tuple[Write, ...]:
    if drop.outcome != Outcome.REJECTED or drop.layer is None or drop.version is None:
        return ()
    if load(registry, Release, release_key(drop.layer, drop.version)) is not None:
        return ()
    held = load(registry, Drop, rejection_key(drop.layer, drop.version))
    return (write_rejection(drop.layer, drop.version, drop, revision(held)),)


def record_stage(
    ref: ReleaseRef,
    stage: StageName,
    state: StageState,
    reason: str,
    execution: str,
    *,
    registry: Registry,
    clock: Clock,
) -> None:
    """Record how a promotion ended, and let go of the stage's lock if ``execution`` holds it.

    A step outlives an execution that is stopped. What others have recorded meanwhile stands: a
    rollback, that the promotion was recovered, or a newer attempt.
    """
    now = clock()
    progress = StageProgress(
        layer=ref.layer,
        version=ref.version,
        attempt=ref.attempt,
        stage=stage,
        state=state,
        reason=reason,
        changed_at=now,
    )

    def changes() -> tuple[Write, ...]:
        held = load(registry, StageProgress, stage_key(ref, stage))
        if held is not None and _stands(held.value, progress):
            raise _Overtaken
        return (
            write_stage(progress, ref, revision(held)),
            *_closed_request(ref, progress, registry),
            *_freed(ref, stage, execution, registry),
        )

    current = load(registry, StageProgress, stage_key(ref, stage))
    if current is not None and _stands(current.value, progress):
        _let_go(ref, stage, execution, registry)
        return
    if state is StageState.ACTIVE:
        strike_overtaken(ref, stage, registry=registry, clock=clock)
    else:
        why = f"{ref.version} is {state} in {stage}."
        strike_own(ref, stage, why, registry=registry, clock=clock)
        settle_arrears(ref, stage, execution, registry=registry, clock=clock)
    event = release_event(
        _STAGE_EVENTS[state],
        ref,
        now,
        stage=stage,
        outcome=state,
        reason=reason or None,
        debts=_debts(ref, registry),
    )
    try:
        commit_with_event(registry, event, changes)
    except _Overtaken:
        _let_go(ref, stage, execution, registry)


def _stands(recorded: StageProgress, late: StageProgress) -> bool:
    """Say whether what is recorded of a stage is the last word, and not what comes late.

    That a promotion failed may follow that it was active: its own execution puts back what it could
    not record for certain.
    """
    if recorded.attempt != late.attempt:
        return recorded.attempt > late.attempt
    if recorded.state is StageState.ROLLED_BACK:
        return True
    return late.state is StageState.ACTIVE and recorded.state in _NOT_LIVE


def _closed_request(ref: ReleaseRef, ended: StageProgress, registry: Registry) -> tuple[Write, ...]:
    """Return the write that ends a request which nobody has decided, for nothing waits any more."""
    if ended.state is StageState.ACTIVE:
        return ()
    held = load(registry, Approval, approval_key(ref.layer, ref.version, ended.stage))
    if held is None or held.value.attempt != ref.attempt or held.value.decision is not None:
        return ()
    verdict = {"decision": Outcome.EXPIRED.value, "comment": ended.reason}
    return (write_approval(held.value.model_copy(update=verdict), held.revision),)


def _freed(
    ref: ReleaseRef, stage: StageName, execution: str, registry: Registry
) -> tuple[Write, ...]:
    lock = load(registry, PromotionLock, lock_key(ref.layer, stage))
    return () if lock is None or lock.value.owner != execution else (free(lock),)


def _let_go(ref: ReleaseRef, stage: StageName, execution: str, registry: Registry) -> None:
    """Let go of the lock alone; whoever finds it after a refused commit takes it over."""
    writes = _freed(ref, stage, execution, registry)
    if writes:
        registry.commit(*writes)


def _debts(ref: ReleaseRef, registry: Registry) -> tuple[Target, ...] | None:
    """Return the targets that are owed the release, None if there are none."""
    return owed_targets(registry, ref) or None


def record_release(
    ref: ReleaseRef, state: ReleaseState, reason: str, *, registry: Registry, clock: Clock
) -> str:
    """Record how a release ended, and return why.

    If a stage of this attempt says why it failed, that is the reason, since it is closer to the
    cause than what the state machine was told.
    """
    held = load(registry, Release, release_key(ref.layer, ref.version))
    if held is None:
        raise Fault(f"{ref.layer} {ref.version} is not in the registry")
    reason = _stage_reason(held.value, registry) or reason

    def changes() -> tuple[Write, ...]:
        current = load(registry, Release, release_key(ref.layer, ref.version))
        if current is None or current.value.attempt != ref.attempt:
            raise Fault(f"{ref.layer} {ref.version} has a newer attempt than {ref.attempt}")
        ended = current.value.model_copy(update={"state": state, "reason": reason})
        return (write_release(ended, current.revision),)

    def event() -> Event:
        return release_event(
            _RELEASE_EVENTS[state],
            ref,
            clock(),
            outcome=state,
            reason=reason or None,
            debts=_debts(ref, registry),
        )

    commit_with_event(registry, event, changes)
    return reason


def _stage_reason(release: Release, registry: Registry) -> str:
    for plan in release.stages:
        held = load(registry, StageProgress, stage_key(release.ref, plan.name))
        if held is not None and held.value.attempt == release.attempt and held.value.reason:
            return f"{plan.name}: {held.value.reason}"
    return ""
