"""`--stack`, `--profile` and `--region` count wherever they stand, as with the AWS CLI."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

DEFAULT_STACK = "layerlift"
STACK_VARIABLE = "LAYERLIFT_STACK"

_SHARED = ("--stack", "--profile", "--region")
_HAS_ITS_OWN_REGION = "arn"


class SharedOptionsAnywhere(TyperGroup):
    """A group whose own options may also follow the command's name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Bring the shared options to the front, then parse as ever."""
        return super().parse_args(ctx, shared_first(args))


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
