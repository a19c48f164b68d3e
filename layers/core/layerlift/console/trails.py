"""The audit trail of a release, newest first, a page at a time."""

from dataclasses import dataclass

from layerlift.console.words import Stamp, Times, Word, say
from layerlift.domain.events import Detail, Event
from layerlift.ports.registry import Registry
from layerlift.releasing.trail import read_trail, release_trail

PAGE = 20
"""How many entries a page has."""


@dataclass(frozen=True)
class EntryView:
    """Something that happened. ``word`` is None if it had no outcome."""

    at: Stamp
    what: str
    where: str
    word: Word | None
    said: tuple[str, ...]


@dataclass(frozen=True)
class TrailView:
    """A page of a trail. ``newer`` and ``older`` are the numbers of its neighbours, 0 for none."""

    version: str
    entries: tuple[EntryView, ...]
    first: int
    last: int
    total: int
    newer: int
    older: int


def trail(registry: Registry, layer: str, version: str, page: int, times: Times) -> TrailView:
    """Return a page of what happened to a release; the first page has the newest."""
    events = read_trail(registry, release_trail(layer, version))[::-1]
    start = (page - 1) * PAGE
    shown = events[start : start + PAGE]
    return TrailView(
        version=version,
        entries=tuple(_entry(event, times) for event in shown),
        first=start + 1 if shown else 0,
        last=start + len(shown),
        total=len(events),
        newer=page - 1,
        older=page + 1 if start + PAGE < len(events) else 0,
    )


def _entry(event: Event, times: Times) -> EntryView:
    detail = event.detail
    return EntryView(
        at=times.stamp(detail.time),
        what=event.type.value.removeprefix("Layer "),
        where=_where(detail),
        word=None if detail.outcome is None else say(detail.outcome),
        said=tuple(text for text in (detail.reason, _actor(detail)) if text),
    )


def _where(detail: Detail) -> str:
    region = "" if detail.target is None else detail.target.region
    return " ".join(part for part in (detail.stage or "", region) if part)


def _actor(detail: Detail) -> str:
    if not detail.actor:
        return detail.comment or ""
    return f"By {detail.actor}: {detail.comment}" if detail.comment else f"By {detail.actor}."
