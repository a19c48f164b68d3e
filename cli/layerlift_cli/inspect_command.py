"""`layerlift inspect`: parse, inspect, print."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any

import typer

from layerlift_cli.errors import AnswerIsNo

if TYPE_CHECKING:
    from layerlift.domain.report import Report
    from layerlift_cli.session import Caller

_SHOWN = (
    "accepted",
    "layer",
    "version",
    "sha256",
    "code_sha256",
    "size",
    "unzipped_size",
    "entries",
    "kind",
    "runtimes",
    "architectures",
)
_OF_A_PACKAGE = {"name", "version", "license"}


class Architecture(StrEnum):
    """``Architecture`` of Lambda's PublishLayerVersion.

    https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html
    """

    X86_64 = "x86_64"
    ARM64 = "arm64"


def inspect(
    context: typer.Context,
    zip_file: Annotated[
        str, typer.Argument(metavar="ZIP|s3://BUCKET/KEY", help="The layer, a file or an object.")
    ],
    key: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="The object key to check name and version by."),
    ] = None,
    runtime: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A runtime that it must serve; may be repeated."),
    ] = None,
    architecture: Annotated[
        list[Architecture] | None,
        typer.Option(metavar="x86_64|arm64", help="An architecture that it must serve, likewise."),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            metavar="ZIP|REPORT",
            help="The release before, or its kept report: show what has changed.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    sbom: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a CycloneDX SBOM there.", dir_okay=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say whether a zip is a sound layer, what it serves, and how to mend it."""
    from layerlift.domain.report import Declaration
    from layerlift.inspecting.inspection import Expectations
    from layerlift_cli.inspected import inspect_source, read_previous

    caller: Caller = context.obj
    before = None if previous is None else read_previous(previous, quietly=as_json)
    declared = Declaration(
        runtimes=tuple(runtime or ()), architectures=tuple(map(str, architecture or ()))
    )
    expected = Expectations(key=key, declared=declared, previous=before)
    report = inspect_source(zip_file, expected, caller, quietly=as_json)
    if as_json:
        typer.echo(json.dumps(as_told(report, with_changes=before is not None)))
    else:
        _show(report, PurePosixPath(zip_file).name)
    if sbom is not None:
        _write_sbom(report, sbom)
    raise typer.Exit(0 if report.accepted else AnswerIsNo.exit_code)


def as_told(report: Report, *, with_changes: bool) -> dict[str, Any]:
    """Return a report as ``--json`` prints it; the one that is kept has more."""
    whole = report.model_dump(mode="json")
    told = {name: whole[name] for name in _SHOWN}
    told["packages"] = [
        {name: value for name, value in package.items() if name in _OF_A_PACKAGE}
        for package in whole["packages"]
    ]
    told["findings"] = whole["findings"]
    return told | ({"changes": whole["changes"]} if with_changes else {})


def _show(report: Report, name: str) -> None:
    from layerlift_cli.report_view import report_view
    from layerlift_cli.screen import people_console

    people_console().print(report_view(report, name))


def _write_sbom(report: Report, path: Path) -> None:
    """Write the SBOM of a zip that was read; what its directory refused has none."""
    from layerlift.inspecting.sbom import cyclonedx_json

    if report.sha256 is None:
        typer.echo(f"There is no SBOM to write to {path}: the zip could not be read.", err=True)
        return
    try:
        path.write_text(cyclonedx_json(report), encoding="utf-8")
    except OSError as problem:
        raise typer.BadParameter(
            f"{path} cannot be written: {problem.strerror}.", param_hint="--sbom"
        ) from problem
