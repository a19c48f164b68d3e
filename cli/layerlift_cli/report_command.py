"""`layerlift report`: what the inspection of a release found, as it was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from layerlift_cli.completion import complete_layers, complete_versions
from layerlift_cli.errors import AnswerIsNo
from layerlift_cli.session import Caller, told

if TYPE_CHECKING:
    from layerlift.domain.names import LayerName, SemanticVersion
    from layerlift.ports.registry import Registry


def report(
    context: typer.Context,
    layer: Annotated[str, typer.Argument(help="The layer's name.", autocompletion=complete_layers)],
    version: Annotated[
        str | None,
        typer.Argument(
            help="The release, or what was rejected instead of becoming one.",
            show_default="the newest",
            autocompletion=complete_versions,
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as it is kept, which is JSON.")
    ] = False,
) -> None:
    """Show what the inspection of a release found, and how to mend it."""
    from layerlift.adapters.s3_artifacts import S3Artifacts
    from layerlift.domain.names import parse_layer_name, parse_version
    from layerlift.domain.report import Report
    from layerlift_cli.inspected import split_url
    from layerlift_cli.report_view import report_view
    from layerlift_cli.screen import people_console

    caller: Caller = context.obj
    with told():
        name = parse_layer_name(layer)
        number = None if version is None else parse_version(version)
        plane, _ = caller.control_plane()
        address = find_address(plane.registry, name, number)
        kept = S3Artifacts(plane.clients).find_report(*split_url(address))
        if kept is None:
            raise AnswerIsNo(
                f"The report {address} has been removed.",
                next_step="Inspect the zip again: layerlift inspect ZIP",
            )
    if as_json:
        typer.echo(kept)
    else:
        people_console().print(report_view(Report.model_validate_json(kept), layer))


def find_address(registry: Registry, layer: LayerName, version: SemanticVersion | None) -> str:
    """Return the ``s3://`` URL of a release's report, or of a rejected drop's.

    Of the newest if no version is named.

    :raises AnswerIsNo: if there is none.
    """
    from layerlift.domain.release import Drop
    from layerlift.releasing.newest import is_rejection, read_newest, rejected

    for stored in read_newest(registry, layer):
        if version not in (None, stored.body["version"]):
            continue
        if is_rejection(stored) and rejected(registry, Drop.model_validate(stored.body)) is None:
            continue
        if stored.body.get("report_url"):
            return str(stored.body["report_url"])
    which = f"of {layer}" if version is None else f"of {layer} {version}"
    raise AnswerIsNo(
        f"There is no report {which}.",
        next_step=f"See the releases there are: layerlift status {layer}",
    )
