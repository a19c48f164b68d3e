"""How a message looks in each service: within its limits, and with text that stays text."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from layerlift.domain.events import EventType
from layerlift.telling.fitting import parted
from layerlift.telling.message import Message
from layerlift.telling.services import amazon_q, discord, slack, teams
from layerlift.telling.services.other import plain_body
from layerlift.telling.services.plain import without_markup
from layerlift.telling.telling import tell
from tests.unit.telling.samples import HOSTILE, message, sample
from tools.reference.sources import ROOT

CONTENT = {
    "slack": slack.slack_content,
    "discord": discord.discord_content,
    "teams": teams.teams_content,
    "amazon_q": amazon_q.amazon_q_content,
}
GOLDEN = ROOT / "tests/unit/telling/golden"
TOO_LONG = (
    "x" * 50_000,
    "&<>" * 20_000,
    "*_~`|[]()<@" * 5_000,
    "😀" * 20_000,
    "\x01\n" * 20_000,
    '"\\' * 20_000,
)


def texts(node: Any) -> Iterator[str]:
    """Yield every string that is somewhere in a payload."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


@pytest.mark.parametrize("service", CONTENT)
def test_an_approval_looks_as_it_was_agreed(service: str) -> None:
    """Written by hand once, and looked at: a change of these files is a change of the chats."""
    asked = tell([sample(EventType.APPROVAL_REQUESTED)], "https://console.example/layerlift")
    golden = json.loads((GOLDEN / f"{service}.json").read_text())
    assert CONTENT[service](asked) == golden


def long_messages() -> list[Message]:
    return [message(text, facts=40) for text in TOO_LONG]


@pytest.mark.parametrize("long", long_messages(), ids=range(len(TOO_LONG)))
def test_slack_gets_no_more_than_it_takes(long: Message) -> None:
    content = slack.slack_content(long)
    assert len(content["blocks"]) <= 50
    assert 0 < len(content["text"]) <= 4000
    for block in content["blocks"]:
        limit = 150 if block["type"] == "header" else 3000
        assert len(block.get("text", {}).get("text", "")) <= limit
        assert len(block.get("fields", [])) <= 10
        for field in block.get("fields", []):
            assert 0 < len(field["text"]) <= 2000
        for button in block.get("elements", []):
            assert len(button["text"]["text"]) <= 75


@pytest.mark.parametrize("long", long_messages(), ids=range(len(TOO_LONG)))
def test_discord_gets_no_more_than_it_takes(long: Message) -> None:
    (embed,) = discord.discord_content(long)["embeds"]
    assert 0 < len(embed["title"]) <= 256
    assert 0 < len(embed["description"]) <= 4096
    assert len(embed["fields"]) <= 25
    for field in embed["fields"]:
        assert 0 < len(field["name"]) <= 256
        assert 0 < len(field["value"]) <= 1024
    counted = [embed["title"], embed["description"]]
    counted += [text for field in embed["fields"] for text in (field["name"], field["value"])]
    assert sum(len(text.encode("utf-16-le")) // 2 for text in counted) <= 6000


@pytest.mark.parametrize("long", long_messages(), ids=range(len(TOO_LONG)))
def test_teams_gets_no_more_than_it_takes(long: Message) -> None:
    content = teams.teams_content(long)
    assert len(json.dumps(content, ensure_ascii=False).encode()) <= 28_000


@pytest.mark.parametrize("long", long_messages(), ids=range(len(TOO_LONG)))
def test_the_topic_gets_no_more_than_it_takes(long: Message) -> None:
    content = amazon_q.amazon_q_content(long)
    assert len(content["content"]["title"]) <= 250
    assert len(json.dumps(content, ensure_ascii=False).encode()) <= 262_144


def test_in_slack_everything_is_plain_text_and_calls_nobody() -> None:
    content = slack.slack_content(message(HOSTILE))
    kinds = {
        node["type"]
        for block in content["blocks"]
        for node in (block.get("text"), *block.get("fields", []))
        if node
    }
    assert kinds == {"plain_text"}
    assert (content["parse"], content["link_names"], content["mrkdwn"]) == ("none", False, False)
    for text in texts(content):
        assert "<" not in text
        assert ">" not in text
        assert not re.search(r"&(?!amp;|lt;|gt;)", text)


def test_in_slack_an_escape_is_never_cut_in_two() -> None:
    for length in range(140, 160):
        header = slack.slack_content(message("&" * length))["blocks"][0]["text"]["text"]
        assert re.fullmatch(r"⚠️ (&amp;)+…?", header)


def test_in_discord_nobody_is_called_and_no_markup_is_left() -> None:
    content = discord.discord_content(message(HOSTILE))
    assert content["allowed_mentions"] == {"parse": []}
    (embed,) = content["embeds"]
    texts, _, links = embed["description"].rpartition("\n")
    assert links == "[Open the console](https://console.aws.amazon.com/cloudwatch/home)"
    ours = texts.replace("**Why:** ", "").replace("**Next:** ", "")
    for text in (ours, embed["title"], *(field["value"] for field in embed["fields"])):
        without_escapes = re.sub(r"\\.", "", text)
        without_links = re.sub(r"https?://[^\s<>()\[\]]+", "", without_escapes)
        assert not re.search(r"[*_~`|\[\]()<@]", without_links), text
        assert not re.search(r"(?m)^\s*([#>+-]|\d+\.\s)", without_links), text


def test_in_discord_a_link_of_ours_still_works() -> None:
    link = "https://console.aws.amazon.com/cloudwatch/home?region=us-east-1#alarmsV2:alarm/a_b"
    (embed,) = discord.discord_content(message(f"It fires ({link})."))["embeds"]
    assert link.replace("_", "%5F") in embed["description"]


def test_in_teams_every_text_is_a_run_which_knows_no_markup() -> None:
    card = teams.teams_content(message(HOSTILE))["attachments"][0]["content"]
    kinds: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "text" in node:
                kinds.add(node["type"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(card["body"])
    assert kinds == {"TextRun"}
    assert "entities" not in card["msteams"]


@pytest.mark.parametrize("text", [HOSTILE, "```\n@everyone", "<@1>", "__x__", "a](b)"])
def test_where_the_markup_is_not_known_none_is_left(text: str) -> None:
    shown = without_markup(text)
    # Names are code: nothing in them ends it, and nothing around them is.
    assert all(re.fullmatch(r"[\w./+-]+", code) for code in re.findall(r"`([^`]*)`", shown))
    plain = re.sub(r"`[^`]*`", "code", shown)
    assert not re.search(r"[*`~]|@[A-Za-z]|<[^\u200b]|\]\(", plain)
    assert not re.search(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", plain)
    assert not re.search(r"(?m)^\s*([#>+-]|\d+\.\s)", plain)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("layerlift status my_layer", "layerlift status my_layer"),
        ("layerlift approve my_layer_ 1.0.0 dev", "layerlift approve `my_layer_` 1.0.0 dev"),
        ("See 'httpx/__init__.py'.", "See '`httpx/__init__.py`'."),
        ("It is in __init__.py.", "It is in `__init__.py`."),
        ("https://example.com/my_x", "https://example.com/my_x"),
    ],
)
def test_a_name_keeps_its_underscores_and_can_be_searched_for(text: str, shown: str) -> None:
    assert without_markup(text) == shown


def test_for_amazon_q_the_text_is_safe_in_slack_and_in_teams() -> None:
    content = amazon_q.amazon_q_content(message(HOSTILE))["content"]
    for text in texts(content):
        assert "<" not in text
        assert "@everyone" not in text
        assert "*" not in text


@pytest.mark.parametrize("service", CONTENT)
def test_no_character_turns_a_line_around(service: str) -> None:
    for text in texts(CONTENT[service](message(HOSTILE))):
        assert "\u202e" not in text
        assert "\x00" not in text


def test_a_plain_body_has_everything_but_the_headline() -> None:
    body = plain_body(tell([sample(EventType.APPROVAL_REQUESTED)], "https://console.example"))
    assert "Why: The policy asks for it. Compared with 1.3.0: adds truststore 0.10.4" in body
    assert "Next: Decide by" in body
    assert "Used by: 2 functions: checkout, orders" in body
    assert "\nDecide in the console: https://console.example\n" in body


def shown(service: str, **changes: object) -> str:
    asked = tell([sample(EventType.APPROVAL_REQUESTED, **changes)], "https://console.example/(1)")
    return json.dumps(CONTENT[service](asked), ensure_ascii=False)


CODE = {
    "slack": '"rich_text_preformatted", "elements": [{"type": "text", "text": "%s"}]',
    "discord": "in the console or with: `%s` or `",
    "teams": '"text": "%s", "fontType": "Monospace"',
}


@pytest.mark.parametrize("service", CODE)
@pytest.mark.parametrize("layer", ["http-client", "my_layer_"])
def test_a_command_is_code_where_the_service_has_code(service: str, layer: str) -> None:
    assert CODE[service] % f"layerlift approve {layer} 1.4.0 prod" in shown(service, layer=layer)


@pytest.mark.parametrize("kind", EventType)
def test_a_command_ends_what_is_told_next_so_that_it_is_found(kind: EventType) -> None:
    step, commands = parted(tell([sample(kind)]).next_step)
    assert "layerlift" not in step
    assert commands == () or step.endswith(": ")


@pytest.mark.parametrize("service", CODE)
def test_what_ends_a_promotion_is_as_easy_to_copy_as_what_lets_it_go_on(service: str) -> None:
    other = {"discord": "`%s`\\n"}.get(service, CODE[service])
    assert other % "layerlift reject http-client 1.4.0 prod" in shown(service)


@pytest.mark.parametrize(
    ("alarm", "option"),
    [("errors", "errors"), ("app/errors 5xx", "'app/errors 5xx'"), ("x: layerlift y", None)],
)
def test_an_alarm_is_part_of_the_command_whatever_its_name(alarm: str, option: str | None) -> None:
    held = sample(EventType.STAGE_HELD, held_by=(alarm,), is_frozen=True)
    _, commands = parted(tell([held]).next_step)
    what = "layerlift override http-client 1.4.0 prod --alarm"
    assert commands == (f"{what} {option or repr(alarm)} --freeze --reason WHY",)


@pytest.mark.parametrize("alarm", ["`x`", "<!channel>", "it's", "a\nb"])
def test_an_alarm_whose_name_is_markup_is_shown_as_text(alarm: str) -> None:
    assert parted(tell([sample(EventType.STAGE_HELD, held_by=(alarm,))]).next_step)[1] == ()


def test_in_discord_there_is_a_link_to_see_and_its_end_is_not_mistaken() -> None:
    (embed,) = json.loads(shown("discord"))["embeds"]
    assert "\n[Decide in the console](https://console.example/%281%29)" in embed["description"]
    assert "[Open the report](https://console.aws.amazon.com/s3/object/" in embed["description"]
