"""What a chat refuses for good is kept aside, and told once it is handed back."""

from __future__ import annotations

import json

from tests.e2e.application import Application
from tests.e2e.switching import until
from tests.fakes.chats import TOKEN, Answer, Chats
from tools.reference.sources import ROOT

HEADLINE = "http-client 1.4.0 failed"


def put_event(application: Application) -> None:
    """Put the sample of a failed release on the bus."""
    envelope = json.loads((ROOT / "events/bus/layer-release-failed.json").read_text())
    answer = application.session.client("events").put_events(
        Entries=[
            {
                "EventBusName": application.outputs["EventBusName"],
                "Source": envelope["source"],
                "DetailType": envelope["detail-type"],
                "Detail": json.dumps(envelope["detail"]),
            }
        ]
    )
    assert answer["FailedEntryCount"] == 0


def name_chats(application: Application, chats: Chats) -> None:
    """Have one that refuses at first, as a webhook does that is gone, and one that listens."""
    chats.script("/services/", Answer(404))
    slack = {"service": "slack"}
    destinations = [
        {"name": "refusing", "webhook": chats.slack_webhook, **slack},
        {"name": "listening", "token": TOKEN, "channel": "C0", "api": chats.slack, **slack},
    ]
    application.session.client("ssm").put_parameter(
        Name=application.outputs["ChatParameterName"],
        Value=json.dumps({"version": 1, "destinations": destinations}),
        Type="SecureString",
        Overwrite=True,
    )


def try_once(application: Application) -> str:
    """Have each event tried once, not ten times, which takes most of an hour; the queue's URL."""
    sqs = application.session.client("sqs")
    name = application.outputs["ChatQueueArn"].rpartition(":")[2]
    queue = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    policy = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["RedrivePolicy"])
    once = json.loads(policy["Attributes"]["RedrivePolicy"]) | {"maxReceiveCount": 1}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": json.dumps(once)})
    return queue


def told_by_bot(chats: Chats) -> list[str]:
    heard = (json.dumps(heard.content) for heard in chats.to("/api/chat.postMessage"))
    return [text for text in heard if "thread_ts" in text and HEADLINE in text]


def test_what_is_refused_for_good_comes_again_for_whom_it_was_refused_only(
    with_chat: Application, chats: Chats
) -> None:
    sqs = with_chat.session.client("sqs")
    queue, aside = try_once(with_chat), with_chat.outputs["ChatDeadLetterQueueUrl"]
    name_chats(with_chat, chats)
    put_event(with_chat)
    kept: list[str] = []

    def is_kept_aside() -> bool:
        answer = sqs.receive_message(QueueUrl=aside)
        for message in answer.get("Messages", []):
            kept.append(message["Body"])
            sqs.delete_message(QueueUrl=aside, ReceiptHandle=message["ReceiptHandle"])
        return bool(kept)

    until(is_kept_aside)
    assert chats.to("/services/") == []
    assert len(told_by_bot(chats)) == 1
    # What StartMessageMoveTask does, which the emulator has not: the same body, sent once more.
    (body,) = kept
    sqs.send_message(QueueUrl=queue, MessageBody=body)
    until(lambda: chats.to("/services/"))
    (heard,) = chats.to("/services/")
    assert HEADLINE in heard.content["text"]
    # All are told by the time that the message is done with.
    until(lambda: is_empty(with_chat, queue))
    assert len(told_by_bot(chats)) == 1


def is_empty(application: Application, queue: str) -> bool:
    """Say whether nothing waits in the queue, and nothing is being told."""
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    answer = application.session.client("sqs").get_queue_attributes(
        QueueUrl=queue, AttributeNames=list(names)
    )
    return all(answer["Attributes"][name] == "0" for name in names)
