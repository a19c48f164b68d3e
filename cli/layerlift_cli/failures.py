"""How a command that ends early says so: in words, or as JSON for scripts, both on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer

from layerlift_cli.errors import CommandError, Stopped

JSON_OPTION = "--json"
USAGE = "usage"


def wants_json(args: Sequence[str]) -> bool:
    """Say whether a command line asks for JSON; what follows ``--`` is no option."""
    options = args[: args.index("--")] if "--" in args else args
    return JSON_OPTION in options


def run_for_people(run: Callable[[], Any]) -> Any:
    """Run a command, and tell what ends it early in words.

    :raises SystemExit: with the error's exit code, if there was one.
    """
    try:
        return run()
    except CommandError as problem:
        from layerlift_cli.screen import shown_lines

        # It may quote what others wrote: comments, and what their functions raised.
        typer.echo(shown_lines(str(problem)), err=True)
        sys.exit(problem.exit_code)


def run_for_scripts(run: Callable[[], Any]) -> Any:
    """Run a command that leaves its errors to the caller, and tell them as JSON.

    :raises SystemExit: with the command's exit code.
    """
    try:
        # The command's own return value is None; an exit that it asks for comes back as a number.
        sys.exit(run() or 0)
    except CommandError as problem:
        _tell(problem.code, problem.message, problem.next_step)
        sys.exit(problem.exit_code)
    except typer.TyperException as problem:
        _tell(USAGE, problem.format_message(), _help_of(problem))
        sys.exit(problem.exit_code)
    except typer.Abort:
        _tell(Stopped.code, "It was stopped before it was through.", "")
        sys.exit(1)


def _tell(code: str, message: str, next_step: str) -> None:
    error = {"code": code, "message": message, "next": next_step}
    typer.echo(json.dumps({"error": error}), err=True)


def _help_of(problem: Any) -> str:
    context = getattr(problem, "ctx", None)
    return "" if context is None else f"See how it is used: {context.command_path} --help"
