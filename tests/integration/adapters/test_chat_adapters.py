"""What the chats are told with: the document, the queue, the topic, and the table."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from socket import create_server
from time import monotonic, sleep
from typing import Any

import pytest

from layerlift.adapters.apprise_services import AppriseServices
from layerlift.adapters.clients import AwsClients
from layerlift.adapters.sns_topic import SnsTopic
from layerlift.adapters.sqs_events import SqsQueue, read_messages
from layerlift.adapters.ssm_chat_addresses import KEPT_SECONDS, SsmChatAddresses
from layerlift.domain.errors import AccessRefused
from tools.reference.sources import ROOT

NAME = "/layerlift/chat"


class Seconds:
    """A clock that a test turns."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def put(aws: AwsClients, document: str) -> None:
    aws.client("ssm").put_parameter(Name=NAME, Value=document, Type="SecureString", Overwrite=True)


def test_the_document_is_decrypted_and_kept_for_a_minute(aws: AwsClients) -> None:
    seconds = Seconds()
    addresses = SsmChatAddresses(aws, NAME, seconds)
    put(aws, "one")
    assert addresses.read() == "one"
    put(aws, "two")
    assert addresses.read() == "one"
    seconds.now += KEPT_SECONDS
    assert addresses.read() == "two"


def test_without_the_parameter_there_is_no_document_and_the_first_one_counts_at_once(
    aws: AwsClients,
) -> None:
    addresses = SsmChatAddresses(aws, NAME, Seconds())
    assert addresses.read() is None
    put(aws, "one")
    assert addresses.read() == "one"


def test_a_document_that_may_not_be_read_is_a_fault(stubbed: Any) -> None:
    clients, stubber = stubbed("ssm")
    stubber.add_client_error("get_parameter", "AccessDeniedException", http_status_code=400)
    with pytest.raises(AccessRefused, match="/layerlift/chat"):
        SsmChatAddresses(clients, NAME, Seconds()).read()


def batch(*bodies: str, receives: int = 1) -> dict[str, Any]:
    record = json.loads((ROOT / "events/functions/announce.json").read_text())["Records"][0]
    return {
        "Records": [
            record
            | {"messageId": str(number), "receiptHandle": f"r{number}", "body": body}
            | {"attributes": {"ApproximateReceiveCount": str(receives)}}
            for number, body in enumerate(bodies)
        ]
    }


def body(**changes: Any) -> str:
    envelope = json.loads((ROOT / "events/bus/layer-release-failed.json").read_text())
    envelope["detail"] |= changes
    return json.dumps(envelope)


@pytest.mark.parametrize(
    ("receives", "asked", "waited"),
    [(1, 17, 17), (9, 17, 17), (1, None, 5), (2, None, 10), (5, None, 80), (60, None, 900)],
)
def test_what_was_not_told_comes_again_after_its_wait(
    stubbed: Any, receives: int, asked: int | None, waited: int
) -> None:
    clients, stubber = stubbed("sqs")
    stubber.add_response(
        "change_message_visibility",
        {},
        {"QueueUrl": "q", "ReceiptHandle": "r1", "VisibilityTimeout": waited},
    )
    messages = read_messages(batch(body(id="told"), body(id="untold"), receives=receives))
    assert SqsQueue(clients, "q").keep_back(messages, {"untold": asked}) == ("1",)


def test_a_message_that_cannot_be_put_off_comes_again_all_the_same(stubbed: Any) -> None:
    clients, stubber = stubbed("sqs")
    stubber.add_client_error("change_message_visibility", "InvalidParameterValue")
    messages = read_messages(batch(body(id="untold")))
    assert SqsQueue(clients, "q").keep_back(messages, {"untold": 5}) == ("0",)


@pytest.mark.parametrize(
    "wrong", ["", "[]", "{}", '{"detail-type": "Layer Release Failed"}', body(unknown=1)]
)
def test_what_is_no_event_of_ours_is_left_for_people_and_harms_no_other(
    stubbed: Any, wrong: str
) -> None:
    clients, stubber = stubbed("sqs")
    stubber.add_response("change_message_visibility", {})
    messages = read_messages(batch(wrong, body(id="told")))
    assert [message.event is None for message in messages] == [True, False]
    assert SqsQueue(clients, "q").keep_back(messages, {}) == ("0",)


def test_a_message_is_published_to_the_topic(stubbed: Any) -> None:
    clients, stubber = stubbed("sns")
    given = {"TopicArn": "arn:aws:sns:eu-central-1:111122223333:chat", "Message": "{}"}
    stubber.add_response("publish", {"MessageId": "1"}, given)
    SnsTopic(clients, given["TopicArn"]).publish("{}")


GUIDE = (ROOT / "docs/guide/chat.md").read_text()


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run what the guide shows, on a free port; yield its address in Apprise, and the process."""
    (shown,) = re.findall(r"^```python\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    (address,) = re.findall(r'"(json://[^"]+)"', GUIDE)
    with create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    script = tmp_path / "inbox.py"
    script.write_text(shown.replace("8917", port))
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True
    ) as process:
        yield address.replace("8917", port), process
        process.terminate()


def test_what_the_guide_shows_prints_what_chats_are_told(
    inbox: tuple[str, subprocess.Popen[str]],
) -> None:
    address, process = inbox
    deadline = monotonic() + 20
    while not AppriseServices().notify(address, "It is live", "In prod.\nStage: prod", "good"):
        assert monotonic() < deadline
        sleep(0.2)
    assert process.stdout is not None
    assert [process.stdout.readline() for _ in range(3)] == [
        "It is live\n",
        "In prod.\n",
        "Stage: prod\n",
    ]
