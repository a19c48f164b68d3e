"""Take a release back in a stage, through the control plane's own door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerlift.domain.commands import RollbackCommand
from layerlift.domain.identity import Recall
from layerlift.domain.names import LayerName, StageName
from layerlift.domain.release import Release
from layerlift.releasing.identification import state
from layerlift.releasing.records import load, release_key
from layerlift.releasing.rollback_effect import check_that_something_stays, preview
from layerlift.releasing.rollback_orders import Wish
from layerlift.releasing.rollback_plan import Refused, goals, newest_in
from layerlift_cli.control_plane import ControlPlane
from layerlift_cli.errors import AnswerIsNo
from layerlift_cli.identity_proof import sign

if TYPE_CHECKING:
    import boto3


def sign_rollback(
    plane: ControlPlane,
    session: boto3.Session,
    layer: LayerName,
    stage: StageName,
    recall: Recall,
) -> RollbackCommand:
    """Return the order to take back what is live, with a proof of who the caller is.

    It names the release: asked twice, it takes back nothing more.

    :raises AnswerIsNo: if nothing of the layer is in the stage.
    """
    release = newest_in(plane.registry, layer, stage)
    if release is None:
        raise AnswerIsNo(
            f"{layer} is not live in {stage}, so there is nothing to take back.",
            next_step="A release gets there by being dropped: layerlift push ZIP. See what each "
            f"needs: layerlift status {layer}",
        )
    statement = state(recall, release.ref, stage, plane.name)
    return RollbackCommand(
        layer=layer,
        version=release.version,
        stage=stage,
        attempt=release.attempt,
        recall=recall,
        proof=sign(statement, session, plane.identity_host),
    )


def effect_of(plane: ControlPlane, command: RollbackCommand) -> str:
    """Return what an order would do: ``1.1.0 → 1.0.0 in 6 regions``.

    Empty if it does nothing, or if the control plane will refuse it: that tells why.
    """
    held = load(plane.registry, Release, release_key(command.layer, command.version))
    if held is None:
        return ""
    wish = Wish(held.value, command.stage, command.recall)
    try:
        check_that_something_stays(wish, goals(wish, plane.registry), plane.registry)
        return preview(wish, plane.registry)
    except Refused:
        return ""
