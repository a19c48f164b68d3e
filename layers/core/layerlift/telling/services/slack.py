"""Slack: Block Kit, posted by a bot (threads, updates) or through an incoming webhook.

Every text is a ``plain_text`` object, in which Slack formats nothing, with the three characters
escaped that Slack reads in any text
(https://docs.slack.dev/messaging/formatting-message-text#escaping).
"""

import json
import re
from typing import Any

from pydantic import SecretStr

from layerlift.ports.chat import Web, WebReply
from layerlift.telling.fitting import SYMBOLS, fitted, parted
from layerlift.telling.message import Fact, Link, Message, Severity
from layerlift.telling.receipts import Fate, Receipt, judge
from layerlift.telling.services.service import json_request

MAX_HEADER = 150
"""https://docs.slack.dev/reference/block-kit/blocks/header-block"""

MAX_TEXT = 3000
"""https://docs.slack.dev/reference/block-kit/blocks/section-block"""

MAX_FIELDS, MAX_FIELD = 10, 2000
"""Fields of a section, same page."""

MAX_BUTTON, MAX_URL = 75, 3000
"""https://docs.slack.dev/reference/block-kit/block-elements/button-element"""

MAX_FALLBACK = 4000
"""``text`` beside blocks, https://docs.slack.dev/reference/methods/chat.postMessage"""

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_WORD = re.compile(r"[a-z_]{1,64}")
_TRANSIENT = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable"}
    | {"request_timeout", "team_added_to_org"}
)
_GONE = frozenset({"message_not_found", "thread_not_found", "cant_update_message"})
"""Errors of both methods: https://docs.slack.dev/reference/methods/chat.update"""


class SlackWebhook:
    """A :class:`~layerlift.telling.services.service.Service`: an incoming webhook."""

    def __init__(self, webhook: SecretStr, web: Web) -> None:
        self._webhook = webhook
        self._web = web

    def post(self, message: Message, /) -> Receipt:
        url = self._webhook.get_secret_value()
        return judge(self._web.send(json_request("POST", url, slack_content(message))))


class SlackBot:
    """A :class:`~layerlift.telling.services.service.Board`: a channel, by a bot."""

    def __init__(self, api: str, token: SecretStr, channel: str, web: Web) -> None:
        self._api = api
        self._token = token
        self._channel = channel
        self._web = web

    def open(self, message: Message, /) -> Receipt:
        return self._call("chat.postMessage", slack_content(message))

    def update(self, handle: str, message: Message, /) -> Receipt:
        return self._call("chat.update", slack_content(message) | {"ts": handle})

    def reply(self, handle: str, message: Message, /) -> Receipt:
        # What somebody should see is also shown in the channel itself.
        is_urgent = message.severity in (Severity.ATTENTION, Severity.BAD)
        where = {"thread_ts": handle, "reply_broadcast": is_urgent}
        return self._call("chat.postMessage", slack_content(message) | where)

    def _call(self, method: str, content: dict[str, Any]) -> Receipt:
        reply = self._web.send(
            json_request(
                "POST",
                f"{self._api}/{method}",
                {"channel": self._channel, **content},
                {"authorization": f"Bearer {self._token.get_secret_value()}"},
            )
        )
        verdict = judge(reply)
        return _verdict(reply) if verdict.fate is Fate.DELIVERED else verdict


def _verdict(reply: WebReply) -> Receipt:
    """Read ``ok``: Slack answers most errors with status 200."""
    try:
        answer = json.loads(reply.body)
        is_ok, stamp, error = answer.get("ok"), answer.get("ts"), str(answer.get("error"))
    except (ValueError, AttributeError):
        return Receipt(Fate.LATER, reason="it answered with something that is not Slack's JSON")
    if is_ok is True and isinstance(stamp, str):
        return Receipt(Fate.DELIVERED, handle=stamp)
    word = error if _WORD.fullmatch(error) else "an unknown error"
    if word in _GONE:
        return Receipt(Fate.GONE, reason=f"it answered with {word}")
    fate = Fate.LATER if word in _TRANSIENT else Fate.REFUSED
    return Receipt(fate, reason=f"it answered with {word}")


def slack_content(message: Message) -> dict[str, Any]:
    """Return the part of a request that is the message."""
    headline = f"{SYMBOLS[message.severity]} {message.headline}"
    sentences = [message.what]
    if message.why:
        sentences.append(f"Why: {message.why}")
    if message.next_step:
        sentences.append(f"Next: {message.next_step}")
    step, commands = parted(message.next_step)
    told = [*sentences[:-1], f"Next: {step.rstrip()}"] if commands else sentences
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(headline, MAX_HEADER)}]
    blocks += [{"type": "section", "text": _plain(text, MAX_TEXT)} for text in told]
    blocks += map(_code, commands)
    if message.facts:
        fields = [_field(fact) for fact in message.facts[:MAX_FIELDS]]
        blocks.append({"type": "section", "fields": fields})
    if message.links:
        blocks.append({"type": "actions", "elements": [_button(link) for link in message.links]})
    return {
        "text": fitted(f"{headline}. {' '.join(sentences)}", MAX_FALLBACK, _escape),
        "blocks": blocks,
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)


def _plain(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": fitted(text, limit, _escape), "emoji": False}


def _code(command: str) -> dict[str, Any]:
    """Return the command in a box of its own, to be copied.

    https://docs.slack.dev/reference/block-kit/blocks/rich-text-block#rich_text_preformatted
    """
    text = {"type": "text", "text": command}
    box = {"type": "rich_text_preformatted", "elements": [text]}
    return {"type": "rich_text", "elements": [box]}


def _field(fact: Fact) -> dict[str, Any]:
    return _plain(f"{fact.name}: {fact.value}", MAX_FIELD)


def _button(link: Link) -> dict[str, Any]:
    return {"type": "button", "text": _plain(link.text, MAX_BUTTON), "url": link.url[:MAX_URL]}
