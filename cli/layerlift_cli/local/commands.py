"""`layerlift local …`: the commands. They parse, call one verb, and print."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from layerlift_cli.errors import OutOfReach
from layerlift_cli.local import emulator, lifecycle
from layerlift_cli.local.checkout import this_checkout
from layerlift_cli.local.environment import CONFLICTING, exports, variables
from layerlift_cli.local.log import follow
from layerlift_cli.local.state import LocalState, running_state
from layerlift_cli.progress import ConsoleProgress

local_app = typer.Typer(
    name="local",
    help="AWS on this machine: an embedded emulator with Layerlift deployed to it.",
    no_args_is_help=True,
)

STATE_DIR_VARIABLE = "LAYERLIFT_LOCAL_DIR"

StateDir = Annotated[
    Path | None,
    typer.Option(
        "--state-dir",
        envvar=STATE_DIR_VARIABLE,
        help="Where the emulator's state and log are kept.",
        show_default=".layerlift/local in the checkout",
        file_okay=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@local_app.command()
def up(
    state_dir: StateDir = None,
    chat: Annotated[
        bool | None,
        typer.Option(
            "--chat/--no-chat",
            help="Whether chats can be told (docs/guide/chat.md).",
            show_default="as it is, off at first",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Start the emulator and deploy Layerlift to it; again, deploy what has changed."""
    with _told():
        result = lifecycle.up(this_checkout(), _place(state_dir), ConsoleProgress(), chat=chat)
    if as_json:
        typer.echo(json.dumps(asdict(result)))
        return
    news = "Up" if result.started else "Was up already"
    deployed = "deployed" if result.deployed else "nothing has changed"
    typer.echo(f"{news} at {result.endpoint}, {deployed} ({result.seconds:.0f} s).")
    typer.echo(f'Point this shell at it:  eval "$(layerlift local env{_same_place(state_dir)})"')
    if result.chat:
        typer.echo("Chats can be told; say which, as in docs/guide/chat.md.")


@local_app.command()
def down(state_dir: StateDir = None, as_json: Json = False) -> None:
    """End the emulator, its functions and everything stored in it."""
    with _told():
        ended = lifecycle.down(_place(state_dir), ConsoleProgress())
    if as_json:
        typer.echo(json.dumps({"ended": ended}))
    else:
        typer.echo("Down." if ended else "Nothing was up.")


@local_app.command()
def env(state_dir: StateDir = None, as_json: Json = False) -> None:
    """Print the shell commands that point any AWS client at the emulator."""
    with _told():
        state = _running(state_dir)
    if as_json:
        wanted: dict[str, str | None] = {**variables(state.endpoint)}
        typer.echo(json.dumps(wanted | dict.fromkeys(CONFLICTING)))
    else:
        typer.echo(exports(state.endpoint))


@local_app.command()
def logs(
    state_dir: StateDir = None,
    go_on: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on until the emulator ends.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Print what the emulator and the functions in it have written."""
    with _told():
        place = _place(state_dir)
        if not emulator.log_file(place).exists():
            raise _nothing_up(state_dir)
        for line in follow(
            emulator.log_file(place), lambda: go_on and running_state(place) is not None
        ):
            typer.echo(json.dumps({"line": line}) if as_json else line)


def _running(state_dir: Path | None) -> LocalState:
    state = running_state(_place(state_dir))
    if state is None:
        raise _nothing_up(state_dir)
    return state


def _place(state_dir: Path | None) -> Path:
    return (state_dir or this_checkout().default_state_dir).resolve()


def _same_place(state_dir: Path | None) -> str:
    given = state_dir is not None and STATE_DIR_VARIABLE not in os.environ
    return f" --state-dir {state_dir}" if given else ""


def _nothing_up(state_dir: Path | None) -> OutOfReach:
    start = f"layerlift local up{_same_place(state_dir)}"
    return OutOfReach("No emulator is up.", next_step=f"Start one: {start}")


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the emulator says into what ends a command early.

    :raises CommandError: as it is, or for what the emulator said.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise OutOfReach(
            f"The emulator said no: {error}.", next_step="See why: layerlift local logs"
        ) from error
