"""A release is told in every chat: once, in one thread, and without a secret anywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from layerlift.domain.policy import Policy
from tests.e2e.application import STACK, Application, python_layer
from tests.e2e.switching import chat_parts, deploy_chat, until
from tests.fakes.chats import SECRET_PATH, TOKEN, Chats, Heard, busy

LAYER = "told"
RELEASE = f"{LAYER} 1.0.0"
POLICY = Policy.model_validate(
    {
        "version": 1,
        "stages": [
            {"name": "dev", "waves": [["eu-central-1", "us-east-1"]]},
            {"name": "prod", "waves": [["eu-central-1"]], "approvals": {"required": 1}},
        ],
    }
)
DEAD = "http://127.0.0.1:9/services/nobody-is-there"


@pytest.fixture(scope="module")
def topic(with_chat: Application) -> str:
    """A queue that hears what the SNS topic says."""
    sqs, sns = with_chat.session.client("sqs"), with_chat.session.client("sns")
    queue = str(sqs.create_queue(QueueName="topic")["QueueUrl"])
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn["QueueArn"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    sns.subscribe(
        TopicArn=with_chat.outputs["ChatTopicArn"],
        Protocol="sqs",
        Endpoint=arn["QueueArn"],
        Attributes={"RawMessageDelivery": "true"},
    )
    return queue


@pytest.fixture(scope="module")
def told(with_chat: Application, chats: Chats, topic: str) -> Chats:
    """Release a layer to the end, with an approval on the way, while Slack is busy at first."""
    application = with_chat
    ssm, name = application.session.client("ssm"), application.outputs["ChatParameterName"]
    layers = {"layers": [LAYER]}
    slack = {"service": "slack", "token": TOKEN, "channel": "C0", "api": chats.slack}
    destinations = [
        {"name": "slack", "only": layers, **slack},
        {"name": "dead", "only": layers, "service": "slack", "webhook": DEAD},
        {"name": "discord", "only": layers, "service": "discord", "webhook": chats.discord},
        {
            "name": "teams",
            "only": layers | {"stages": ["prod"], "severities": ["attention", "bad"]},
            "service": "teams",
            "webhook": chats.teams,
        },
        {"name": "q", "only": layers, "service": "amazon_q"},
    ]
    document = json.dumps({"version": 1, "destinations": destinations})
    ssm.put_parameter(Name=name, Value=document, Type="SecureString", Overwrite=True)
    chats.script("/api/chat.postMessage", busy("2"))
    with application.policy(POLICY):
        application.drop(f"incoming/{LAYER}/1.0.0.zip", python_layer({"told.py": "ONE = 1\n"}))
        until(lambda: headlines(chats, "waits for approval in prod"))
        approved = application.command("approve", LAYER, "1.0.0", "prod", "--comment", "<!channel>")
        assert approved.returncode == 0, approved.stderr
        assert application.wait_for_end(LAYER, "1.0.0").state == "succeeded"
    until(lambda: "through all its stages" in summary(chats))
    until(lambda: "through all its stages" in str(chats.to("/discord/", "PATCH")[-1].content))
    # What a chat did not take at once comes later, and may come after the end.
    until(lambda: len(replies(chats)) >= REPLIES)
    return chats


REPLIES = 5
"""How many messages of the release are for people: see the first test."""


def replies(chats: Chats) -> list[Heard]:
    return [heard for heard in chats.to("/api/chat.postMessage") if "thread_ts" in heard.content]


def headline(heard: Heard) -> str:
    return str(heard.content["blocks"][0]["text"]["text"]).partition(" ")[2]


def headlines(chats: Chats, ending: str) -> list[str]:
    return [headline(heard) for heard in replies(chats) if headline(heard).endswith(ending)]


def summary(chats: Chats) -> str:
    """Return what the message that sums the release up says now."""
    updates = chats.to("/api/chat.update")
    return json.dumps(updates[-1].content["blocks"]) if updates else ""


def test_what_matters_is_told_once_in_the_thread_of_the_release(told: Chats) -> None:
    (opened,) = [h for h in told.to("/api/chat.postMessage") if "thread_ts" not in h.content]
    assert LAYER in headline(opened)
    assert sorted(headline(heard) for heard in replies(told)) == sorted(
        f"{RELEASE} {what}"
        for what in (
            "is live in dev",
            "waits for approval in prod",
            "was approved for prod",
            "is live in prod",
            "is through all its stages",
        )
    )
    assert len({heard.content["thread_ts"] for heard in replies(told)}) == 1


def test_the_steps_of_each_region_are_one_message_brought_up_to_date(told: Chats) -> None:
    stamps = {heard.content["ts"] for heard in told.to("/api/chat.update")}
    assert stamps == {heard.content["thread_ts"] for heard in replies(told)}
    assert "dev: live in 2 regions: " in summary(told)
    assert "prod: live in 1 region: eu-central-1" in summary(told)


def test_an_approval_has_a_button_that_opens_the_console(told: Chats) -> None:
    (asked,) = [heard for heard in replies(told) if "waits for approval" in headline(heard)]
    (actions,) = [block for block in asked.content["blocks"] if block["type"] == "actions"]
    assert actions["elements"][0]["url"].startswith("https://console.aws.amazon.com/cloudwatch/")
    assert asked.content["reply_broadcast"] is True
    assert f"layerlift approve {LAYER} 1.0.0 prod" in json.dumps(asked.content)


def test_a_comment_calls_nobody(told: Chats) -> None:
    (granted,) = [heard for heard in replies(told) if "was approved" in headline(heard)]
    assert "<!channel>" not in json.dumps(granted.content)
    assert "&lt;!channel&gt;" in json.dumps(granted.content)


def test_discord_keeps_one_message_up_to_date(told: Chats) -> None:
    handles = {heard.path.rpartition("/")[2] for heard in told.to("/discord/", "PATCH")}
    assert len(handles) == 1
    until(lambda: len(told.to("/discord/")) > REPLIES)
    titles = [heard.content["embeds"][0]["title"] for heard in told.to("/discord/")]
    assert len(titles) == len(set(titles)) == 6


def test_a_destination_hears_what_its_pattern_takes(told: Chats) -> None:
    until(lambda: told.to("/workflows/"))
    (card,) = [heard.content["attachments"][0]["content"] for heard in told.to("/workflows/")]
    assert card["fallbackText"] == f"{RELEASE} waits for approval in prod"


def test_the_topic_speaks_the_schema_of_amazon_q(
    told: Chats, application: Application, topic: str
) -> None:
    sqs = application.session.client("sqs")
    heard: list[dict[str, Any]] = []

    def all_heard() -> bool:
        answer = sqs.receive_message(QueueUrl=topic, MaxNumberOfMessages=10)
        heard.extend(json.loads(message["Body"]) for message in answer.get("Messages", []))
        return len(heard) >= 5

    until(all_heard)
    assert {(m["version"], m["source"]) for m in heard} == {("1.0", "custom")}
    assert {message["metadata"]["threadId"] for message in heard} == {RELEASE}


def test_no_secret_is_in_a_log_or_in_the_environment(told: Chats, application: Application) -> None:
    logs = application.session.client("logs")
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=f"/layerlift/{STACK}/functions"
    )
    lines = [event["message"] for page in pages for event in page["events"]]
    assert [line for line in lines if "dead was not told" in line]
    function = application.session.client("lambda").get_function_configuration(
        FunctionName=application.function("Announce")
    )
    written = [*lines, json.dumps(function["Environment"])]
    for secret in (TOKEN, SECRET_PATH, "nobody-is-there"):
        assert [text for text in written if secret in text] == []


def test_switched_off_again_nothing_is_left_that_costs_or_is_polled(
    told: Chats, with_chat: Application
) -> None:
    lambdas, events = with_chat.session.client("lambda"), with_chat.session.client("events")
    (alarm,) = with_chat.session.client("cloudwatch").describe_alarms(
        AlarmNames=[with_chat.resource("ChatDeadLettersAlarm")]
    )["MetricAlarms"]
    queue = with_chat.outputs["ChatDeadLetterQueueUrl"].rpartition("/")[2]
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": queue}]
    assert alarm["AlarmArn"] in dashboard(with_chat)
    assert queue in dashboard(with_chat)
    without = deploy_chat(with_chat, "off")
    assert chat_parts(without) == {}
    assert [name for name in without.outputs if name.startswith("Chat")] == []
    mappings = lambdas.list_event_source_mappings()["EventSourceMappings"]
    sources = [each["EventSourceArn"] for each in mappings]
    assert [source for source in sources if ":sqs:" in source] == []
    rules = events.list_rules(EventBusName=without.outputs["EventBusName"])["Rules"]
    assert [rule["Name"] for rule in rules if "Chat" in rule["Name"]] == []
    assert "Chat" not in dashboard(without)


def dashboard(application: Application) -> str:
    """Return the dashboard as it is deployed, as JSON."""
    client = application.session.client("cloudwatch")
    body = client.get_dashboard(DashboardName=application.resource("Dashboard"))["DashboardBody"]
    return json.dumps(json.loads(body))
