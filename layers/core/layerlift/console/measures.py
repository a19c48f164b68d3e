"""Measures: what the canary of a release took, beside that of the release that is live."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from layerlift.console.words import counted
from layerlift.domain.approval import Approval
from layerlift.domain.canary import CanaryRecord, CanaryRun, Timing
from layerlift.domain.names import SemanticVersion, StageName
from layerlift.ports.registry import Registry
from layerlift.releasing.records import layer_partition, load_all


@dataclass(frozen=True)
class Measure:
    """A number of the canary of this release, and of the one that is live."""

    name: str
    ours: str
    live: str
    change: str


_MEASURES = ("startup", "cold", "warm")
_NAMES: Mapping[str, str] = {
    "startup": "Start-up",
    "cold": "Cold invocation",
    "warm": "Warm invocation",
}


def measures_of(approval: Approval, registry: Registry) -> tuple[Measure, ...]:
    """Return the medians of the slowest target of the stage below, of both releases."""
    below, replaces = approval.facts.below, approval.facts.replaces
    if below is None:
        return ()
    stage = StageName(below.stage)
    ours = _runs(registry, approval, approval.version, stage)
    live = _runs(registry, approval, SemanticVersion(replaces[-1]), stage) if replaces else ()
    return tuple(_measure(name, ours, live) for name in _MEASURES if _slowest(ours, name))


def _runs(
    registry: Registry, approval: Approval, version: SemanticVersion, stage: StageName
) -> tuple[CanaryRun, ...]:
    prefix = f"CANARY#{version}#{stage}#"
    records = load_all(registry, CanaryRecord, layer_partition(approval.layer), prefix)
    return tuple(run for record in records for run in record.result.variants)


def _slowest(runs: Iterable[CanaryRun], name: str) -> Timing | None:
    timings: list[Timing] = [found for run in runs if (found := getattr(run, name)) is not None]
    return max(timings, key=lambda timing: timing.median_ms, default=None)


def _measure(name: str, ours: Sequence[CanaryRun], live: Sequence[CanaryRun]) -> Measure:
    mine, theirs = _slowest(ours, name), _slowest(live, name)
    return Measure(
        name=_NAMES[name],
        ours="" if mine is None else _said(mine),
        live="not measured" if theirs is None else _said(theirs),
        change="" if mine is None or theirs is None else _change(mine, theirs),
    )


def _said(timing: Timing) -> str:
    return f"{timing.median_ms:,} ms" if timing.median_ms else "under 1 ms"


_FEWEST_SAMPLES = 3
"""Ours: of fewer, one that happened to be slow decides."""


def _change(ours: Timing, live: Timing) -> str:
    """Return by how much the medians differ, if that is more than samples differ by themselves."""
    if ours.median_ms == live.median_ms:
        return "the same"
    fewest = min(ours.samples, live.samples)
    if fewest < _FEWEST_SAMPLES:
        return f"not known: {counted(fewest, 'sample')}"
    apart = abs(ours.median_ms - live.median_ms)
    if apart <= max(each.p95_ms - each.median_ms for each in (ours, live)) or not live.median_ms:
        return "too close to tell"
    percent = round(apart * 100 / live.median_ms)
    return f"{percent} % {'slower' if ours.median_ms > live.median_ms else 'faster'}"
