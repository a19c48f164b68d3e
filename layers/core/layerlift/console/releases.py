"""Releases: what is on its way and where it stands, and what happened last."""

from collections.abc import Sequence
from dataclasses import dataclass

from layerlift.console.desk import Desk, Visit
from layerlift.console.rendering import render
from layerlift.console.requests import ShowReleases
from layerlift.console.tracks import Card, card
from layerlift.domain.names import LayerName
from layerlift.domain.release import ReleaseState
from layerlift.releasing.history import read_layer_names
from layerlift.releasing.track import read_tracks

SHOWN = 12
"""How many releases are shown: more would be a wall, and each takes reads of its own."""


@dataclass(frozen=True)
class ReleasesView:
    """Cards, those on their way first, and what the filters say."""

    moving: Sequence[Card]
    ended: Sequence[Card]
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
    view = ReleasesView(
        moving=[card(track, visit.times) for track in tracks if track.is_moving],
        ended=[card(track, visit.times) for track in tracks if not track.is_moving],
        layer=request.layer,
        state=str(request.state),
        layers=read_layer_names(desk.registry),
        states=[state.value for state in ReleaseState],
    )
    return render("releases", visit.frame, view, "ok" if tracks else "empty")
