"""Events as a queue delivers them, and how long those that were not told stay away."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from layerlift.adapters.clients import AwsClients, aws_errors
from layerlift.domain.errors import Fault
from layerlift.domain.events import Detail, Event

_FIRST_WAIT, _LONGEST_WAIT = 5, 900
"""Seconds: the wait doubles with each delivery. Ten of them, the queue's ``maxReceiveCount``, take
half an hour and more."""


@dataclass(frozen=True)
class Delivered:
    """A message of the queue. ``event`` is None if it holds none that this version knows."""

    message_id: str
    receipt_handle: str
    receives: int
    event: Event | None


def read_messages(batch: Mapping[str, Any]) -> tuple[Delivered, ...]:
    """Return the messages of a batch."""
    return tuple(
        Delivered(
            message_id=record["messageId"],
            receipt_handle=record["receiptHandle"],
            receives=int(record["attributes"]["ApproximateReceiveCount"]),
            event=_event(record["body"]),
        )
        for record in batch["Records"]
    )


def _event(body: str) -> Event | None:
    try:
        envelope = json.loads(body)
        detail = Detail.model_validate(envelope["detail"])
        return Event.model_validate({"type": envelope["detail-type"], "detail": detail})
    except (ValueError, KeyError, TypeError, ValidationError):
        return None


class SqsQueue:
    """The queue that the messages came from."""

    def __init__(self, clients: AwsClients, url: str) -> None:
        self._clients = clients
        self._url = url

    def keep_back(
        self, messages: Sequence[Delivered], waits: Mapping[str, int | None]
    ) -> tuple[str, ...]:
        """Return the ids of the messages that have to come again, each after its wait.

        ``waits`` gives by event how many seconds to wait, None for ever longer ones. What holds no
        event comes again, too, until the queue puts it aside for people to look at.
        """
        again = [
            message
            for message in messages
            if message.event is None or message.event.detail.id in waits
        ]
        for message in again:
            asked = None if message.event is None else waits[message.event.detail.id]
            self._stay_away(message, asked)
        return tuple(message.message_id for message in again)

    def _stay_away(self, message: Delivered, asked: int | None) -> None:
        wait = asked or min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(message.receives - 1, 10))
        try:
            with aws_errors("putting a message off"):
                self._clients.client("sqs").change_message_visibility(
                    QueueUrl=self._url,
                    ReceiptHandle=message.receipt_handle,
                    VisibilityTimeout=wait,
                )
        except Fault:
            # It comes again all the same, when the queue's own time is up.
            return
