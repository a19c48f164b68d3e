"""Events and messages to tell, as the samples of the bus have them."""

import json
from datetime import UTC, datetime

from layerlift.domain.events import Detail, Event, EventType, event_id
from layerlift.telling.message import Fact, Link, Message, Severity
from tools.reference.schemas import stem
from tools.reference.sources import ROOT

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

HOSTILE = (
    "<!channel> <@U123> @everyone @here *bold* _slanted_ ~gone~ `code` ```block``` ||hidden|| "
    "[x](javascript:alert(1)) <https://evil.example|click> # Heading\n> quote\n- item\n1. one\n"
    "# Heading\n\u202egnp.exe\x00 &lt;b&gt; \\*"
)
"""Everything that is markup or a call for attention somewhere."""


def sample(kind: EventType, **changes: object) -> Event:
    """Return the sample of a type of event, with some fields of its detail changed."""
    envelope = json.loads((ROOT / "events/bus" / f"{stem(kind)}.json").read_text())
    return Event(type=kind, detail=Detail.model_validate(envelope["detail"] | changes))


def in_regions(kind: EventType, *regions: str) -> list[Event]:
    """Return the same event in some regions."""
    return [
        sample(
            kind,
            id=event_id(kind, region),
            target={"account": "111122223333", "region": region},
        )
        for region in regions
    ]


def message(text: str = "Text.", facts: int = 2) -> Message:
    """Return a message that says ``text`` wherever there is text from outside."""
    return Message(
        headline=text,
        what=text,
        why=text,
        next_step=text,
        severity=Severity.ATTENTION,
        thread="http-client 1.4.0",
        time=NOW,
        facts=tuple(Fact(text, text) for _ in range(facts)),
        links=(Link("Open the console", "https://console.aws.amazon.com/cloudwatch/home"),),
    )
