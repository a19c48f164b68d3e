"""Releases: what is on its way and where it stands, and what happened last."""

from collections.abc import Sequence
from dataclasses import dataclass

from layerlift.console.desk import Desk, Visit
from layerlift.console.rendering import render
from layerlift.console.requests import ShowReleases
from layerlift.console.tracks import Card, card
from layerlift.console.words import Stamp, Times
from layerlift.domain.names import LayerName
from layerlift.domain.release import Drop, ReleaseState
from layerlift.releasing.history import read_layer_names
from layerlift.releasing.status import read_unlisted_refusals
from layerlift.releasing.track import read_tracks

SHOWN = 12
"""How many releases are shown: more would be a wall, and each takes reads of its own."""


@dataclass(frozen=True)
class RefusedView:
    """A drop that was refused and has no card: it was of what is a release, or named nothing."""

    key: str
    at: Stamp
    reason: str


@dataclass(frozen=True)
class ReleasesView:
    """Cards, those on their way first, drops that were refused, and what the filters say."""

    moving: Sequence[Card]
    ended: Sequence[Card]
    refused: Sequence[RefusedView]
    layer: str
    state: str
    layers: Sequence[str]
    states: Sequence[str]

    @property
    def is_filtered(self) -> bool:
        """Whether a filter leaves releases out."""
        return bool(self.layer or self.state)


def show_releases(request: ShowReleases, visit: Visit, desk: Desk) -> str:
    """Return the widget ``releases``."""
    tracks = read_tracks(
        desk.registry,
        visit.times.now,
        layer=LayerName(request.layer) if request.layer else None,
        states=(ReleaseState(request.state),) if request.state else (),
        limit=SHOWN,
    )
    refused = _refused(request, visit.times, desk)
    view = ReleasesView(
        moving=[card(track, visit.times) for track in tracks if track.is_moving],
        ended=[card(track, visit.times) for track in tracks if not track.is_moving],
        refused=refused,
        layer=request.layer,
        state=str(request.state),
        layers=read_layer_names(desk.registry),
        states=[state.value for state in ReleaseState],
    )
    return render("releases", visit.frame, view, "ok" if tracks or refused else "empty")


def _refused(request: ShowReleases, times: Times, desk: Desk) -> Sequence[RefusedView]:
    if request.state not in ("", ReleaseState.REJECTED):
        return ()
    layer = LayerName(request.layer) if request.layer else None
    return [_refusal(drop, times) for drop in read_unlisted_refusals(desk.registry, layer)]


def _refusal(drop: Drop, times: Times) -> RefusedView:
    return RefusedView(drop.artifact.key, times.stamp(drop.dropped_at), drop.reason)
