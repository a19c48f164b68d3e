"""Decide on a release that waits for approval, through the control plane's own door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerlift.domain.approval import Approval
from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.releasing.decision import Decision, Verdict
from layerlift.releasing.electors import state_ruling
from layerlift.releasing.records import approval_key, load
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
    request = find_request(plane, layer, version, stage)
    return decide_on(plane, session, request, approve=approve, comment=comment)


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
