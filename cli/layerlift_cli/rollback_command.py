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

    from layerlift.domain.identity import Recall
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
    to_nothing: Annotated[
        bool,
        typer.Option("--to-nothing", help="Also where nothing was before: no layer is left there."),
    ] = False,
    reason: Annotated[
        str, typer.Option("--reason", "-m", help="Why; kept in the audit trail.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Take a release back in a stage; signed with your credentials.

    A promotion that is at work there is stopped. Nobody is left without the layer, unless you say
    --to-nothing.
    """
    from layerlift.domain.identity import MAX_REASON, Recall
    from layerlift.domain.names import parse_layer_name, parse_stage_name, parse_version
    from layerlift.domain.outcomes import Outcome
    from layerlift_cli.screen import shown_lines

    caller: Caller = context.obj
    if len(reason) > MAX_REASON:
        raise typer.BadParameter(f"The reason may have {MAX_REASON} characters at most.")
    with told():
        name, place = parse_layer_name(layer), parse_stage_name(stage)
        goal = None if to is None else parse_version(to)
        recall = Recall(to=goal, to_nothing=to_nothing, reason=reason)
        plane, session = caller.control_plane()
        version, result = _ask(plane, session, name, place, recall)
    said = result.reason
    if result.outcome is Outcome.INCOMPLETE:
        said += f" The reconciler goes on trying. Follow it: layerlift status {layer}"
    content = {"version": version, **result.model_dump(mode="json")}
    sys.stdout.write((json.dumps(content) if as_json else shown_lines(said)) + "\n")
    raise typer.Exit(0 if result.outcome is Outcome.ROLLED_BACK else AnswerIsNo.exit_code)


def _ask(
    plane: ControlPlane,
    session: boto3.Session,
    layer: LayerName,
    stage: StageName,
    recall: Recall,
) -> tuple[SemanticVersion, StepResult]:
    """Have the control plane do it; return what is taken back, and what came of it.

    :raises AnswerIsNo: if nothing of the layer is in the stage.
    :raises OutOfReach: if it could not be asked, or not now.
    """
    from layerlift.domain.outcomes import Outcome
    from layerlift_cli.control_plane import tell
    from layerlift_cli.rollbacks import effect_of, sign_rollback
    from layerlift_cli.screen import shown_lines

    command = sign_rollback(plane, session, layer, stage, recall)
    effect = effect_of(plane, command)
    if effect:
        sys.stderr.write(shown_lines(f"{layer} in {stage}: {effect}") + "\n")
    result = tell(plane.rollback_function, command, session)
    if result.outcome in (Outcome.UNAVAILABLE, Outcome.BUSY):
        raise OutOfReach(f"It could not be done now: {result.reason}", next_step="Try again.")
    return command.version, result
