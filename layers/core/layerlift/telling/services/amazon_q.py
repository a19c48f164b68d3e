"""SNS, in the schema that Amazon Q Developer in chat applications renders.

It shows the text in the markup of the chat that it speaks to, Slack's or Teams', so the text is
written to be markup in neither. It threads by ``threadId``, if the channel's preferences say so.
https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html#event-schema
"""

import json
from typing import Any

from layerlift.domain.errors import Unavailable
from layerlift.ports.chat import Topic
from layerlift.telling.fitting import SYMBOLS, fitted
from layerlift.telling.message import Message
from layerlift.telling.receipts import Fate, Receipt
from layerlift.telling.services.plain import without_markup

MAX_TITLE, MAX_TEXT = 250, 3000
"""The page names no limit; 3000 is what a block of Slack takes."""

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class AmazonQ:
    """A :class:`~layerlift.telling.services.service.Service` behind a topic."""

    def __init__(self, topic: Topic) -> None:
        self._topic = topic

    def post(self, message: Message, /) -> Receipt:
        try:
            self._topic.publish(json.dumps(amazon_q_content(message), ensure_ascii=False))
        except Unavailable:
            return Receipt(Fate.LATER, reason="the topic could not be reached")
        return Receipt(Fate.DELIVERED)


def amazon_q_content(message: Message) -> dict[str, Any]:
    """Return a custom notification."""
    texts = [message.what]
    if message.why:
        texts.append(f"Why: {message.why}")
    texts += [f"{fact.name}: {fact.value}" for fact in message.facts]
    texts += [f"{link.text}: {link.url}" for link in message.links]
    content: dict[str, Any] = {
        "textType": "client-markdown",
        "title": _fit(f"{SYMBOLS[message.severity]} {message.headline}", MAX_TITLE),
        "description": "\n".join(_fit(text, MAX_TEXT // len(texts) - 1) for text in texts),
    }
    if message.next_step:
        content["nextSteps"] = [_fit(message.next_step, MAX_TEXT)]
    return {
        "version": "1.0",
        "source": "custom",
        "content": content,
        "metadata": {
            "threadId": message.thread,
            "summary": _fit(message.headline, MAX_TITLE),
            "eventType": "Layerlift",
        },
    }


def _fit(text: str, limit: int) -> str:
    return fitted(text, limit, lambda cut: without_markup(cut).translate(_ENTITIES))
