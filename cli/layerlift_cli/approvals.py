"""Decide on a release that waits for approval, through the control plane's own door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerlift.domain.approval import Approval, in_words
from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import Release, StageProgress, StageState
from layerlift.releasing.decision import Decision, Verdict
from layerlift.releasing.electors import state_ruling
from layerlift.releasing.records import approval_key, load, release_key, stage_key
from layerlift.releasing.status import read_later_refusals
from layerlift_cli.control_plane import ControlPlane, tell
from layerlift_cli.errors import AnswerIsNo
from layerlift_cli.identity_proof import sign

if TYPE_CHECKING:
    import boto3


def find_request(
    plane: ControlPlane, layer: LayerName, version: SemanticVersion, stage: StageName
) -> Approval:
    """Return the newest request for approval of a release.

    :raises AnswerIsNo: if there is none.
    """
    held = load(plane.registry, Approval, approval_key(layer, version, stage))
    if held is None:
        raise AnswerIsNo(
            f"{layer} {version} does not wait for an approval in {stage}.",
            next_step="See what does: layerlift approvals",
        )
    return held.value


def what_came_since(plane: ControlPlane, request: Approval) -> str:
    """Return what makes a request one of the past: a newer attempt, a refused drop, a rollback.

    Sentences; empty if the request is what the release is at.
    """
    held = load(plane.registry, Release, release_key(request.layer, request.version))
    if held is None:
        return ""
    release = held.value
    if release.attempt != request.attempt:
        return (
            f"This was attempt {request.attempt}. Attempt {release.attempt} is under way or over, "
            "and has asked for nothing here."
        )
    refusals = read_later_refusals(plane.registry, request.layer, request.version)
    if refusals:
        last = refusals[0]
        when = f"{last.dropped_at:%Y-%m-%d %H:%M} UTC"
        return f"Dropped again {when}, which was refused: {last.reason}"
    stage = load(plane.registry, StageProgress, stage_key(release.ref, request.stage))
    if stage is not None and stage.value.state is StageState.ROLLED_BACK:
        return f"{stage.value.reason.rstrip('.')}. Drop it again to ask anew."
    return ""


def decide(
    plane: ControlPlane,
    session: boto3.Session,
    layer: LayerName,
    version: SemanticVersion,
    stage: StageName,
    *,
    approve: bool,
    comment: str,
) -> StepResult:
    """Tell the control plane what the caller decided, with a proof of who that is.

    :raises AnswerIsNo: if the release does not wait.
    :raises OutOfReach: if the control plane could not take the decision.
    """
    request = open_request(plane, layer, version, stage)
    return decide_on(plane, session, request, approve=approve, comment=comment)


def open_request(
    plane: ControlPlane, layer: LayerName, version: SemanticVersion, stage: StageName
) -> Approval:
    """Return the request that a decision is about.

    :raises AnswerIsNo: if there is none, or it is one of the past.
    """
    request = find_request(plane, layer, version, stage)
    decided = request.decision
    since = "" if decided is None else what_came_since(plane, request)
    if decided is not None and since:
        raise AnswerIsNo(
            f"{layer} {version} does not wait for an approval in {stage}. Attempt "
            f"{request.attempt} was {in_words(decided)}. {since}",
            next_step=f"See where it is: layerlift status {layer}",
        )
    return request


def decide_on(
    plane: ControlPlane,
    session: boto3.Session,
    request: Approval,
    *,
    approve: bool,
    comment: str,
) -> StepResult:
    """Tell the control plane what the caller decided on this very request.

    :raises OutOfReach: if the control plane could not take the decision.
    """
    outcome: Verdict = Outcome.APPROVED if approve else Outcome.DENIED
    statement = state_ruling(request, outcome, comment, plane.name)
    decision = Decision(
        layer=request.layer,
        version=request.version,
        stage=request.stage,
        outcome=outcome,
        comment=comment,
        attempt=request.attempt,
        proof=sign(statement, session, plane.identity_host),
    )
    return tell(plane.decide_function, decision, session)
