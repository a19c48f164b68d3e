"""Override what holds a release in a stage, through the control plane's own door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerlift.domain.commands import OverrideCommand
from layerlift.domain.identity import Waiver
from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.domain.outcomes import StepResult
from layerlift.domain.release import Release
from layerlift.releasing.identification import state
from layerlift.releasing.records import load, release_key
from layerlift_cli.control_plane import ControlPlane, tell
from layerlift_cli.errors import AnswerIsNo
from layerlift_cli.identity_proof import sign

if TYPE_CHECKING:
    import boto3


def sign_override(
    plane: ControlPlane,
    session: boto3.Session,
    layer: LayerName,
    version: SemanticVersion,
    stage: StageName,
    waiver: Waiver,
) -> OverrideCommand:
    """Return an override of this attempt at the release, with a proof of who the caller is.

    :raises AnswerIsNo: if there is no such release.
    """
    held = load(plane.registry, Release, release_key(layer, version))
    if held is None:
        raise AnswerIsNo(
            f"There is no release {layer} {version}.",
            next_step=f"See those there are: layerlift status {layer}",
        )
    statement = state(waiver, held.value.ref, stage, plane.name)
    return OverrideCommand(
        layer=layer,
        version=version,
        stage=stage,
        attempt=held.value.attempt,
        waiver=waiver,
        proof=sign(statement, session, plane.identity_host),
    )


def override(
    plane: ControlPlane,
    session: boto3.Session,
    layer: LayerName,
    version: SemanticVersion,
    stage: StageName,
    waiver: Waiver,
) -> StepResult:
    """Tell the control plane what shall no longer hold the release.

    :raises AnswerIsNo: if there is no such release.
    :raises OutOfReach: if the control plane could not take it.
    """
    command = sign_override(plane, session, layer, version, stage, waiver)
    return tell(plane.override_function, command, session)
