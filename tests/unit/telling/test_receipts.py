"""What the answers of the services mean."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import SecretStr

from layerlift.domain.errors import Unavailable
from layerlift.ports.chat import WebReply, WebRequest
from layerlift.telling.destinations import DiscordDestination
from layerlift.telling.receipts import Fate, judge, retry_after
from layerlift.telling.services.amazon_q import AmazonQ
from layerlift.telling.services.discord import Discord
from layerlift.telling.services.slack import SlackBot
from tests.unit.telling.samples import message


class OneAnswer:
    """The web, answering the same to everything, and keeping what it was asked."""

    def __init__(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.reply = WebReply(status=status, headers=headers or {}, body=content)
        self.asked: list[WebRequest] = []

    def send(self, request: WebRequest) -> WebReply:
        self.asked.append(request)
        return self.reply


def slack(web: OneAnswer) -> SlackBot:
    return SlackBot("https://slack.com/api", SecretStr("xoxb-1"), "C1", web)


def discord(web: OneAnswer) -> Discord:
    webhook = SecretStr("https://discord.com/api/webhooks/1/t?thread_id=7")
    return Discord(DiscordDestination(name="d", service="discord", webhook=webhook), web)


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        (200, Fate.DELIVERED),
        (202, Fate.DELIVERED),
        (204, Fate.DELIVERED),
        (301, Fate.REFUSED),
        (308, Fate.REFUSED),
        (400, Fate.REFUSED),
        (404, Fate.REFUSED),
        (408, Fate.LATER),
        (429, Fate.LATER),
        (500, Fate.LATER),
        (503, Fate.LATER),
    ],
)
def test_a_status_decides(status: int, fate: Fate) -> None:
    assert judge(WebReply(status=status, headers={}, body=b"")).fate is fate


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30),
        ("0.65", 1),
        ("0", 1),
        ("86400", 3600),
        ("-5", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        ("Mon, 23 Nov 2026 09:01:30 GMT", 90),
        ("Mon, 23 Nov 2026 08:00:00 GMT", None),
    ],
)
def test_the_service_says_how_long_to_wait(value: str, seconds: int | None) -> None:
    headers = {"retry-after": value, "date": "Mon, 23 Nov 2026 09:00:00 GMT"}
    assert retry_after(WebReply(status=429, headers=headers, body=b"")) == seconds


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        ({"ok": True, "ts": "1.2"}, Fate.DELIVERED),
        ({"ok": False, "error": "ratelimited"}, Fate.LATER),
        ({"ok": False, "error": "internal_error"}, Fate.LATER),
        ({"ok": False, "error": "channel_not_found"}, Fate.REFUSED),
        ({"ok": False, "error": "message_not_found"}, Fate.GONE),
        ({"ok": True}, Fate.REFUSED),
        ([1], Fate.LATER),
        (b"<html>not json", Fate.LATER),
        (b"\xff", Fate.LATER),
    ],
)
def test_slack_says_no_with_status_200(answer: Any, fate: Fate) -> None:
    assert slack(OneAnswer(200, answer)).open(message()).fate is fate


def test_what_slack_says_is_not_quoted_unless_it_is_a_word() -> None:
    receipt = slack(OneAnswer(200, {"ok": False, "error": "xoxb-1 is wrong"})).open(message())
    assert "xoxb" not in receipt.reason


@pytest.mark.parametrize("answer", [b"", b"{}", {"id": "../../users"}, {"id": None}, b"[]"])
def test_a_malformed_answer_of_discord_is_no_delivery(answer: Any) -> None:
    assert discord(OneAnswer(200, answer)).open(message()).fate is Fate.LATER


def test_discord_is_asked_for_the_message_and_edits_it_below_the_webhook() -> None:
    web = OneAnswer(200, {"id": "42"})
    assert discord(web).open(message()).handle == "42"
    discord(web).update("42", message())
    assert [(asked.method, asked.url) for asked in web.asked] == [
        ("POST", "https://discord.com/api/webhooks/1/t?thread_id=7&wait=true"),
        ("PATCH", "https://discord.com/api/webhooks/1/t/messages/42?thread_id=7"),
    ]


def test_a_message_that_was_deleted_in_discord_is_gone() -> None:
    assert discord(OneAnswer(404, b"")).update("42", message()).fate is Fate.GONE


def test_a_request_shows_neither_its_address_nor_its_headers() -> None:
    web = OneAnswer(200, {"ok": True, "ts": "1"})
    slack(web).open(message())
    assert "xoxb" not in repr(web.asked[0])
    assert "slack.com" not in repr(web.asked[0])


def test_a_topic_that_is_not_there_is_asked_again() -> None:
    class Away:
        def publish(self, message: str) -> None:
            raise Unavailable("not there")

    assert AmazonQ(Away()).post(message()).fate is Fate.LATER
