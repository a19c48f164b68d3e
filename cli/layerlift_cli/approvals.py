"""Decide on a release that waits for approval, through the control plane's own door."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.releasing.approval import Decision
from layerlift_cli.control_plane import ControlPlane
from layerlift_cli.errors import OutOfReach

if TYPE_CHECKING:
    import boto3


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
    """Tell the control plane what the caller decided; it records who the caller says to be.

    :raises OutOfReach: if the control plane could not take the decision.
    """
    decision = Decision(
        layer=layer,
        version=version,
        stage=stage,
        outcome=Outcome.APPROVED if approve else Outcome.DENIED,
        actor=session.client("sts").get_caller_identity()["Arn"],
        comment=comment,
    )
    answer = session.client("lambda").invoke(
        FunctionName=plane.decide_function, Payload=decision.model_dump_json().encode()
    )
    body = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        raise OutOfReach(f"The control plane could not decide: {body.get('errorMessage', body)}")
    result = StepResult.model_validate(body)
    if result.outcome is Outcome.UNAVAILABLE:
        raise OutOfReach(f"The control plane could not decide now: {result.reason} Try again.")
    return result
