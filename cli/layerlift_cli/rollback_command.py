"""`layerlift rollback`: take a release back in a stage, in every region at once."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from layerlift_cli.completion import complete_layers, complete_stages, complete_versions
from layerlift_cli.errors import AnswerIsNo, OutOfReach
from layerlift_cli.session import Caller, told

if TYPE_CHECKING:
    import boto3

    from layerlift.domain.commands import RollbackCommand
    from layerlift.domain.names import LayerName, SemanticVersion, StageName
    from layerlift.domain.outcomes import StepResult
    from layerlift_cli.control_plane import ControlPlane


def rollback(
    context: typer.Context,
    layer: Annotated[str, typer.Argument(help="The layer's name.", autocompletion=complete_layers)],
    stage: Annotated[
        str, typer.Argument(help="The stage to take it back in.", autocompletion=complete_stages)
    ],
    to: Annotated[
        str | None,
        typer.Option(
            help="The release to go to.",
            show_default="what was live before",
            autocompletion=complete_versions,
        ),
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", "-m", help="Why; kept in the audit trail.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Take a release back in a stage; a promotion that is at work there is stopped."""
    from layerlift.domain.names import parse_layer_name, parse_stage_name, parse_version
    from layerlift.domain.outcomes import Outcome

    caller: Caller = context.obj
    with told():
        name, place = parse_layer_name(layer), parse_stage_name(stage)
        goal = None if to is None else parse_version(to)
        plane, session = caller.control_plane()
        command = _command(plane, session, name, place, goal, reason)
        result = _ask(plane, session, command)
    said = result.reason
    if result.outcome is Outcome.INCOMPLETE:
        said += f" The reconciler goes on trying. Follow it: layerlift status {layer}"
    content = {"version": command.version, **result.model_dump(mode="json")}
    sys.stdout.write((json.dumps(content) if as_json else said) + "\n")
    raise typer.Exit(0 if result.outcome is Outcome.ROLLED_BACK else AnswerIsNo.exit_code)


def _command(
    plane: ControlPlane,
    session: boto3.Session,
    layer: LayerName,
    stage: StageName,
    goal: SemanticVersion | None,
    reason: str,
) -> RollbackCommand:
    """Return the request, which names the release: asked twice, it takes back nothing more.

    :raises AnswerIsNo: if nothing of the layer is in the stage.
    """
    from layerlift.domain.commands import RollbackCommand
    from layerlift.releasing.rollback_plan import newest_in

    release = newest_in(plane.registry, layer, stage)
    if release is None:
        raise AnswerIsNo(
            f"{layer} is not live in {stage}.",
            next_step=f"See where it is: layerlift status {layer}",
        )
    return RollbackCommand(
        layer=layer,
        stage=stage,
        version=release.version,
        to=goal,
        actor=session.client("sts").get_caller_identity()["Arn"],
        reason=reason,
    )


def _ask(plane: ControlPlane, session: boto3.Session, command: RollbackCommand) -> StepResult:
    """Have the control plane do it.

    :raises OutOfReach: if it could not be asked, or not now.
    """
    from layerlift.domain.outcomes import Outcome, StepResult

    answer = session.client("lambda").invoke(
        FunctionName=plane.rollback_function, Payload=command.model_dump_json().encode()
    )
    body = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        raise OutOfReach(
            f"The control plane could not do it: {body.get('errorMessage', body)}",
            next_step="Try again: what has gone back already stays so.",
        )
    result = StepResult.model_validate(body)
    if result.outcome in (Outcome.UNAVAILABLE, Outcome.BUSY):
        raise OutOfReach(f"It could not be done now: {result.reason}", next_step="Try again.")
    return result
