"""A promotion that waits for approval: its stage's record, and the answer that it gets."""

from collections.abc import Mapping
from datetime import datetime

from layerlift.domain.approval import Approval, in_words
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import ReleaseRef, StageProgress, StageState
from layerlift.ports.aws import Promotions
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.records import load, revision, stage_key, write_stage
from layerlift.releasing.task_tokens import resume


def release_of(approval: Approval) -> ReleaseRef:
    """Return the attempt at a release that asks for the approval."""
    return ReleaseRef(
        layer=approval.layer,
        version=approval.version,
        digest=approval.digest,
        attempt=approval.attempt,
        report_url=approval.report_url,
    )


def write_stage_state(
    approval: Approval, state: StageState, now: datetime, registry: Registry
) -> Write:
    """Return the write that brings the stage's record to ``state``."""
    ref = release_of(approval)
    progress = StageProgress(
        layer=approval.layer,
        version=approval.version,
        attempt=approval.attempt,
        stage=approval.stage,
        state=state,
        changed_at=now,
    )
    held = load(registry, StageProgress, stage_key(ref, approval.stage))
    return write_stage(progress, ref, revision(held))


def failed_meanwhile(approval: Approval, registry: Registry) -> StageProgress | None:
    """Return how the promotion failed that waited, None if it has not."""
    held = load(registry, StageProgress, stage_key(release_of(approval), approval.stage))
    if held is None or held.value.attempt != approval.attempt:
        return None
    return held.value if held.value.state is StageState.FAILED else None


def pass_on(approval: Approval, *, tokens: Registry, promotions: Promotions) -> bool:
    """Tell the promotion what was decided; False if it waits no more."""
    outcome = Outcome(str(approval.decision))
    who = approval.decided_by or "a newer release"
    said = f": {approval.comment}" if approval.comment else "."
    by = "" if outcome is Outcome.EXPIRED else f" by {who}"
    reason = f"{in_words(outcome).capitalize()}{by}{said}"
    return tell(
        approval,
        StepResult(outcome=outcome, reason=reason).model_dump(mode="json"),
        tokens=tokens,
        promotions=promotions,
    )


def tell(
    approval: Approval, answer: Mapping[str, str], *, tokens: Registry, promotions: Promotions
) -> bool:
    """Let the promotion go on with ``answer``; False if it waits no more."""
    return resume(
        approval.layer,
        approval.version,
        approval.stage,
        approval.attempt,
        answer,
        tokens=tokens,
        promotions=promotions,
    )
