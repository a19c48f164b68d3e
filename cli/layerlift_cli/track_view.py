"""A release on its way, as a live view shows it: the track, its stages, waves and timings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import StageState, TargetState
from layerlift.domain.track import OWED, StageTrack, TargetTrack, Track, WaveTrack
from layerlift_cli.durations import shown_duration
from layerlift_cli.gate_view import gate_view
from layerlift_cli.outcome_style import mark, styled
from layerlift_cli.screen import shown

_QUIET = {StageState.PENDING, StageState.ACTIVE, "replaced", StageState.SUPERSEDED}
"""States of a stage whose waves have nothing more to tell than the stage itself."""

_TROUBLE = (TargetState.FAILED, TargetState.STUCK, OWED)
_TROUBLES_SHOWN = 5


def track_view(track: Track, now: datetime) -> RenderableType:
    """Return a release's way as it is at ``now``: what is waited for stands above the details."""
    parts: list[RenderableType] = [_head(track, now)]
    if track.stages:
        parts.append(Padding(_way(track), (0, 0, 0, 2)))
    if track.reason:
        parts.append(Padding(Text(shown(track.reason)), (0, 0, 0, 2)))
    for stage in track.stages:
        if stage.gate is not None:
            parts.append(gate_view(track, stage, stage.gate, now))
    parts.append(_stages_table(track, now))
    parts.extend(_troubles(track))
    return Group(*parts)


def _head(track: Track, now: datetime) -> Text:
    name = f"{track.layer} {track.version}"
    head = Text.assemble(mark(track.state), " ", (name, "bold"), "  ", styled(track.state))
    if track.attempt is not None and track.attempt > 1:
        head.append(f"  attempt {track.attempt}", "dim")
    if track.is_moving:
        spent = (now - track.started_at).total_seconds()
        head.append(f"  {shown_duration(max(0.0, spent))}", "dim")
    return head


def _way(track: Track) -> Text:
    """Return the stages as one line: dev ──▶ staging ──▶ prod."""
    stages = [Text.assemble(mark(stage.state), " ", stage.stage) for stage in track.stages]
    return Text(" ──▶ ", "dim").join(stages)


def _stages_table(track: Track, now: datetime) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    table.add_column(no_wrap=True, justify="right", style="dim")
    for stage in track.stages:
        seconds = stage.seconds(now)
        table.add_row(
            Text(f"  {stage.stage}", "bold"),
            styled(stage.state),
            _live(stage),
            "" if seconds is None else shown_duration(seconds),
        )
        for wave in _told_waves(stage):
            number = f"    wave {wave.number}"
            table.add_row(Text(number), styled(wave.state), _wave(wave), "")
    return table


def _live(stage: StageTrack) -> Text:
    there = sum(target.state == TargetState.ACTIVE for target in stage.targets)
    whole = len(stage.targets)
    return Text(
        f"{there} of {whole} live" if there or stage.started_at else f"{whole} to go", "dim"
    )


def _told_waves(stage: StageTrack) -> tuple[WaveTrack, ...]:
    has_trouble = any(target.state in _TROUBLE for target in stage.targets)
    return stage.waves if stage.state not in _QUIET or has_trouble else ()


def _wave(wave: WaveTrack) -> Text:
    counts = Counter(target.state for target in wave.targets)
    said = ", ".join(f"{number} {state}" for state, number in counts.items())
    return Text("; ".join((said, *_canary(wave))))


def _canary(wave: WaveTrack) -> Iterator[str]:
    """Yield how the canaries of a wave went, and how long the slowest took to load the layer."""
    results = [target.canary for target in wave.targets if target.canary is not None]
    if not results:
        return
    good = sum(result.outcome != Outcome.CANARY_FAILED for result in results)
    yield f"canary {good} of {len(wave.targets)}"
    startups = [
        run.startup.median_ms for result in results for run in result.variants if run.startup
    ]
    if startups:
        yield f"loads in {max(startups):,} ms at most"


def _troubles(track: Track) -> Iterator[RenderableType]:
    """Yield why targets have failed, are stuck, or are owed the release; of many, the first."""
    told = [
        (stage, target)
        for stage in track.stages
        for target in stage.targets
        if target.state in _TROUBLE and target.reason
    ]
    for stage, target in told[:_TROUBLES_SHOWN]:
        yield Padding(_trouble(stage, target), (0, 0, 0, 2))
    more = len(told) - _TROUBLES_SHOWN
    if more > 0:
        yield Text(f"  and {more} more: layerlift status {track.layer}", "dim")


def _trouble(stage: StageTrack, target: TargetTrack) -> Text:
    where = f"{stage.stage} {target.region} is {target.state}"
    return Text(f"{where}: {shown(target.reason)}", "red" if target.state != OWED else "yellow")
