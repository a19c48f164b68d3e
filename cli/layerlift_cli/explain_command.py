"""`layerlift explain`: what a finding, event, outcome, state or other word means."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from layerlift_cli.completion import complete_explained
from layerlift_cli.errors import AnswerIsNo
from layerlift_cli.session import told

if TYPE_CHECKING:
    from rich.console import RenderableType

    from layerlift_cli.explanations import Explanation


def explain(
    word: Annotated[
        str | None,
        typer.Argument(
            metavar="WORD",
            help="A finding, event, outcome, state or word of Layerlift, in any spelling.",
            show_default="a list of all",
            autocompletion=complete_explained,
        ),
    ] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List all words.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what a finding, an event, an outcome, a state or a word of Layerlift means.

    And what to do about it.
    """
    from layerlift_cli.explanations import every_explanation

    is_list = list_all or word is None
    with told():
        found = tuple(every_explanation()) if is_list else _explained(word or "")
    if as_json:
        typer.echo(json.dumps({"explanations": [asdict(each) for each in found]}))
        return
    from layerlift_cli.screen import people_console

    people_console().print(_list(found) if is_list else _pages(found))


def _explained(word: str) -> tuple[Explanation, ...]:
    """Return what goes by a name.

    :raises AnswerIsNo: if nothing does.
    """
    from layerlift_cli.explanations import explain as find
    from layerlift_cli.explanations import suggestions

    found = find(word)
    if found:
        return found
    like = suggestions(word)
    hint = f"Did you mean: {', '.join(like)}? " if like else ""
    raise AnswerIsNo(
        f"{word!r} is no finding, event, outcome, state or word of Layerlift.",
        next_step=f"{hint}See all: layerlift explain --list",
    )


def _pages(found: Iterable[Explanation]) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = []
    for each in found:
        parts.append(Text.assemble((each.word, "bold"), (f"  {each.kind}", "dim")))
        parts.extend((_rows(each), Text("")))
    return Group(*parts[:-1])


def _rows(explanation: Explanation) -> RenderableType:
    from rich.table import Table

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    rows = (
        ("meaning", explanation.meaning),
        ("for example", explanation.example),
        ("what to do", explanation.next),
    )
    for label, text in rows:
        if text:
            table.add_row(f"  {label}", _plain(text))
    return table


def _list(found: Iterable[Explanation]) -> RenderableType:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("word", no_wrap=True)
    table.add_column("kind")
    for each in found:
        table.add_row(Text(each.word), Text(each.kind, "dim"))
    return Group(table, Text("What one means: layerlift explain WORD", "dim"))


def _plain(text: str) -> RenderableType:
    from rich.text import Text

    return Text(text)
