"""One line for each event, for logs and for the part of a live view that scrolls."""

from __future__ import annotations

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from layerlift.domain.events import Event, EventType
from layerlift_cli.outcome_style import mark
from layerlift_cli.screen import shown

_STATE_OF = {
    EventType.RELEASE_REJECTED: "rejected",
    EventType.RELEASE_UNCHANGED: "unchanged",
    EventType.APPROVAL_REQUESTED: "waiting",
    EventType.APPROVAL_COUNTED: "waiting",
    EventType.APPROVAL_COMMENTED: "waiting",
    EventType.APPROVAL_REFUSED: "waiting",
    EventType.STAGE_HELD: "held",
    EventType.BAKE_STARTED: "baking",
    EventType.APPROVAL_REFUSED: "failed",
    EventType.OVERRIDE_REFUSED: "failed",
    EventType.APPROVAL_DENIED: "failed",
    EventType.APPROVAL_EXPIRED: "failed",
    EventType.VERSION_MISMATCHED: "failed",
    EventType.CANARY_NOT_EXERCISED: "waiting",
    EventType.CANARY_FAILED: "failed",
    EventType.CONSUMERS_NOT_EXERCISED: "waiting",
    EventType.CONSUMERS_FAILED: "failed",
    EventType.VERSION_UNREADABLE: "failed",
    EventType.POINTER_RESTORED: "superseded",
    EventType.POINTER_STUCK: "failed",
    EventType.DEBT_INCURRED: "owed",
    EventType.DEBT_DEFAULTED: "failed",
    EventType.DEBT_STRUCK: "superseded",
    EventType.LIVE_CANARY_FAILED: "failed",
    EventType.ROLLBACK_STARTED: "rolled_back",
    EventType.ROLLBACK_FAILED: "failed",
    EventType.ROLLBACK_REFUSED: "failed",
    EventType.PROMOTION_FAILED: "failed",
    EventType.PROMOTION_SUPERSEDED: "superseded",
    EventType.RELEASE_FAILED: "failed",
    EventType.RELEASE_SUPERSEDED: "superseded",
}


def event_line(event: Event) -> Text:
    """Return an event as one line, however long: when, where, what, and why."""
    line = _where(event)
    line.append(_what(event))
    return line


def event_row(event: Event) -> RenderableType:
    """Return an event for a terminal, where what is long goes on below itself."""
    row = Table.grid()
    where = _where(event)
    row.add_column(width=len(where), no_wrap=True)
    row.add_column()
    row.add_row(where, Text(_what(event)))
    return row


def _where(event: Event) -> Text:
    detail = event.detail
    state = _STATE_OF.get(event.type, "succeeded")
    if event.type is EventType.ALARMS_CHECKED and detail.outcome != "quiet":
        state = "failed"
    line = Text.assemble((f"{detail.time:%H:%M:%S} ", "dim"), mark(state), " ")
    region = "" if detail.target is None else detail.target.region
    line.append(f"{detail.stage or '':8} {region:15} ")
    return line


def _what(event: Event) -> str:
    """Return what has happened, in which a comment or a reason can move no cursor."""
    return shown(_said(event))


def _said(event: Event) -> str:
    detail = event.detail
    words = event.type.removeprefix("Layer ").lower()
    if event.type is EventType.RELEASE_CLAIMED:
        return f"inspected and claimed: {detail.reason or ''}"
    if event.type is EventType.VERSION_PUBLISHED:
        return f"{words}: {detail.version_number}"
    if event.type is EventType.POINTER_ACTIVATED:
        return f"{words}: {detail.version}"
    if event.type is EventType.APPROVAL_REQUESTED and detail.expires_at is not None:
        return f"{words}, open until {detail.expires_at:%Y-%m-%d %H:%M} UTC"
    if event.type in (EventType.APPROVAL_GRANTED, EventType.APPROVAL_DENIED):
        said = f": {detail.comment}" if detail.comment else ""
        return f"{words} by {detail.actor}{said}"
    if event.type is EventType.HOLD_OVERRIDDEN:
        return f"{words} by {detail.actor}: {detail.reason} {detail.comment}"
    return f"{words}: {detail.reason}" if detail.reason else words
