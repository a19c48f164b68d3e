"""An event, or several of a kind, as a message.

Several are told at once where many targets of a stage do the same: thirty regions that went live
are one piece of news.
"""

from collections.abc import Iterator, Sequence

from layerlift.domain.events import SOURCE, Detail, Event, EventType
from layerlift.domain.outcomes import Outcome
from layerlift.telling.message import NAMED, Fact, Link, Message, listed
from layerlift.telling.next_steps import next_step, reason_without_step
from layerlift.telling.requests import request_facts, request_reason
from layerlift.telling.wordings import ALARM_WORDING, WORDINGS, Wording

_ASKING = frozenset({EventType.APPROVAL_REQUESTED, EventType.APPROVAL_COUNTED})

_TELLS_WHAT = frozenset({EventType.ROLLBACK_SUCCEEDED})
"""What these events give as their reason is what happened; why is in the comment."""

_TIME = "%Y-%m-%d %H:%M UTC"


def wording_of(event: Event) -> Wording:
    """Return how an event is told."""
    if event.type is EventType.ALARMS_CHECKED and event.detail.outcome == Outcome.ALARM:
        return ALARM_WORDING
    return WORDINGS[event.type]


def thread_of(event: Event) -> str:
    """Return what is the same for all events of one release, or of one drop that became none."""
    detail = event.detail
    if detail.layer is None or detail.version is None:
        return str(detail.object_key)
    return release_name(event)


def release_name(event: Event) -> str:
    """Return the layer and its version, or what was dropped if that names none."""
    detail = event.detail
    if detail.layer is None or detail.version is None:
        return str(detail.object_key)
    return f"{detail.layer} {detail.version}"


def tell(events: Sequence[Event], console: str = "") -> Message:
    """Return what people are told of ``events``: at least one, all of one type and one stage.

    ``console`` is the address of the console, if there is one to go to.
    """
    first = min(events, key=lambda event: event.detail.time)
    wording = wording_of(first)
    words = _words(first, events)
    step = next_step(first, wording, words)
    what, why = _what(first, wording.what.format_map(words)), _why(events, step)
    return Message(
        headline=wording.headline.format_map(words),
        what=what,
        why=why,
        next_step=step,
        severity=wording.severity,
        thread=thread_of(first),
        time=first.detail.time,
        facts=tuple(_facts(first, f"{what} {why}")),
        links=links_to(
            console,
            _report_page(first.detail),
            "Decide in the console" if first.type in _ASKING else "Open the console",
        ),
    )


def links_to(console: str, report: str | None, text: str = "Open the console") -> tuple[Link, ...]:
    """Return the links to the console and to the report, as far as there are any to go to."""
    links = (Link(text, console), Link("Open the report", report or ""))
    return tuple(link for link in links if link.url)


def _words(first: Event, events: Sequence[Event]) -> dict[str, str]:
    detail = first.detail
    return {
        "release": release_name(first),
        "layer": detail.layer or "",
        "version": detail.version or "",
        "stage": detail.stage or "",
        "object": detail.object_key or "",
        "place": _place(events),
        "actor": detail.actor or "Somebody",
        "but_owed": ", but for those that it is still owed to" if detail.debts else "",
        "until": f"{detail.expires_at:{_TIME}}" if detail.expires_at else "the end of the wait",
    }


def _place(events: Sequence[Event]) -> str:
    targets = (event.detail.target for event in events)
    regions = tuple(dict.fromkeys(target.region for target in targets if target is not None))
    return regions[0] if len(regions) == 1 else f"{len(regions)} regions ({listed(regions)})"


def _what(event: Event, what: str) -> str:
    more = event.detail.reason or "" if event.type in _TELLS_WHAT else ""
    return " ".join(filter(None, (what, _sentence(more))))


def _why(events: Sequence[Event], step: str) -> str:
    reasons = tuple(dict.fromkeys(filter(None, (_reason(event, step) for event in events))))
    rest = len(reasons) - NAMED
    more = (f"And {rest} more reasons.",) if rest > 0 else ()
    return " ".join((*reasons[:NAMED], *more))


def _reason(event: Event, step: str) -> str:
    detail = event.detail
    if detail.request is not None:
        return request_reason(detail.request)
    reason = "" if event.type in _TELLS_WHAT else reason_without_step(detail.reason or "", step)
    return " ".join(filter(None, (_sentence(reason), _said(detail))))


def _said(detail: Detail) -> str:
    comment = (detail.comment or "").strip()
    if not comment:
        return ""
    # Nobody decided: the comment is the control plane's own.
    if detail.actor == SOURCE:
        return _sentence(comment[0].upper() + comment[1:])
    return f"They say: “{comment}”"


def _sentence(text: str) -> str:
    text = text.strip()
    # What people and AWS wrote goes on into the next sentence; it ends here.
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _facts(event: Event, told: str) -> Iterator[Fact]:
    detail = event.detail
    if detail.stage is not None:
        yield Fact("Stage", detail.stage)
    if detail.actor is not None and detail.actor != SOURCE and detail.actor not in told:
        yield Fact("Who", detail.actor)
    if detail.request is not None:
        yield from request_facts(detail.request)
    if detail.debts:
        yield Fact("Still owed to", listed([target.region for target in detail.debts]))
    if detail.object_key is not None:
        yield Fact("Dropped object", detail.object_key)
    if detail.report_url is not None and _report_page(detail) is None:
        yield Fact("Report", detail.report_url)


def _report_page(detail: Detail) -> str | None:
    return None if detail.links is None else detail.links.report
