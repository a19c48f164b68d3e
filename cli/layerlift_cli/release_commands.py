"""`layerlift push | status | arn`: parse, call one verb, print."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from layerlift_cli.completion import complete_layers, complete_stages
from layerlift_cli.errors import AnswerIsNo
from layerlift_cli.session import Caller, told

if TYPE_CHECKING:
    from layerlift.domain.names import LayerName, SemanticVersion
    from layerlift.releasing.status import ReleaseStatus
    from layerlift_cli.control_plane import ControlPlane

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
LayerArgument = Annotated[
    str, typer.Argument(help="The layer's name.", autocompletion=complete_layers)
]


def release_commands(app: typer.Typer) -> None:
    """Add the commands to an application."""
    for command in (push, status, arn):
        app.command()(command)


def push(
    context: typer.Context,
    zip_file: Annotated[
        Path, typer.Argument(metavar="ZIP", help="The layer.", exists=True, dir_okay=False)
    ],
    layer: Annotated[
        str | None, typer.Option(help="The layer's name, unless the file's name says it.")
    ] = None,
    version: Annotated[
        str | None, typer.Option(help="The semantic version, unless the file's name says it.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Follow it to its end.")] = False,
    as_json: Json = False,
) -> None:
    """Drop a zip into the artifact bucket, which releases it."""
    from layerlift_cli.progress import ConsoleProgress, Silent
    from layerlift_cli.pushing import drop, foreseen_refusal, name_release

    caller: Caller = context.obj
    progress = Silent() if as_json else ConsoleProgress()
    with told():
        name, number = name_release(zip_file, layer, version)
        plane, session = caller.control_plane()
        with progress.step(f"Uploading {zip_file.name}"):
            artifact = drop(plane, session, zip_file, name, number)
        told_of = {"layer": name, "version": number, **artifact.model_dump()}
        if not watch:
            doubt = foreseen_refusal(plane, name, number)
            _print(as_json, told_of, f"Dropped {name} {number}. {doubt}Follow it: "
                   f"layerlift status {name} --watch")  # fmt: skip
            return
        from layerlift_cli.live import until_stopped
        from layerlift_cli.watch import await_answer

        come_back = f"layerlift status {name} --watch"
        with until_stopped(f"{name} {number}", come_back), progress.step("Inspecting"):
            answer = await_answer(plane.registry, artifact)
        told_of |= {"outcome": answer.outcome, "reason": answer.reason}
        if answer.outcome != "claimed":
            said = f"{name} {number} is {answer.outcome}. {answer.reason}"
            if answer.outcome == "rejected" and answer.report_url:
                said += f"\nSee all that was found: layerlift report {name} {number}"
            _print(as_json, told_of, said)
            raise typer.Exit(0 if answer.outcome == "unchanged" else AnswerIsNo.exit_code)
        last = _follow(plane, name, number, as_json)
        if as_json:
            typer.echo(json.dumps(told_of | {"release": last.model_dump(mode="json")}))
        raise typer.Exit(0 if last.state == "succeeded" else AnswerIsNo.exit_code)


def status(
    context: typer.Context,
    layer: Annotated[
        str | None,
        typer.Argument(
            help="Only this layer's releases.",
            show_default="all",
            autocompletion=complete_layers,
        ),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Follow the newest release to its end.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the newest releases, and where each is live."""
    from layerlift.domain.names import parse_layer_name, parse_version
    from layerlift.releasing.status import read_later_refusals, read_refused_drops, read_status
    from layerlift_cli.screen import people_console
    from layerlift_cli.status_view import status_view
    from layerlift_cli.watch import await_release

    caller: Caller = context.obj
    with told():
        wanted = None if layer is None else parse_layer_name(layer)
        plane, _ = caller.control_plane()
        if watch:
            newest = await_release(plane.registry, wanted, _say_waiting)
            name, number = parse_layer_name(newest.layer), parse_version(newest.version)
            last = _follow(plane, name, number, as_json)
            if as_json:
                typer.echo(json.dumps({"releases": [last.model_dump(mode="json")]}))
            raise typer.Exit(0 if last.state == "succeeded" else AnswerIsNo.exit_code)
        found = read_status(plane.registry, wanted)
        refused = (
            read_refused_drops(plane.registry)
            if wanted is None
            else read_later_refusals(plane.registry, wanted)
        )
    if as_json:
        typer.echo(found.model_dump_json())
    else:
        people_console().print(status_view(found, layer, refused))


def arn(
    context: typer.Context,
    layer: LayerArgument,
    stage: Annotated[
        str,
        typer.Option(help="The stage to read the pointer of.", autocompletion=complete_stages),
    ],
    region: Annotated[
        str | None, typer.Option(help="The region.", show_default="the session's")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the ARN that consumers of a layer get in a stage and region."""
    from layerlift.adapters.ssm_pointers import SsmPointers
    from layerlift.bootstrap import CLIENTS
    from layerlift.domain.names import parse_layer_name, parse_stage_name
    from layerlift.domain.pointers import pointer_names
    from layerlift.domain.targets import Target

    caller: Caller = context.obj
    with told():
        names = pointer_names(parse_stage_name(stage), parse_layer_name(layer))
        place = region or caller.session().region_name
        caller.session()
        # The account is whatever the caller's credentials are for.
        found = SsmPointers(CLIENTS).read(Target(account="", region=place), names)
        if found is None:
            raise AnswerIsNo(
                f"{layer} is not live in {stage} in {place}: there is no parameter {names[0]}.",
                next_step=f"See where it is: layerlift status {layer}",
            )
    where = {"layer": layer, "stage": stage, "region": place}
    _print(as_json, where | found.model_dump(), found.arn)


def _say_waiting() -> None:
    typer.echo("No release to follow yet; waiting for one. Ctrl-C ends this.", err=True)


def _follow(
    plane: ControlPlane, layer: LayerName, version: SemanticVersion, as_json: bool
) -> ReleaseStatus:
    """Show a release until it has ended; on stderr if stdout is for JSON."""
    from layerlift_cli.live import show, until_stopped
    from layerlift_cli.screen import people_console
    from layerlift_cli.status_view import release_view
    from layerlift_cli.watch import watch_release

    console = people_console(stderr=as_json)
    with until_stopped(f"{layer} {version}", f"layerlift status {layer} --watch"):
        last = show(watch_release(plane.registry, layer, version), console)
    if not as_json:
        console.print()
        console.print(release_view(last))
    return last


def _print(as_json: bool, content: dict[str, Any], text: str) -> None:
    from layerlift_cli.screen import shown_lines

    sys.stdout.write((json.dumps(content) if as_json else shown_lines(text)) + "\n")
