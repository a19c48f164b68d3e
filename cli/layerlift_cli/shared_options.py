"""`--stack`, `--profile` and `--region` count wherever they stand, as with the AWS CLI."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from typer.core import TyperGroup

from layerlift_cli.failures import run_for_people, run_for_scripts, wants_json

DEFAULT_STACK = "layerlift"
STACK_VARIABLE = "LAYERLIFT_STACK"

_SHARED = ("--stack", "--profile", "--region")
_HAS_ITS_OWN_REGION = "arn"


class SharedOptionsAnywhere(TyperGroup):
    """A group whose own options may also follow the command's name.

    It tells what ends a command early, too: as JSON where the command line asks for JSON.
    """

    def main(self, args: Sequence[str] | None = None, *rest: Any, **settings: Any) -> Any:
        """Run the command that is named, and exit as it says."""
        given = list(sys.argv[1:] if args is None else args)
        if not wants_json(given):
            return run_for_people(
                lambda: super(SharedOptionsAnywhere, self).main(given, *rest, **settings)
            )
        settings["standalone_mode"] = False
        return run_for_scripts(
            lambda: super(SharedOptionsAnywhere, self).main(given, *rest, **settings)
        )

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, in whose help flags show no type: `<bool>` says nothing to people."""
        command = super().get_command(ctx, cmd_name)
        for each in _with_inner(command):
            for option in (*each.params, each.get_help_option(ctx)):
                if getattr(option, "is_flag", False):
                    option.metavar = ""
        return command

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Bring the shared options to the front, then parse as ever."""
        return super().parse_args(ctx, shared_first(args))


def _with_inner(command: Any) -> Iterator[Any]:
    """Yield a command and all below it; nothing if there is no such command."""
    if command is not None:
        yield command
        for inner in getattr(command, "commands", {}).values():
            yield from _with_inner(inner)


def shared_first(args: list[str]) -> list[str]:
    """Return the arguments with the shared options and their values first."""
    front: list[str] = []
    rest: list[str] = []
    left = iter(args)
    for arg in left:
        name, has_value, _ = arg.partition("=")
        # `arn` asks for the region of a pointer, not of the home stack.
        belongs_to_command = name == "--region" and _HAS_ITS_OWN_REGION in rest
        if arg == "--":
            rest.extend((arg, *left))
        elif name not in _SHARED or belongs_to_command:
            rest.append(arg)
        else:
            front.append(arg)
            if not has_value:
                front.extend(value for value in (next(left, None),) if value is not None)
    return front + rest
