"""`layerlift open`: the control plane in the AWS console."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from layerlift_cli.completion import complete_layers, complete_versions
from layerlift_cli.errors import AnswerIsNo
from layerlift_cli.session import Caller, told

if TYPE_CHECKING:
    from layerlift.domain.names import LayerName, SemanticVersion
    from layerlift.domain.release import Release
    from layerlift.ports.registry import Registry


def open_console(
    context: typer.Context,
    layer: Annotated[
        str | None,
        typer.Argument(
            help="Open the newest release of this layer instead: its execution, step by step.",
            show_default="the dashboard",
            autocompletion=complete_layers,
        ),
    ] = None,
    version: Annotated[
        str | None,
        typer.Argument(
            help="Open this release.",
            show_default="the newest",
            autocompletion=complete_versions,
        ),
    ] = None,
    only_print: Annotated[
        bool, typer.Option("--print", help="Print the address and open nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and open nothing.")] = False,
) -> None:
    """Open the dashboard in the AWS console, or a release; without a browser, print where it is."""
    from layerlift.domain.names import parse_layer_name, parse_version

    caller: Caller = context.obj
    with told():
        name = None if layer is None else parse_layer_name(layer)
        number = None if version is None else parse_version(version)
        plane, session = caller.control_plane()
        home = session.region_name or ""
        partition = session.get_partition_for_region(home)
        release = None if name is None else find_release(plane.registry, name, number)
    links = addresses(partition, home, plane.stack, release)
    wanted = links["release"] or links["dashboard"] or ""
    if as_json:
        typer.echo(json.dumps(links))
        return
    typer.echo(wanted)
    if not only_print and _has_browser():
        typer.launch(wanted)


def addresses(
    partition: str, region: str, stack: str, release: Release | None
) -> dict[str, str | None]:
    """Return where the console shows the dashboard, and a release: None if none is asked for."""
    from layerlift.adapters.console_links import HomeConsole, execution_link

    return {
        "dashboard": HomeConsole(partition, region, stack).dashboard,
        "release": None if release is None else execution_link(release.execution),
    }


def find_release(registry: Registry, layer: LayerName, version: SemanticVersion | None) -> Release:
    """Return a release of a layer, the newest if no version is named.

    :raises AnswerIsNo: if there is none.
    """
    from layerlift.domain.release import Release
    from layerlift.releasing.records import layer_partition, load_all

    known = load_all(registry, Release, layer_partition(layer), "RELEASE#")
    found = [release for release in known if version in (None, release.version)]
    if not found:
        which = f"of {layer}" if version is None else f"{layer} {version}"
        raise AnswerIsNo(
            f"There is no release {which}.",
            next_step=f"See those there are: layerlift status {layer}",
        )
    return max(found, key=lambda release: release.claimed_at)


def _has_browser() -> bool:
    """Say whether a browser can be opened where this runs: on a desktop, not over a bare ssh."""
    import webbrowser

    try:
        return not isinstance(webbrowser.get(), webbrowser.GenericBrowser)
    except webbrowser.Error:
        return False
