"""Discord: an embed, posted and edited through a webhook.

Discord's Markdown takes a backslash before any character of markup, and pings nobody whom
``allowed_mentions`` does not name
(https://discord.com/developers/docs/resources/message#allowed-mentions-object).
"""

import json
import re
from datetime import UTC
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from layerlift.domain.errors import Fault
from layerlift.ports.chat import Web, WebReply
from layerlift.telling.destinations import DiscordDestination
from layerlift.telling.fitting import SYMBOLS, escaped_but_links, fitted, parted
from layerlift.telling.message import Fact, Link, Message, Severity
from layerlift.telling.receipts import Fate, Receipt, judge
from layerlift.telling.services.service import json_request

MAX_TITLE = 256
MAX_FIELDS = 10
MAX_NAME, MAX_VALUE = 100, 160
MAX_DESCRIPTION = 1800
MAX_LINK = 500
"""Discord takes 256, 25, 256, 1024 and 4096, and 6000 characters in all: these fit together with
two links and a command, see
https://discord.com/developers/docs/resources/message#embed-object-embed-limits"""

_COLOURS = {
    Severity.INFO: 0x4F6BED,
    Severity.GOOD: 0x2E7D32,
    Severity.ATTENTION: 0xB26A00,
    Severity.BAD: 0xC62828,
}
_MARKUP = re.compile(r"[\\*_~`|\[\]()<@]|(?m:^)\s*(?:[#>+-]|\d+\.(?=\s))")
_IN_LINK = str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", " ": "%20"})
_NOT_FOUND = 404
_ID = re.compile(r"\d{1,32}")


class Discord:
    """A :class:`~layerlift.telling.services.service.Board`: a channel."""

    def __init__(self, destination: DiscordDestination, web: Web) -> None:
        self._webhook = destination.webhook.get_secret_value()
        self._web = web

    def open(self, message: Message, /) -> Receipt:
        url = _below(self._webhook, "", "wait=true")
        return _verdict(self._web.send(json_request("POST", url, discord_content(message))))

    def reply(self, _handle: str, message: Message, /) -> Receipt:
        # A webhook cannot reply to a message; the embed's title says what it belongs to.
        return self.open(message)

    def update(self, handle: str, message: Message, /) -> Receipt:
        url = _below(self._webhook, f"/messages/{handle}", "")
        reply = self._web.send(json_request("PATCH", url, discord_content(message)))
        if reply.status == _NOT_FOUND:
            return Receipt(Fate.GONE, reason="the message is no longer there")
        return _verdict(reply)


def _below(webhook: str, path: str, query: str) -> str:
    try:
        parts = urlsplit(webhook)
    except ValueError:
        # The message of the error quotes the address.
        raise Fault("its address is not one of the web") from None
    asked = "&".join(filter(None, (parts.query, query)))
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") + path, asked, ""))


def _verdict(reply: WebReply) -> Receipt:
    verdict = judge(reply)
    if verdict.fate is not Fate.DELIVERED:
        return verdict
    try:
        handle = str(json.loads(reply.body)["id"])
    except (ValueError, KeyError, TypeError):
        handle = ""
    if not _ID.fullmatch(handle):
        return Receipt(Fate.LATER, reason="it answered with something that is not a message")
    return Receipt(Fate.DELIVERED, handle=handle)


def discord_content(message: Message) -> dict[str, Any]:
    """Return the body of a request."""
    texts = [_fit(message.what, MAX_DESCRIPTION // 3 - 20)]
    if message.why:
        texts.append(f"**Why:** {_fit(message.why, MAX_DESCRIPTION // 3 - 20)}")
    if message.next_step:
        step, commands = parted(message.next_step)
        shown = _fit(step.rstrip(), MAX_DESCRIPTION // 3 - 20)
        code = " or ".join(f"`{command}`" for command in commands)
        texts.append(f"**Next:** {shown} {code}".rstrip())
    links = [link for link in message.links if len(link.url) <= MAX_LINK]
    if links:
        # A webhook that no application owns cannot have buttons:
        # https://discord.com/developers/docs/resources/webhook#execute-webhook
        texts.append(" · ".join(map(_link, links)))
    embed: dict[str, Any] = {
        "title": _fit(f"{SYMBOLS[message.severity]} {message.headline}", MAX_TITLE),
        "description": "\n".join(texts),
        "color": _COLOURS[message.severity],
        "timestamp": message.time.astimezone(UTC).isoformat(),
        "fields": [_field(fact) for fact in message.facts[:MAX_FIELDS]],
    }
    if message.links:
        embed["url"] = message.links[0].url
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}


def _fit(text: str, limit: int) -> str:
    return fitted(text, limit, lambda cut: escaped_but_links(cut, _escape))


def _escape(text: str) -> str:
    return _MARKUP.sub(lambda found: _backslashed(found.group()), text)


def _backslashed(markup: str) -> str:
    # A list's number is escaped at its point, everything else at its first character.
    place = len(markup) - 1
    return f"{markup[:place]}\\{markup[place:]}"


def _link(link: Link) -> str:
    return f"[{link.text}]({link.url.translate(_IN_LINK)})"


def _field(fact: Fact) -> dict[str, Any]:
    name, value = _fit(fact.name, MAX_NAME), _fit(fact.value, MAX_VALUE)
    return {"name": name, "value": value, "inline": False}
