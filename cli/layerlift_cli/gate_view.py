"""What a stage waits at, and how to let it go on: an approval, alarms, a freeze, a bake."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from layerlift.domain.track import Gate, StageTrack, Track
from layerlift_cli.durations import shown_duration
from layerlift_cli.screen import shown

_BAR = 24
"""How many columns a bar has: beside it, 80 have room for the numbers."""

_AFTER = {
    "approval": "then the stage fails",
    "alarms": "then the stage fails",
    "freeze": "then it goes on by itself",
    "bake": "then it goes on; an alarm takes it back",
}


def gate_view(track: Track, stage: StageTrack, gate: Gate, now: datetime) -> RenderableType:
    """Return why a stage waits, until when, and what to do about it."""
    lines: list[RenderableType] = [_why(stage, gate)]
    share = gate.progress(now)
    if gate.until is not None:
        if share is not None:
            lines.append(_bar(share, (gate.until - now).total_seconds()))
        lines.append(Text(f"until {gate.until:%Y-%m-%d %H:%M} UTC, {_after(gate)}", "dim"))
    lines.extend(Text(shown(line)) for line in _next(track, stage, gate))
    return Padding(Group(*lines), (0, 0, 0, 2))


def _after(gate: Gate) -> str:
    """Return what comes after the wait; a freeze may end while alarms still hold the stage."""
    if gate.kind == "freeze" and gate.alarms:
        return "then its alarms hold it, unless they are quiet"
    return _AFTER[gate.kind]


def _why(stage: StageTrack, gate: Gate) -> Text:
    if gate.kind == "approval":
        said = f"{stage.stage} waits: {gate.approved} of {gate.required} approvals."
        return Text(said, "yellow")
    word = "bakes" if gate.kind == "bake" else "is held"
    return Text(
        f"{stage.stage} {word}. {shown(gate.reason)}", "cyan" if word == "bakes" else "yellow"
    )


def _bar(share: float, left: float) -> Text:
    done = int(share * _BAR)
    bar = Text.assemble(("█" * done, "cyan"), ("░" * (_BAR - done), "dim"))
    remains = f"{shown_duration(left)} left" if left > 0 else "over, at its next look"
    return bar.append(f" {share:4.0%}  {remains}")


def _next(track: Track, stage: StageTrack, gate: Gate) -> Iterator[str]:
    """Yield the commands that end the wait."""
    what = f"{track.layer} {track.version} {stage.stage}"
    if gate.kind == "approval":
        yield f"layerlift approve {what}"
        yield f"layerlift reject {what}"
    if gate.can_be_overridden:
        options = [f"--alarm {shlex.quote(name)}" for name in gate.alarms]
        if gate.kind == "freeze":
            options.append("--freeze")
        yield f"in spite of it: layerlift override {what} {' '.join(options)} --reason WHY"
    if gate.kind == "bake":
        yield f"to take it back now: layerlift rollback {track.layer} {stage.stage}"
