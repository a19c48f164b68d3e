"""`layerlift approvals | approval | approve | reject`: parse, call one verb, print."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from layerlift_cli.completion import complete_layers, complete_stages, complete_versions
from layerlift_cli.errors import AnswerIsNo
from layerlift_cli.session import Caller, told

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Comment = Annotated[str, typer.Option("--comment", "-m", help="Why; kept in the audit trail.")]
LayerArgument = Annotated[
    str, typer.Argument(help="The layer's name.", autocompletion=complete_layers)
]
VersionArgument = Annotated[
    str, typer.Argument(help="The release's semantic version.", autocompletion=complete_versions)
]
StageArgument = Annotated[
    str, typer.Argument(help="The stage that waits.", autocompletion=complete_stages)
]


def approval_commands(app: typer.Typer) -> None:
    """Add the commands to an application."""
    for command in (approvals, approval, approve, reject):
        app.command()(command)


def approvals(context: typer.Context, as_json: Json = False) -> None:
    """List what waits for approval, with what changed and who uses it."""
    from layerlift.releasing.approval import list_open
    from layerlift_cli.approvals_view import approvals_view
    from layerlift_cli.screen import people_console

    caller: Caller = context.obj
    with told():
        plane, _ = caller.control_plane()
        found = list_open(plane.registry)
    if as_json:
        typer.echo(json.dumps({"approvals": [one.model_dump(mode="json") for one in found]}))
    else:
        people_console().print(approvals_view(found))


def approval(
    context: typer.Context,
    layer: LayerArgument,
    version: VersionArgument,
    stage: StageArgument,
    as_json: Json = False,
) -> None:
    """Show one request for approval, with its votes and what was decided."""
    from layerlift.domain.names import parse_layer_name, parse_stage_name, parse_version
    from layerlift_cli.approvals import find_request, what_came_since
    from layerlift_cli.approvals_view import approval_view
    from layerlift_cli.screen import people_console

    caller: Caller = context.obj
    with told():
        name, number = parse_layer_name(layer), parse_version(version)
        place = parse_stage_name(stage)
        plane, _ = caller.control_plane()
        found = find_request(plane, name, number, place)
        since = what_came_since(plane, found)
    if as_json:
        typer.echo(found.model_dump_json())
    else:
        people_console().print(approval_view(found, since))


def approve(
    context: typer.Context,
    layer: LayerArgument,
    version: VersionArgument,
    stage: StageArgument,
    comment: Comment = "",
    as_json: Json = False,
) -> None:
    """Let a release that waits for approval go on; signed with your credentials."""
    _decide(context.obj, layer, version, stage, approve=True, comment=comment, as_json=as_json)


def reject(
    context: typer.Context,
    layer: LayerArgument,
    version: VersionArgument,
    stage: StageArgument,
    comment: Comment = "",
    as_json: Json = False,
) -> None:
    """End a release that waits for approval; what is live stays live."""
    _decide(context.obj, layer, version, stage, approve=False, comment=comment, as_json=as_json)


def _decide(
    caller: Caller,
    layer: str,
    version: str,
    stage: str,
    *,
    approve: bool,
    comment: str,
    as_json: bool,
) -> None:
    from layerlift.domain.approval import in_words
    from layerlift.domain.names import parse_layer_name, parse_stage_name, parse_version
    from layerlift.domain.outcomes import Outcome
    from layerlift_cli.approvals import decide_on, open_request
    from layerlift_cli.approvals_view import approval_view
    from layerlift_cli.screen import people_console, shown_lines

    wanted = Outcome.APPROVED if approve else Outcome.DENIED
    with told():
        name, number = parse_layer_name(layer), parse_version(version)
        place = parse_stage_name(stage)
        plane, session = caller.control_plane()
        request = open_request(plane, name, number, place)
        if not as_json:
            people_console(stderr=True).print(approval_view(request, with_commands=False))
        result = decide_on(plane, session, request, approve=approve, comment=comment)
    follow = f"It goes on. Follow it: layerlift status {layer} --watch"
    after = follow if approve else "It ends there, and what is live stays live."
    said = result.reason or f"{layer} {version} is {in_words(wanted)} for {stage}. {after}"
    sys.stdout.write((result.model_dump_json() if as_json else shown_lines(said)) + "\n")
    is_done = result.outcome in (wanted, Outcome.COUNTED)
    raise typer.Exit(0 if is_done else AnswerIsNo.exit_code)
