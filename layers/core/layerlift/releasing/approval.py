"""Approval: a promotion waits on a task token until somebody decides, once."""

from datetime import datetime, timedelta
from typing import Literal

from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.events import EventType, event_id
from layerlift.domain.model import Value
from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import (
    Approval,
    Release,
    ReleaseRef,
    StageProgress,
    StageState,
)
from layerlift.ports.aws import Promotions, Schedules
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.records import (
    approval_key,
    load,
    release_key,
    revision,
    stage_key,
    write_approval,
    write_stage,
)
from layerlift.releasing.trail import Clock, audit_entry, release_event

_EVENTS = {
    Outcome.APPROVED: EventType.APPROVAL_GRANTED,
    Outcome.DENIED: EventType.APPROVAL_DENIED,
    Outcome.EXPIRED: EventType.APPROVAL_EXPIRED,
}
_TRIES = 5
_MAX_COMMENT = 1000


class Decision(Value):
    """What somebody decided about a release that waits for a stage.

    ``actor`` is who says so, as the caller states it; nothing here proves it. ``expired`` is what
    the schedule says that :func:`request_approval` leaves behind.
    """

    layer: LayerName
    version: SemanticVersion
    stage: StageName
    outcome: Literal[Outcome.APPROVED, Outcome.DENIED, Outcome.EXPIRED]
    actor: str
    comment: str = ""
    attempt: int | None = None
    """The attempt that is meant, None for the one that waits."""


def request_approval(
    ref: ReleaseRef,
    stage: StageName,
    task_token: str,
    *,
    registry: Registry,
    promotions: Promotions,
    schedules: Schedules,
    clock: Clock,
) -> None:
    """Open the request until the policy's time is up, or hand it the token of a new try.

    If the decision was made while the state machine was trying again, it is passed on at once.

    :raises Fault: if the registry does not know the release.
    :raises Unavailable: if others kept changing the request.
    """
    held_release = load(registry, Release, release_key(ref.layer, ref.version))
    if held_release is None:
        raise Fault(f"{ref.layer} {ref.version} is not in the registry")
    now = clock()
    expires_at = now + timedelta(seconds=held_release.value.stage(stage).approvals.seconds)
    _schedule_expiry(ref, stage, expires_at, schedules)
    event = release_event(
        EventType.APPROVAL_REQUESTED, ref, now, stage=stage, expires_at=expires_at
    )
    approval = Approval(
        layer=ref.layer,
        version=ref.version,
        attempt=ref.attempt,
        stage=stage,
        digest=ref.digest,
        task_token=task_token,
        requested_at=now,
        report_url=ref.report_url,
    )
    key = approval_key(ref.layer, ref.version, stage)
    for _ in range(_TRIES):
        held = load(registry, Approval, key)
        is_known = held is not None and held.value.attempt == ref.attempt
        if held is not None and is_known and held.value.decision is not None:
            _pass_on(held.value, task_token, promotions)
            return
        entry = audit_entry(event)
        told = registry.get(entry.key) is not None
        writes = (
            write_approval(approval, revision(held)),
            _stage_write(registry, ref, stage, StageState.WAITING, now),
        )
        if registry.commit(*writes, *(() if told else (entry,))):
            return
    raise Unavailable(f"the approval of {ref.layer} {ref.version} for {stage} kept changing")


def decide(
    decision: Decision, *, registry: Registry, promotions: Promotions, clock: Clock
) -> StepResult:
    """Record the decision and let the promotion go on.

    Returns the decision's own outcome, also when the same is decided twice; ``not_waiting`` if
    nothing waits for one, ``already_decided`` if it was the other way, ``expired`` if it is late.
    """
    name = f"{decision.layer} {decision.version}"
    held = load(registry, Approval, approval_key(decision.layer, decision.version, decision.stage))
    if held is None or decision.attempt not in (None, held.value.attempt):
        reason = f"{name} does not wait for an approval in {decision.stage}."
        return StepResult(outcome=Outcome.NOT_WAITING, reason=reason)
    approval = held.value
    is_new = approval.decision is None
    if is_new:
        approval = _record(decision, approval, registry, clock())
    if approval.decision is None:
        return _too_late(approval, registry)
    if approval.decision != decision.outcome:
        who = f" by {approval.decided_by}" if approval.decided_by else ""
        reason = f"{name} was already {approval.decision}{who} in {decision.stage}."
        return StepResult(outcome=Outcome.ALREADY_DECIDED, reason=reason)
    if not _pass_on(approval, approval.task_token, promotions) and _failed(approval, registry):
        return _too_late(approval, registry)
    again = "" if is_new else f"{name} was {approval.decision} by {approval.decided_by} already."
    return StepResult(outcome=decision.outcome, reason=again)


def _failed(approval: Approval, registry: Registry) -> StageProgress | None:
    """Return how the promotion failed that waited, None if it has not."""
    held = load(registry, StageProgress, stage_key(_ref(approval), approval.stage))
    if held is None or held.value.attempt != approval.attempt:
        return None
    return held.value if held.value.state is StageState.FAILED else None


def _too_late(approval: Approval, registry: Registry) -> StepResult:
    failed = _failed(approval, registry)
    why = f": {failed.reason}" if failed is not None and failed.reason else "."
    name = f"{approval.layer} {approval.version}"
    reason = f"{name} no longer waits in {approval.stage}{why}"
    return StepResult(outcome=Outcome.EXPIRED, reason=reason)


def _record(decision: Decision, approval: Approval, registry: Registry, now: datetime) -> Approval:
    """Commit the decision with its event, unless another came first; return what then stands.

    A promotion that has failed meanwhile hears no decision, so that none is made.
    """
    ref = _ref(approval)
    comment = decision.comment[:_MAX_COMMENT]
    entry = audit_entry(
        release_event(
            _EVENTS[decision.outcome],
            ref,
            now,
            stage=decision.stage,
            outcome=decision.outcome,
            actor=decision.actor,
            comment=comment,
        )
    )
    verdict = {
        "decision": decision.outcome.value,
        "decided_by": decision.actor,
        "comment": comment,
    }
    for _ in range(_TRIES):
        held = load(
            registry, Approval, approval_key(decision.layer, decision.version, decision.stage)
        )
        if held is None or held.value.decision is not None:
            return approval if held is None else held.value
        decided = held.value.model_copy(update=verdict)
        running = _stage_write(registry, ref, decision.stage, StageState.RUNNING, now)
        if _failed(held.value, registry) is not None:
            return held.value
        if registry.commit(write_approval(decided, held.revision), running, entry):
            return decided
    raise Unavailable(f"the approval of {ref.layer} {ref.version} kept changing")


def _schedule_expiry(
    ref: ReleaseRef, stage: StageName, expires_at: datetime, schedules: Schedules
) -> None:
    decision = Decision(
        layer=ref.layer,
        version=ref.version,
        stage=stage,
        attempt=ref.attempt,
        outcome=Outcome.EXPIRED,
        actor="layerlift",
        comment=f"nobody decided until {expires_at:%Y-%m-%d %H:%M} UTC.",
    )
    name = event_id("expiry", ref.layer, ref.version, ref.digest, ref.attempt, stage)
    schedules.once(name, expires_at, decision.model_dump(mode="json"))


def _stage_write(
    registry: Registry, ref: ReleaseRef, stage: StageName, state: StageState, now: datetime
) -> Write:
    progress = StageProgress(
        layer=ref.layer,
        version=ref.version,
        attempt=ref.attempt,
        stage=stage,
        state=state,
        changed_at=now,
    )
    return write_stage(
        progress, ref, revision(load(registry, StageProgress, stage_key(ref, stage)))
    )


def _ref(approval: Approval) -> ReleaseRef:
    return ReleaseRef(
        layer=approval.layer,
        version=approval.version,
        digest=approval.digest,
        attempt=approval.attempt,
        report_url=approval.report_url,
    )


def _pass_on(approval: Approval, task_token: str, promotions: Promotions) -> bool:
    outcome = Outcome(str(approval.decision))
    who = approval.decided_by or "a newer release"
    said = f": {approval.comment}" if approval.comment else "."
    by = "" if outcome is Outcome.EXPIRED else f" by {who}"
    reason = f"{outcome.value.capitalize()}{by}{said}"
    answer = StepResult(outcome=outcome, reason=reason)
    return promotions.resume(task_token, answer.model_dump(mode="json"))
