"""A queue that hears everything on the application's bus, and can be asked again and again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import boto3

from layerlift.domain.events import Detail, Event, EventType

_RULE = "everything"


@dataclass
class Ear:
    """What has come over the bus so far, each event once."""

    queue: str
    sqs: Any
    heard: dict[str, Event] = field(default_factory=dict)
    texts: list[tuple[str, str]] = field(default_factory=list)
    """Every message as it came, by its event's type."""

    def listen(self) -> None:
        """Take in all that has arrived."""
        while messages := self._receive():
            for message in messages:
                self._take(message["Body"])
            self.sqs.delete_message_batch(
                QueueUrl=self.queue,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                    for number, message in enumerate(messages)
                ],
            )

    def _receive(self) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        listed: list[dict[str, Any]] = answer.get("Messages", [])
        return listed

    def _take(self, body: str) -> None:
        message = json.loads(body)
        kind = EventType(message["detail-type"])
        event = Event(type=kind, detail=Detail.model_validate(message["detail"]))
        self.heard[event.detail.id] = event
        self.texts.append((f"the event {kind}", body))


def listen_to(bus: str, session: boto3.Session) -> Ear:
    """Have a rule put everything on the bus called ``bus`` into a queue."""
    sqs, events = session.client("sqs"), session.client("events")
    queue = sqs.create_queue(QueueName=_RULE)["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    events.put_rule(
        Name=_RULE, EventBusName=bus, EventPattern=json.dumps({"source": ["layerlift"]})
    )
    events.put_targets(
        Rule=_RULE,
        EventBusName=bus,
        Targets=[{"Id": "queue", "Arn": attributes["Attributes"]["QueueArn"]}],
    )
    return Ear(queue, sqs)
