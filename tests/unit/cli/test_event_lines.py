"""A line for each event: when, where, what, and why."""

import io
import re
from datetime import UTC, datetime

import pytest
from rich.console import Console

from layerlift.domain.events import Detail, Event, EventType
from layerlift.domain.targets import Target
from layerlift_cli.event_lines import event_line, event_row

NOON = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)
TARGET = Target(account="123456789012", region="eu-west-1")


def line(kind: EventType, **fields: object) -> str:
    detail = Detail.model_validate({"id": "1", "time": NOON, **fields})
    return event_line(Event(type=kind, detail=detail)).plain


@pytest.mark.parametrize("kind", EventType)
def test_every_event_has_a_line_that_says_when_and_what(kind: EventType) -> None:
    text = line(kind)
    assert text.startswith("12:00:00 ")
    assert kind.rpartition(" ")[2].lower() in text


def test_a_published_version_says_its_number_and_where() -> None:
    text = line(EventType.VERSION_PUBLISHED, stage="prod", target=TARGET, version_number=7)
    assert text.split() == ["12:00:00", "✓", "prod", "eu-west-1", "version", "published:", "7"]


def test_a_decision_says_who_and_why() -> None:
    text = line(EventType.APPROVAL_DENIED, stage="prod", actor="someone", comment="not today")
    assert "approval denied by someone: not today" in text


def test_an_alarm_that_fires_is_marked_as_bad_and_a_quiet_check_as_good() -> None:
    assert "✗" in line(EventType.ALARMS_CHECKED, outcome="alarm", reason="It fires.")
    assert "✓" in line(EventType.ALARMS_CHECKED, outcome="quiet")


def test_markup_in_a_comment_stays_text() -> None:
    assert "[bold]x[/bold]" in line(EventType.APPROVAL_GRANTED, actor="a", comment="[bold]x[/bold]")


def test_on_a_terminal_what_is_long_goes_on_below_itself() -> None:
    reason = "The canary could not import " + "what the layer brings, " * 6 + "and this is why."
    event = Event(
        type=EventType.CANARY_FAILED,
        detail=Detail(id="1", time=NOON, stage="prod", target=TARGET, reason=reason),
    )
    output = io.StringIO()
    Console(file=output, width=80, force_terminal=True, no_color=True).print(event_row(event))
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in output.getvalue().splitlines()]
    assert len(lines) > 1
    assert max(map(len, lines)) <= 80
    assert all(not line[:36].strip() for line in lines[1:])
    assert "and this is why." in " ".join(" ".join(lines).split())


def test_an_override_says_who_in_spite_of_what_and_why() -> None:
    text = line(
        EventType.HOLD_OVERRIDDEN,
        actor="ada",
        reason="The alarm 'errors' is overridden.",
        comment="It mends it",
    )
    assert "hold overridden by ada: The alarm 'errors' is overridden. It mends it" in text


@pytest.mark.parametrize("kind", [EventType.APPROVAL_REFUSED, EventType.OVERRIDE_REFUSED])
def test_what_is_refused_is_marked_as_bad_and_says_why(kind: EventType) -> None:
    text = line(kind, stage="prod", outcome="refused", reason="Eve is not among the approvers.")
    assert "✗" in text
    assert "refused: Eve is not among the approvers." in text


def test_a_hold_is_marked_as_something_to_wait_for() -> None:
    assert "…" in line(EventType.STAGE_HELD, stage="prod", reason="Frozen until Monday.")


def test_a_comment_moves_no_cursor_and_stays_on_its_line() -> None:
    text = line(EventType.APPROVAL_DENIED, actor="a", comment="no\n\x1b[2J")
    assert text.endswith("approval denied by a: no \\x1b[2J")
