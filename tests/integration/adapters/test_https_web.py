"""The web as it is: slow, busy, endless, and elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from layerlift.adapters.apprise_services import AppriseServices
from layerlift.adapters.https_web import MAX_ANSWER_BYTES, HttpsWeb
from layerlift.domain.errors import Fault, Unavailable
from layerlift.ports.chat import WebRequest
from layerlift.telling.destinations import DiscordDestination, parse_destinations
from layerlift.telling.message import Message, Severity
from layerlift.telling.receipts import Fate, Receipt
from layerlift.telling.services.choosing import services
from layerlift.telling.services.discord import Discord
from layerlift.telling.services.service import Board, Service
from tests.fakes.chats import SECRET_PATH, TOKEN, Answer, Chats, busy

MESSAGE = Message(
    headline="http-client 1.4.0 failed",
    what="A promotion failed.",
    why="<!channel> @everyone",
    next_step="Mend it.",
    severity=Severity.BAD,
    thread="http-client 1.4.0",
    time=datetime(2026, 11, 23, tzinfo=UTC),
)


class NoTopic:
    def publish(self, message: str) -> None:
        raise AssertionError("nothing is published here")


@pytest.fixture
def chats() -> Iterator[Chats]:
    with Chats().running() as running:
        yield running


def web(seconds: float = 5) -> HttpsWeb:
    return HttpsWeb(allows_loopback=True, total_seconds=seconds)


def service(chats: Chats, kind: str, seconds: float = 5) -> Service | Board:
    """Return a service of the document, as the function finds it."""
    document = {
        "slack": f'"service": "slack", "token": "{TOKEN}", "channel": "C1", "api": "{chats.slack}"',
        "webhook": f'"service": "slack", "webhook": "{chats.slack_webhook}"',
        "discord": f'"service": "discord", "webhook": "{chats.discord}"',
        "teams": f'"service": "teams", "webhook": "{chats.teams}"',
    }[kind]
    text = f'{{"version": 1, "destinations": [{{"name": "d", {document}}}]}}'
    (destination,) = parse_destinations(text)
    return services(web(seconds), NoTopic(), AppriseServices())(destination)


def tell(chats: Chats, kind: str) -> Receipt:
    chosen = service(chats, kind)
    return chosen.open(MESSAGE) if isinstance(chosen, Board) else chosen.post(MESSAGE)


def request(url: str) -> WebRequest:
    return WebRequest(method="POST", url=url, body=b"{}")


@pytest.mark.parametrize("kind", ["slack", "webhook", "discord", "teams"])
def test_every_service_takes_a_message(chats: Chats, kind: str) -> None:
    assert tell(chats, kind).fate is Fate.DELIVERED
    (heard,) = chats.heard
    assert heard.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("kind", ["slack", "discord"])
def test_a_board_opens_changes_and_replies(chats: Chats, kind: str) -> None:
    board = service(chats, kind)
    assert isinstance(board, Board)
    handle = board.open(MESSAGE).handle
    assert handle is not None
    assert board.update(handle, MESSAGE) == Receipt(Fate.DELIVERED, handle=handle)
    assert board.reply(handle, MESSAGE).fate is Fate.DELIVERED
    assert len(chats.heard) == 3


@pytest.mark.parametrize("kind", ["slack", "webhook", "discord", "teams"])
def test_a_busy_service_says_how_long_to_wait(chats: Chats, kind: str) -> None:
    chats.script("/", busy("17"))
    receipt = tell(chats, kind)
    assert (receipt.fate, receipt.wait_seconds) == (Fate.LATER, 17)


@pytest.mark.parametrize("kind", ["slack", "webhook", "discord", "teams"])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_service_that_fails_is_asked_later(chats: Chats, kind: str, status: int) -> None:
    chats.script("/", Answer(status, b"<html>" + SECRET_PATH.encode()))
    receipt = tell(chats, kind)
    assert receipt.fate is Fate.LATER
    assert SECRET_PATH not in receipt.reason


@pytest.mark.parametrize("kind", ["slack", "discord"])
def test_an_answer_that_makes_no_sense_is_no_delivery(chats: Chats, kind: str) -> None:
    chats.script("/", Answer(200, b"<html>welcome to the hotel"))
    assert tell(chats, kind).fate is Fate.LATER


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(chats: Chats, status: int) -> None:
    chats.script("/services/", Answer(status, headers={"Location": f"{chats.url}/elsewhere"}))
    assert tell(chats, "webhook").fate is Fate.REFUSED
    assert chats.heard == []


def test_an_answer_that_drips_is_not_waited_for(chats: Chats) -> None:
    chats.script("/", Answer(200, b"x" * 1000, slowly=0.05))
    begun = time.monotonic()
    with pytest.raises(Unavailable):
        web(seconds=0.5).send(request(chats.slack_webhook))
    assert time.monotonic() - begun < 3


def test_an_answer_without_end_is_not_read(chats: Chats) -> None:
    chats.script("/", Answer(200, b"x" * (MAX_ANSWER_BYTES * 4)))
    with pytest.raises(Unavailable):
        web().send(request(chats.slack_webhook))


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/services/secret",
        "http://169.254.169.254/latest/meta-data/secret",
        "http://localhost/secret",
        "http://[::ffff:10.0.0.1]/secret",
        "http://127.0.0.1.evil.example/secret",
        "https://user:secret@hooks.slack.com/",
        "https:///secret",
        "file:///etc/secret",
        "ftp://127.0.0.1/secret",
        "https://[secret/",
        "secret",
    ],
)
def test_what_is_no_https_address_is_not_called(url: str) -> None:
    with pytest.raises(Fault) as refused:
        web().send(request(url))
    assert not isinstance(refused.value, Unavailable)
    assert "secret" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_a_board_with_such_an_address_is_refused_without_quoting_it() -> None:
    wrong = DiscordDestination(name="d", service="discord", webhook=SecretStr("https://[secret/"))
    with pytest.raises(Fault) as refused:
        Discord(wrong, web()).update("1", MESSAGE)
    assert "secret" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_on_aws_not_even_loopback_is_called_without_tls(chats: Chats) -> None:
    with pytest.raises(Fault):
        HttpsWeb().send(request(chats.slack_webhook))
    assert chats.heard == []


@pytest.mark.parametrize("path", ["/secret\r\nHost: evil", "/secret with spaces", "/secret\x7f"])
def test_an_address_cannot_smuggle_a_header(chats: Chats, path: str) -> None:
    try:
        web().send(request(chats.url + path))
    except (Fault, Unavailable) as refused:
        assert "secret" not in str(refused)  # noqa: PT017 - either way is fine
    assert all("evil" not in heard.headers.get("host", "") for heard in chats.heard)


def test_nobody_there_is_told_without_the_address() -> None:
    with pytest.raises(Unavailable) as away:
        web().send(request("http://127.0.0.1:9/secret"))
    assert "secret" not in str(away.value)
    assert "127.0.0.1" not in str(away.value)


def test_any_other_service_is_told_through_apprise(chats: Chats) -> None:
    address = f"json://127.0.0.1:{chats.port}/{SECRET_PATH}"
    assert AppriseServices().notify(address, "Title", "*Body*", "bad")
    (heard,) = chats.heard
    assert (heard.content["title"], heard.content["message"]) == ("Title", "*Body*")
    assert heard.content["type"] == "failure"


def test_any_other_service_whose_answer_drips_is_not_waited_for(chats: Chats) -> None:
    chats.script("/", Answer(200, b"x" * 1000, slowly=0.05))
    address = f"json://127.0.0.1:{chats.port}/{SECRET_PATH}"
    begun = time.monotonic()
    assert not AppriseServices(seconds=0.5).notify(address, "Title", "Body", "info")
    assert time.monotonic() - begun < 3


def test_a_fault_of_a_service_that_apprise_knows_holds_up_no_other() -> None:
    assert not AppriseServices().notify("tgram://123456789:very-secret/\ud800", "T", "B", "info")


def test_an_address_that_apprise_does_not_know_is_told_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert not AppriseServices().notify("nonsense://very-secret", "Title", "Body", "info")
    assert "very-secret" not in caplog.text
