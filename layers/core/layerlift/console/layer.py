"""Layer: its releases with their times, its canaries and sizes over releases, its audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass

from layerlift.console.charts import Chart, Series, chart
from layerlift.console.desk import Desk, Visit
from layerlift.console.rendering import render
from layerlift.console.requests import ShowLayer
from layerlift.console.trails import TrailView, trail
from layerlift.console.words import Stamp, Word, duration, say
from layerlift.domain.canary import CanaryRecord, CanaryRun, Timing
from layerlift.domain.limits import MEGABYTE
from layerlift.domain.names import LayerName
from layerlift.domain.release import Release, StagePlan
from layerlift.domain.sizes import shown_size
from layerlift.domain.targets import Target
from layerlift.domain.track import Track
from layerlift.releasing.history import read_canaries, read_layer_names, read_releases
from layerlift.releasing.track import read_tracks

SHOWN = 10
"""How many releases the table has."""


@dataclass(frozen=True)
class ReleaseRow:
    """A release with the time that it took in each stage; empty where it has not been."""

    version: str
    word: Word
    since: Stamp
    size: str
    took: tuple[str, ...]


@dataclass(frozen=True)
class LayerView:
    """A layer, or the names to choose from if ``layer`` is empty or has no releases."""

    layer: str
    layers: Sequence[str]
    stage: str = ""
    stages: Sequence[str] = ()
    region: str = ""
    regions: Sequence[str] = ()
    rows: tuple[ReleaseRow, ...] = ()
    charts: tuple[Chart, ...] = ()
    trail: TrailView | None = None
    display: str = "widget"


def show_layer(request: ShowLayer, visit: Visit, desk: Desk) -> str:
    """Return the widget ``layer``, of the layer that was released last unless one is named."""
    names = read_layer_names(desk.registry)
    tracks = read_tracks(
        desk.registry,
        visit.times.now,
        layer=LayerName(request.layer) if request.layer else None,
        limit=SHOWN if request.layer else 1,
    )
    layer = request.layer or (tracks[0].layer if tracks else "")
    if not request.layer and layer:
        return show_layer(request.model_copy(update={"layer": layer}), visit, desk)
    if not tracks:
        return render(
            "layer", visit.frame, LayerView(layer, names, display=request.display), "empty"
        )
    releases = read_releases(desk.registry, LayerName(layer))
    plans = releases[-1].stages if releases else ()
    plan, target = _place(plans, request)
    return render(
        "layer",
        visit.frame,
        LayerView(
            layer=layer,
            layers=names,
            stage="" if plan is None else plan.name,
            stages=[each.name for each in plans],
            region="" if target is None else target.region,
            regions=[] if plan is None else [each.region for each in plan.targets],
            rows=_rows(tracks, releases, visit),
            charts=_charts(layer, releases, plan, target, desk),
            display=request.display,
            trail=trail(desk.registry, layer, tracks[0].version, request.page, visit.times),
        ),
    )


def _place(
    plans: Sequence[StagePlan], request: ShowLayer
) -> tuple[StagePlan | None, Target | None]:
    """Return the stage and target whose canaries to draw: the last stage's first, if not chosen."""
    plan = next((each for each in plans if each.name == request.stage), None)
    plan = plan or (plans[-1] if plans else None)
    targets = () if plan is None else plan.targets
    chosen = next((each for each in targets if each.region == request.region), None)
    return plan, chosen or (targets[0] if targets else None)


def _rows(
    tracks: Sequence[Track], releases: Sequence[Release], visit: Visit
) -> tuple[ReleaseRow, ...]:
    sizes = {str(release.version): shown_size(release.size) for release in releases}
    names = list(dict.fromkeys(stage.stage for track in tracks for stage in track.stages))
    return tuple(
        ReleaseRow(
            version=track.version,
            word=say(track.state),
            since=visit.times.stamp(track.started_at),
            size=sizes.get(track.version, ""),
            took=tuple(_took(track, name, visit) for name in names),
        )
        for track in tracks
    )


def _took(track: Track, name: str, visit: Visit) -> str:
    found = next((stage for stage in track.stages if stage.stage == name), None)
    seconds = None if found is None else found.seconds(visit.times.now)
    return "" if seconds is None else duration(seconds)


def _charts(
    layer: str,
    releases: Sequence[Release],
    plan: StagePlan | None,
    target: Target | None,
    desk: Desk,
) -> tuple[Chart, ...]:
    drawn = [_sizes(releases)]
    if plan is not None and target is not None:
        records = read_canaries(desk.registry, LayerName(layer), plan.name, target)
        drawn = [_startups(records), _durations(records), *drawn]
    return tuple(each for each in drawn if each is not None)


def _startups(records: Sequence[CanaryRecord]) -> Chart | None:
    return chart(
        "startup",
        "Canary start-up",
        "ms",
        [record.version for record in records],
        [
            Series("median", [_worst(record, "startup", "median_ms") for record in records]),
            Series("95th percentile", [_worst(record, "startup", "p95_ms") for record in records]),
        ],
    )


def _durations(records: Sequence[CanaryRecord]) -> Chart | None:
    return chart(
        "duration",
        "Canary invocations, median",
        "ms",
        [record.version for record in records],
        [
            Series("cold", [_worst(record, "cold", "median_ms") for record in records]),
            Series("warm", [_worst(record, "warm", "median_ms") for record in records]),
        ],
    )


def _sizes(releases: Sequence[Release]) -> Chart | None:
    values = [round(release.size / MEGABYTE, 2) for release in releases]
    labels = [release.version for release in releases]
    return chart("size", "Size of the zip", "MB", labels, [Series("size", values)])


def _worst(record: CanaryRecord, kind: str, field: str) -> float | None:
    """Return the number of the slowest runtime and architecture, None if none was measured."""
    found = [
        int(getattr(timing, field))
        for run in record.result.variants
        if (timing := _timing(run, kind)) is not None
    ]
    return max(found, default=None)


def _timing(run: CanaryRun, kind: str) -> Timing | None:
    timing: Timing | None = getattr(run, kind)
    return timing
