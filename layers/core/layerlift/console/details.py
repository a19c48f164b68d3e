"""Details that a click opens: one release in all its targets, and one target of a layer."""

from dataclasses import dataclass

from layerlift.console.desk import Desk, Visit
from layerlift.console.pointers import PointerView, pointer_view
from layerlift.console.rendering import render
from layerlift.console.requests import NotUnderstood, ShowRelease, ShowTarget
from layerlift.console.tracks import Card, card, state_of
from layerlift.console.trails import TrailView, trail
from layerlift.console.words import Stamp, Word, say
from layerlift.domain.canary import CanaryResult, CanaryRun
from layerlift.domain.debts import Debt
from layerlift.domain.names import LayerName, SemanticVersion, parse_version
from layerlift.domain.release import Release
from layerlift.domain.targets import Target
from layerlift.domain.track import TargetTrack, Track
from layerlift.ports.registry import Registry
from layerlift.releasing.drift import Spot, check_pointer
from layerlift.releasing.records import (
    debts_prefix,
    layer_partition,
    load,
    load_all,
    release_key,
)
from layerlift.releasing.track import read_track


@dataclass(frozen=True)
class RunView:
    """A canary on one runtime: its numbers, as text; empty where it was not measured."""

    name: str
    invocations: str
    startup: str
    cold: str
    warm: str
    not_exercised: tuple[str, ...]


@dataclass(frozen=True)
class CanaryView:
    """The verdict of a canary and what it measured."""

    word: Word
    reason: str
    at: Stamp
    runs: tuple[RunView, ...]


@dataclass(frozen=True)
class TargetRow:
    """A release in a target."""

    stage: str
    account: str
    region: str
    word: Word
    number: str
    reason: str
    startup: str
    warm: str


@dataclass(frozen=True)
class ReleaseView:
    """A release with all its targets and a page of its trail."""

    card: Card
    targets: tuple[TargetRow, ...]
    trail: TrailView


@dataclass(frozen=True)
class TargetView:
    """A layer in a target: what is live, what its pointer says now, what it is owed, its canary."""

    layer: str
    stage: str
    account: str
    region: str
    version: str
    arn: str
    sha256: str
    changed: Stamp | None
    names: tuple[str, str]
    pointer: PointerView
    word: Word | None
    reason: str
    owed: tuple[tuple[str, str], ...]
    canary: CanaryView | None


def show_release(request: ShowRelease, visit: Visit, desk: Desk) -> str:
    """Return the widget ``release``.

    :raises NotUnderstood: if there is no such release.
    """
    release = known(desk.registry, request.layer, request.version)
    track = read_track(desk.registry, release, visit.times.now)
    targets = tuple(_row(track, stage.stage, t) for stage in track.stages for t in stage.targets)
    view = ReleaseView(
        card=card(track, visit.times),
        targets=targets,
        trail=trail(desk.registry, release.layer, release.version, request.page, visit.times),
    )
    return render("release", visit.frame, view)


def known(registry: Registry, layer: LayerName, version: SemanticVersion) -> Release:
    """Return a release.

    :raises NotUnderstood: if there is none.
    """
    held = load(registry, Release, release_key(layer, version))
    if held is None:
        raise NotUnderstood(f"There is no release {layer} {version}.")
    return held.value


def _row(track: Track, stage: str, target: TargetTrack) -> TargetRow:
    runs = () if target.canary is None else target.canary.variants
    return TargetRow(
        stage=stage,
        account=target.account,
        region=target.region,
        word=say(state_of(track, target.state)),
        number="" if target.version_number is None else str(target.version_number),
        reason=target.reason,
        startup=_ms(runs[0], "startup") if runs else "",
        warm=_ms(runs[0], "warm") if runs else "",
    )


def _ms(run: CanaryRun, kind: str) -> str:
    timing = getattr(run, kind)
    return "" if timing is None else f"{timing.median_ms:,} ms"


def show_target(request: ShowTarget, visit: Visit, desk: Desk) -> str:
    """Return the widget ``target``."""
    target = Target(account=request.account, region=request.region)
    registry = desk.registry
    spot = Spot(request.layer, request.stage, target)
    check = check_pointer(spot, registry=registry, sight=desk.sight, clock=desk.clock)
    live = check.live
    pointer = None if live is None else live.pointer
    track = None if pointer is None else _at(registry, request, target, pointer.version, visit)
    view = TargetView(
        layer=request.layer,
        stage=request.stage,
        account=request.account,
        region=request.region,
        version="" if pointer is None else pointer.version,
        arn="" if pointer is None else pointer.arn,
        sha256="" if live is None else live.code_sha256 or "",
        changed=None if live is None else visit.times.stamp(live.changed_at),
        names=spot.names,
        pointer=pointer_view(check),
        word=None if track is None else say(track.state),
        reason="" if track is None else track.reason,
        owed=_owed(registry, request, target),
        canary=None if track is None or track.canary is None else _canary(track.canary, visit),
    )
    return render("target", visit.frame, view, "ok" if live is not None else "empty")


def _at(
    registry: Registry, request: ShowTarget, target: Target, version: str, visit: Visit
) -> TargetTrack | None:
    """Return the release that the pointer names as it is in that target."""
    held = load(registry, Release, release_key(request.layer, parse_version(version)))
    if held is None:
        return None
    track = read_track(registry, held.value, visit.times.now)
    wanted = (request.stage, target.account, target.region)
    return next(
        (
            each
            for stage in track.stages
            for each in stage.targets
            if (stage.stage, each.account, each.region) == wanted
        ),
        None,
    )


def _owed(registry: Registry, request: ShowTarget, target: Target) -> tuple[tuple[str, str], ...]:
    prefix = f"{debts_prefix(request.stage)}{target.account}#{target.region}#"
    debts = load_all(registry, Debt, layer_partition(request.layer), prefix)
    return tuple(
        (
            debt.release.version,
            f"Since {debt.since:%Y-%m-%d %H:%M} UTC, {debt.state}. {debt.reason}",
        )
        for debt in sorted(debts, key=lambda debt: debt.claimed_at)
        if debt.is_outstanding
    )


def _canary(result: CanaryResult, visit: Visit) -> CanaryView:
    return CanaryView(
        word=say(result.outcome),
        reason=result.reason,
        at=visit.times.stamp(result.ran_at),
        runs=tuple(
            RunView(
                name=f"{run.runtime}, {run.architecture}",
                invocations=f"{run.invocations:,}, {run.errors:,} failed",
                startup=_ms(run, "startup"),
                cold=_ms(run, "cold"),
                warm=_ms(run, "warm"),
                not_exercised=run.not_exercised,
            )
            for run in result.variants
        ),
    )
