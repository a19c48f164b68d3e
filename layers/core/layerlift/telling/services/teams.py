"""Microsoft Teams: an Adaptive Card, posted through a webhook of the Workflows app.

Every text is a ``TextRun``, in which a card formats nothing
(https://adaptivecards.io/explorer/TextRun.html). A workflow answers without saying what became of
the message, so messages can be neither threaded nor updated.
"""

from typing import Any

from layerlift.ports.chat import Web
from layerlift.telling.destinations import TeamsDestination
from layerlift.telling.fitting import SYMBOLS, fitted, parted
from layerlift.telling.message import Fact, Message, Severity
from layerlift.telling.receipts import Receipt, judge
from layerlift.telling.services.service import json_request

MAX_HEADLINE, MAX_TEXT = 250, 1200
MAX_FACTS, MAX_NAME, MAX_FACT = 8, 60, 190
"""A message has 28 KB at most, which these keep to in four bytes a character.
https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook"""

_COLOURS = {
    Severity.INFO: "Accent",
    Severity.GOOD: "Good",
    Severity.ATTENTION: "Warning",
    Severity.BAD: "Attention",
}
"""Of a TextRun; ``Attention`` is what Adaptive Cards call red."""


class Teams:
    """A :class:`~layerlift.telling.services.service.Service` in a channel."""

    def __init__(self, destination: TeamsDestination, web: Web) -> None:
        self._webhook = destination.webhook.get_secret_value()
        self._web = web

    def post(self, message: Message, /) -> Receipt:
        return judge(self._web.send(json_request("POST", self._webhook, teams_content(message))))


def teams_content(message: Message) -> dict[str, Any]:
    """Return the body of a request: a message with one card."""
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": fitted(message.headline, MAX_HEADLINE),
        "msteams": {"width": "Full"},
        "body": _body(message),
        "actions": [
            {"type": "Action.OpenUrl", "title": link.text, "url": link.url}
            for link in message.links
        ],
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def _body(message: Message) -> list[dict[str, Any]]:
    headline = fitted(f"{SYMBOLS[message.severity]} {message.headline}", MAX_HEADLINE)
    colour = _COLOURS[message.severity]
    title = _run(headline, weight="Bolder", size="Medium", color=colour)
    body = [_paragraph(title), _paragraph(_run(fitted(message.what, MAX_TEXT)))]
    if message.why:
        body.append(_labelled("Why", message.why))
    if message.next_step:
        step, commands = parted(message.next_step)
        body.append(_labelled("Next", step.rstrip()))
        body += [
            _paragraph(_run(command, fontType="Monospace"), spacing="Small") for command in commands
        ]
    if message.facts:
        facts = [_fact(fact) for fact in message.facts[:MAX_FACTS]]
        body.append({"type": "Container", "separator": True, "items": facts})
    return body


def _paragraph(*runs: dict[str, Any], spacing: str = "Default") -> dict[str, Any]:
    return {"type": "RichTextBlock", "spacing": spacing, "inlines": list(runs)}


def _run(text: str, **style: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **style}


def _labelled(label: str, text: str) -> dict[str, Any]:
    return _paragraph(_run(f"{label}: ", weight="Bolder"), _run(fitted(text, MAX_TEXT)))


def _fact(fact: Fact) -> dict[str, Any]:
    name = _run(f"{fitted(fact.name, MAX_NAME)}: ", isSubtle=True)
    return _paragraph(name, _run(fitted(fact.value, MAX_FACT)), spacing="Small")
