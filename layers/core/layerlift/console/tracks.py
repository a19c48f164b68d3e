"""A release's way as it is drawn: a card with its stages, their waves, and what each waits at."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from layerlift.console.words import Stamp, Times, Word, duration, say
from layerlift.domain.guidance.terms import UNTOUCHED
from layerlift.domain.release import ReleaseState, TargetState
from layerlift.domain.track import OWED, REPLACED, Gate, StageTrack, TargetTrack, Track, WaveTrack

_SHORT_DIGEST = 12


@dataclass(frozen=True)
class Dot:
    """A target, drawn as one small sign."""

    region: str
    word: Word


@dataclass(frozen=True)
class WaveView:
    """A wave, ``summary`` in words."""

    name: str
    word: Word
    summary: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class GateView:
    """What a stage waits at. ``percent`` is how much of the wait is over, None if unknown."""

    kind: str
    title: str
    reason: str
    ends: Stamp | None
    end_means: str
    percent: int | None
    command: str


@dataclass(frozen=True)
class StageView:
    """A stage of a track. ``took`` is how long it took or has taken, empty if it has not begun."""

    name: str
    word: Word
    reason: str
    took: str
    gate: GateView | None
    waves: tuple[WaveView, ...]


@dataclass(frozen=True)
class Card:
    """A release; ``digest`` is short, empty if its bytes were not read."""

    layer: str
    version: str
    digest: str
    attempt: int | None
    word: Word
    since: Stamp
    reason: str
    has_report: bool
    stages: tuple[StageView, ...]


def card(track: Track, times: Times) -> Card:
    """Return a release as it is drawn."""
    return Card(
        layer=track.layer,
        version=track.version,
        digest=(track.digest or "")[:_SHORT_DIGEST],
        attempt=track.attempt,
        word=say(track.state),
        since=times.stamp(track.started_at),
        reason=track.reason,
        has_report=track.report_url is not None,
        stages=tuple(_stage(track, stage, times) for stage in track.stages),
    )


def _stage(track: Track, stage: StageTrack, times: Times) -> StageView:
    seconds = stage.seconds(times.now)
    gate = None if stage.gate is None else _gate(track, stage.stage, stage.gate, times)
    # A release that failed says so itself; what a gate says is said there.
    said_elsewhere = gate is not None or stage.reason in track.reason
    return StageView(
        name=stage.stage,
        word=say(state_of(track, stage.state)),
        reason="" if said_elsewhere else stage.reason,
        took="" if seconds is None else _took(stage, seconds),
        gate=gate,
        waves=_waves(track, stage),
    )


_COMES_NO_FURTHER = (ReleaseState.FAILED, ReleaseState.SUPERSEDED, ReleaseState.ROLLED_BACK)


def state_of(track: Track, state: str) -> str:
    """Return the state of a stage or target: where a release that ended never came, none waits."""
    is_pending = state == TargetState.PENDING
    return UNTOUCHED if is_pending and track.state in _COMES_NO_FURTHER else state


def _took(stage: StageTrack, seconds: float) -> str:
    # People take their time: that is not how long the stage takes.
    waits = stage.gate is not None and stage.gate.kind == "approval"
    return f"{duration(seconds)} so far, with waiting" if waits else duration(seconds)


_TROUBLE = (TargetState.STUCK, TargetState.FAILED, OWED)


def _waves(track: Track, stage: StageTrack) -> tuple[WaveView, ...]:
    """Return the waves while they matter; afterwards one line, without a sign for each target."""
    has_trouble = any(target.state in _TROUBLE for target in stage.targets)
    if track.is_moving or has_trouble:
        return tuple(_wave(track, wave, len(stage.waves)) for wave in stage.waves)
    word = say(state_of(track, stage.state))
    return (WaveView("Targets", word, _summary(track, stage.targets), ()),)


def _wave(track: Track, wave: WaveTrack, of: int) -> WaveView:
    return WaveView(
        name=f"Wave {wave.number}" if of > 1 else "Targets",
        word=say(state_of(track, wave.state)),
        summary=_summary(track, wave.targets),
        dots=tuple(Dot(t.region, say(state_of(track, t.state))) for t in wave.targets),
    )


_ORDER = (
    TargetState.STUCK,
    TargetState.FAILED,
    OWED,
    TargetState.ACTIVE,
    "granted",
    TargetState.CANARIED,
    TargetState.PUBLISHED,
    TargetState.INACTIVE,
    REPLACED,
    TargetState.PENDING,
    UNTOUCHED,
)


def _summary(track: Track, targets: Sequence[TargetTrack]) -> str:
    """Return how many targets are in which state: "28 live, 2 owed"; trouble first."""
    found = [state_of(track, target.state) for target in targets]
    counts = [(state, found.count(state)) for state in _ORDER]
    said = [f"{count} {say(state).text}" for state, count in counts if count]
    if len(said) == 1 and len(found) == 1:
        return said[0].removeprefix("1 ")
    if len(said) == 1:
        return f"all {said[0]}"
    return ", ".join(said)


_TITLES = {
    "approval": "Waits for approval",
    "alarms": "Held by alarms",
    "freeze": "Frozen",
    "bake": "Bakes under its alarms",
}
_ENDS = {
    "approval": "expires",
    "alarms": "fails",
    "freeze": "goes on",
    "bake": "over",
}


def _gate(track: Track, stage: str, gate: Gate, times: Times) -> GateView:
    progress = gate.progress(times.now)
    named = f"{track.layer} {track.version} {stage}"
    commands = {
        "approval": f"layerlift approval {named}",
        "alarms": _override(named, gate),
        "freeze": _override(named, gate),
    }
    return GateView(
        kind=gate.kind,
        title=_TITLES[gate.kind],
        reason=gate.reason,
        ends=None if gate.until is None else times.stamp(gate.until),
        end_means=_end_of(gate),
        percent=None if progress is None else round(progress * 100),
        command=commands.get(gate.kind, ""),
    )


def _end_of(gate: Gate) -> str:
    # Alarms that are not quiet hold the stage on when the freeze is over.
    return "over" if gate.kind == "freeze" and gate.alarms else _ENDS[gate.kind]


def _override(named: str, gate: Gate) -> str:
    # Whoever names an alarm could name it so that a shell does more than was meant.
    options = [f"--alarm {shlex.quote(name)}" for name in gate.alarms]
    if gate.kind == "freeze":
        options.append("--freeze")
    return f"layerlift override {named} {' '.join(options)} --reason WHY"
