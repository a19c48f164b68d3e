"""`cli.md`: the help of the `layerlift` command and of each command under it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer
from typer.main import get_command

from layerlift_cli.main import app
from tools.reference.markdown import document, fenced, paragraph

_HELP_WIDTH = 88

_EXIT_CODES = """\
| code | meaning                                                    |
| ---- | ---------------------------------------------------------- |
| 0    | done                                                       |
| 1    | the answer is no: rejected, failed, refused, not there     |
| 2    | the command was used wrongly, or something is missing here |
| 3    | AWS said no or cannot be reached                           |
| 130  | Ctrl-C ended it; what it watched goes on                   |"""

_ERROR = """\
{
  "error": {
    "code": "out_of_reach",
    "message": "There is no stack 'layerlift' in eu-central-1.",
    "next": "Name it with --stack or LAYERLIFT_STACK, its region with --region, or start one ..."
  }
}"""


def cli_page() -> str:
    """Return the whole document."""
    return document(
        "The `layerlift` command",
        paragraph(
            "It speaks to AWS the way every AWS tool does: by profile, region, and "
            "`AWS_ENDPOINT_URL`. With `--json` the result is JSON on stdout, and what is meant for "
            "people is on stderr."
        ),
        "## Exit codes",
        _EXIT_CODES,
        "## Errors as JSON",
        paragraph(
            "With `--json`, what ends a command early is one object in one line on stderr, and "
            "stdout stays empty. The exit code is the same as without."
        ),
        fenced(_ERROR, "json"),
        paragraph(
            "`code` is `answer_is_no` (1), `usage` or `not_set_up` (2), `out_of_reach` (3) or "
            "`stopped` (130, 1 at a question); `message` says what happened and why, `next` what "
            "to do, and is empty where the message says all there is. A result that is a no, such "
            "as a zip that is rejected or a decision that is refused, is a result: it is JSON on "
            "stdout, with the exit code 1."
        ),
        *(f"## {name}\n\n{fenced(text, 'text')}" for name, text in helps()),
    )


def helps(application: typer.Typer = app) -> Iterator[tuple[str, str]]:
    """Yield every command that can be typed, with its help: plain, and equally wide anywhere."""
    yield from _helps(get_command(application), "layerlift", None)


def _helps(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:
    command.rich_markup_mode = None
    settings = {**command.context_settings, "terminal_width": _HELP_WIDTH}
    context = command.context_class(command, parent=parent, info_name=name, **settings)
    yield context.command_path, command.get_help(context)
    for inner in getattr(command, "commands", {}).values():
        if not inner.hidden:
            yield from _helps(inner, inner.name, context)
