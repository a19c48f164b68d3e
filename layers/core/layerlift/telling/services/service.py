"""What a service of chat can do."""

import json
from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from layerlift.ports.chat import WebRequest
from layerlift.telling.message import Message
from layerlift.telling.receipts import Receipt


@runtime_checkable
class Service(Protocol):
    """A destination that takes messages, and forgets them."""

    def post(self, message: Message, /) -> Receipt:
        """Send a message."""


@runtime_checkable
class Board(Protocol):
    """A destination where a message can be changed: each release has one that sums it up."""

    def open(self, message: Message, /) -> Receipt:
        """Send the message that sums a release up; the receipt has its handle."""

    def update(self, handle: str, message: Message, /) -> Receipt:
        """Change that message."""

    def reply(self, handle: str, message: Message, /) -> Receipt:
        """Send another message about it: into its thread, where there are threads."""


def json_request(
    method: str, url: str, content: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> WebRequest:
    """Return a request whose body is JSON in UTF-8, and says so."""
    return WebRequest(
        method=method,
        url=url,
        body=json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"),
        headers={"content-type": "application/json; charset=utf-8", **(headers or {})},
    )
