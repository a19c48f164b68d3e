"""Follow a release while it is on its way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from layerlift.domain.events import Event
from layerlift.domain.names import LayerName, SemanticVersion
from layerlift.domain.release import Artifact, Drop, Release, ReleaseState
from layerlift.domain.track import Track
from layerlift.ports.registry import Registry
from layerlift.releasing.records import drop_key, load, release_key
from layerlift.releasing.status import ReleaseStatus, read_release_status, read_status
from layerlift.releasing.track import read_track
from layerlift.releasing.trail import read_trail, release_trail
from layerlift_cli.errors import OutOfReach

POLL_SECONDS = 0.5

FINAL = frozenset({"succeeded", "failed", "superseded", "rejected"})
"""The states in which nothing more will happen by itself."""

ANSWER_SECONDS = 300.0
"""How long a drop may take to be answered: the inspection of the largest zip, and to spare."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What is new since the last look: status and track, and events nobody has seen yet."""

    status: ReleaseStatus
    track: Track
    events: tuple[Event, ...]


def await_answer(registry: Registry, artifact: Artifact) -> Drop:
    """Wait until the control plane has answered a drop.

    :raises OutOfReach: if it does not.
    """
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        held = load(registry, Drop, drop_key(artifact.key, artifact.version_id))
        if held is not None:
            return held.value
        time.sleep(POLL_SECONDS)
    raise OutOfReach(
        f"The control plane has not answered for {artifact.key} within {ANSWER_SECONDS:.0f} s.",
        next_step="Look at the executions of its release state machine, and at its dead-letter "
        "queue.",
    )


def await_release(
    registry: Registry,
    layer: LayerName | None,
    on_waiting: Callable[[], None],
    *,
    wait: Callable[[float], None] = time.sleep,
) -> ReleaseStatus:
    """Return the newest release, of one layer or of all.

    If there is none, ``on_waiting`` is called once, and the first one is waited for.
    """
    has_told = False
    while True:
        for release in read_status(registry, layer).releases:
            if release.state != ReleaseState.REJECTED:
                return release
        if not has_told:
            on_waiting()
            has_told = True
        wait(POLL_SECONDS)


def watch_release(
    registry: Registry,
    layer: LayerName,
    version: SemanticVersion,
    *,
    wait: Callable[[float], None] = time.sleep,
) -> Iterator[Sight]:
    """Yield what is new about a release until it has ended, the last sight included."""
    seen: set[str] = set()
    has_ended = False
    while True:
        trail = read_trail(registry, release_trail(layer, version))
        new = tuple(event for event in trail if event.detail.id not in seen)
        seen.update(event.detail.id for event in new)
        # Every change comes with an event, so without one there is nothing to read again.
        if new:
            sight = _sight(registry, layer, version, new)
            # The status may be ahead of the trail that was read before it: then look once more.
            has_ended = sight.status.state in FINAL
            yield sight
        elif has_ended:
            return
        if not has_ended:
            wait(POLL_SECONDS)


def _sight(
    registry: Registry, layer: LayerName, version: SemanticVersion, new: tuple[Event, ...]
) -> Sight:
    held = load(registry, Release, release_key(layer, version))
    if held is None:
        raise OutOfReach(
            f"{layer} {version} is not in the registry (any more).",
            next_step=f"See what is: layerlift status {layer}",
        )
    attempts = (None, held.value.attempt)
    return Sight(
        status=read_release_status(registry, held.value),
        track=read_track(registry, held.value, datetime.now(UTC)),
        events=tuple(event for event in new if event.detail.attempt in attempts),
    )
