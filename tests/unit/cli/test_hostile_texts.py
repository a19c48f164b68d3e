"""Whatever others wrote, the terminal shows it as text: no cursor moves, no markup, no link."""

import io
import re
from collections.abc import Callable
from enum import Enum
from typing import Any

import pytest
from pydantic import BaseModel
from rich.console import Console, RenderableType

from layerlift.domain.track import Gate
from layerlift.releasing.approval import list_open
from layerlift.releasing.status import Status, read_refused_drops, read_status
from layerlift.releasing.track import read_tracks
from layerlift.releasing.trail import read_trail, release_trail
from layerlift_cli.approvals_view import approvals_view
from layerlift_cli.errors import AnswerIsNo
from layerlift_cli.event_lines import event_line, event_row
from layerlift_cli.failures import run_for_people
from layerlift_cli.screen import shown_lines
from layerlift_cli.status_view import status_view
from layerlift_cli.track_view import track_view
from tests.fakes.scenery import NOW, Scenery
from tests.fakes.scenes import busy

HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07",
    "\x9b2J\x90q\x9c",
    "a\rb\x08\x08\x7f",
    "\u202ereversed\u2066\u200f",
    "[link=https://evil.example]click[/link]",
    "[/nothing] [conceal]hidden[/conceal]",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "one\u2028two\x85three",
)
CHECKED = frozenset(
    {"layer", "version", "stage", "name", "region", "account", "digest", "code_sha256", "bucket"}
    | {"state", "kind", "outcome", "decision", "severity", "runtime", "architecture", "id", "since"}
    | {"execution", "console", "bake", "hold_for", "version_id"}
)
"""Fields of names that are checked where they come in, and of words of our own."""

STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def scene() -> Scenery:
    return busy()


def spoiled(value: Any, text: str) -> Any:
    """Return a value whose every free text is ``text``."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return text
    if isinstance(value, tuple | list):
        return type(value)(spoiled(item, text) for item in value)
    if isinstance(value, BaseModel):
        fields = {name: (item if name in CHECKED else spoiled(item, text)) for name, item in value}
        return value.model_construct(**fields)
    return value


def statuses(scene: Scenery, text: str) -> RenderableType:
    status: Status = read_status(scene.world.registry)
    return status_view(spoiled(status, text), None, spoiled(refused(scene), text))


def refused(scene: Scenery) -> Any:
    return read_refused_drops(scene.world.registry)


def approvals(scene: Scenery, text: str) -> RenderableType:
    found = list_open(scene.world.registry)
    assert found
    votes = [one.model_copy(update={"votes": named(one.votes, text)}) for one in found]
    return approvals_view([spoiled(one, text) for one in votes])


def named(votes: Any, text: str) -> Any:
    return tuple(vote.model_copy(update={"comment": text}) for vote in votes)


def tracks(scene: Scenery, text: str) -> RenderableType:
    from rich.console import Group

    found = read_tracks(scene.world.registry, NOW, limit=50)
    assert any(stage.gate is not None for track in found for stage in track.stages)
    return Group(*(track_view(spoiled(track, text), NOW) for track in found))


def lines(scene: Scenery, text: str) -> RenderableType:
    from rich.console import Group

    found = read_tracks(scene.world.registry, NOW, limit=50)
    partitions = {release_trail(track.layer, track.version) for track in found}
    events = [event for one in partitions for event in read_trail(scene.world.registry, one)]
    assert events
    hostile = [spoiled(event, text) for event in events]
    return Group(*map(event_line, hostile), *map(event_row, hostile))


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("view", [statuses, approvals, tracks, lines])
def test_a_hostile_text_in_every_field_stays_text(
    scene: Scenery, view: Callable[[Scenery, str], RenderableType], text: str
) -> None:
    output = io.StringIO()
    Console(file=output, width=400, force_terminal=True).print(view(scene, text))
    plain = STYLE.sub("", output.getvalue())
    assert all(line.isprintable() for line in plain.split("\n"))
    if text.startswith("["):
        assert text in plain


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_what_ends_a_command_moves_no_cursor(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> None:
        raise AnswerIsNo(f"It no longer waits: {text}", next_step="See it:\n  layerlift status")

    with pytest.raises(SystemExit):
        run_for_people(refuse)
    said = capsys.readouterr().err
    assert all(line.isprintable() for line in said.split("\n"))
    assert said.endswith("See it:\n  layerlift status\n")


def test_a_message_keeps_its_lines() -> None:
    assert shown_lines("one\n  two\x1b[2J\n") == "one\n  two\\x1b[2J"


def test_an_alarm_is_quoted_in_the_command_that_overrides_it(scene: Scenery) -> None:
    from layerlift_cli.gate_view import gate_view

    found = read_tracks(scene.world.registry, NOW, limit=50)
    track, stage = next(
        (track, stage)
        for track in found
        for stage in track.stages
        if stage.gate is not None and stage.gate.kind == "alarms"
    )
    gate: Gate = stage.gate.model_copy(update={"alarms": ("x; rm -rf \x1b~",)})  # type: ignore[union-attr]
    output = io.StringIO()
    Console(file=output, width=400).print(gate_view(track, stage, gate, NOW))
    assert r"--alarm 'x; rm -rf \x1b~' --reason" in output.getvalue()
