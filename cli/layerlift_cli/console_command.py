"""`layerlift console`: the widgets of the control plane in a browser, on this machine."""

from __future__ import annotations

import webbrowser
from threading import Event
from typing import Annotated

import typer

from layerlift_cli.session import Caller, told


def console(
    context: typer.Context,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1; 0 takes a free one.")
    ] = 0,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Print the address, and open no browser.")
    ] = False,
) -> None:
    """Show releases and approvals in a browser, and decide there; signed with your credentials."""
    from layerlift_cli.console.backstage import find_backstage
    from layerlift_cli.console.server import serving

    caller: Caller = context.obj
    with told():
        plane, session = caller.control_plane()
        with serving(find_backstage(plane, session), port) as served:
            typer.echo(served.address)
            typer.echo(
                "Whoever has this address can decide with your credentials. Ctrl-C ends it.",
                err=True,
            )
            if not no_open:
                webbrowser.open(served.address_for_once())
            wait_for_interrupt()


def wait_for_interrupt() -> None:
    """Return once the user has had enough."""
    try:
        Event().wait()
    except KeyboardInterrupt:
        typer.echo("\nThe console is closed.", err=True)
