"""Every event is told: what happened, why, what next."""

import re

import pytest

from layerlift.domain.events import EventType
from layerlift.telling.message import Severity, shortened
from layerlift.telling.telling import tell, wording_of
from layerlift.telling.wordings import WORDINGS
from tests.unit.telling.samples import in_regions, sample

COMMAND = "layerlift approve http-client 1.4.0 prod"


@pytest.mark.parametrize("kind", EventType)
def test_every_event_is_told_in_whole_sentences(kind: EventType) -> None:
    message = tell([sample(kind)])
    assert message.headline
    assert not message.headline.endswith(".")
    assert message.what.endswith(".")
    assert message.what[0].isupper() or message.what.startswith("arn:")
    for text in (message.headline, message.what, message.why, message.next_step):
        assert "{" not in text
        assert "None" not in text
        assert "  " not in text


@pytest.mark.parametrize("kind", EventType)
def test_every_headline_names_the_release_and_its_stage(kind: EventType) -> None:
    event = sample(kind)
    message = tell([event])
    assert f"{event.detail.layer} {event.detail.version}" in message.headline
    if event.detail.stage is not None:
        assert event.detail.stage in message.headline


@pytest.mark.parametrize("kind", [k for k in EventType if WORDINGS[k].severity is Severity.BAD])
def test_whatever_failed_says_why_and_what_next(kind: EventType) -> None:
    message = tell([sample(kind)])
    assert message.why
    assert message.next_step


@pytest.mark.parametrize("kind", [k for k in EventType if WORDINGS[k].is_routine])
def test_nothing_that_went_wrong_is_routine(kind: EventType) -> None:
    assert WORDINGS[kind].severity in (Severity.INFO, Severity.GOOD)


def test_an_approval_names_what_changed_who_is_affected_and_the_command() -> None:
    message = tell([sample(EventType.APPROVAL_REQUESTED)], "https://console.example/layerlift")
    assert message.severity is Severity.ATTENTION
    assert message.why == (
        "The policy asks for it. The release adds 1 package, removes none and changes 1 since "
        "1.3.0, and is 104,858 bytes larger unzipped."
    )
    assert COMMAND in message.next_step
    assert "2026-11-26 09:00 UTC" in message.next_step
    facts = {fact.name: fact.value for fact in message.facts}
    assert facts["Used by"] == "2 functions: checkout, orders"
    assert facts["Canaries"] == "passed in 2 of 2 in staging"
    assert facts["Replaces"] == "1.3.0"
    assert [link.url for link in message.links] == ["https://console.example/layerlift"]


def test_thirty_regions_are_one_message_that_counts_them() -> None:
    regions = [f"region-{number}" for number in range(30)]
    message = tell(in_regions(EventType.POINTER_ACTIVATED, *regions))
    assert message.headline == (
        "http-client 1.4.0 is live for prod in 30 regions "
        "(region-0, region-1, region-2, region-3 and 26 more)"
    )


def test_the_same_reason_in_many_regions_is_told_once() -> None:
    message = tell(in_regions(EventType.DEBT_PAID, "us-east-1", "us-west-2"))
    assert message.why == "The target has what it was owed."


def test_an_alarm_that_fires_is_told_as_what_it_is() -> None:
    fired = sample(EventType.ALARMS_CHECKED, outcome="alarm", reason="checkout-errors fires.")
    assert tell([fired]).severity is Severity.BAD
    assert not wording_of(fired).is_routine
    assert wording_of(sample(EventType.ALARMS_CHECKED)).is_routine


def test_a_drop_that_names_no_layer_is_told_by_its_key() -> None:
    message = tell([sample(EventType.RELEASE_REJECTED, layer=None, version=None)])
    assert message.headline == "incoming/http-client/1.4.1.zip was rejected"
    assert message.thread == "incoming/http-client/1.4.1.zip"


def test_who_decided_and_what_they_said_are_there() -> None:
    message = tell([sample(EventType.APPROVAL_DENIED)])
    assert "assumed-role/release-managers/someone ended the promotion" in message.what
    assert message.why == "They say: “Waits for the end of the sale.”"


def test_what_people_wrote_is_not_a_template() -> None:
    message = tell([sample(EventType.APPROVAL_DENIED, comment="{actor} {nothing}")])
    assert message.why == "They say: “{actor} {nothing}”"


def test_a_long_text_is_cut_where_a_face_has_no_room() -> None:
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdefg", 6) == "abcde…"


def test_nobody_is_quoted_where_nobody_spoke() -> None:
    message = tell([sample(EventType.APPROVAL_EXPIRED)])
    assert message.why == "Nobody decided until 2026-11-26 09:00 UTC."


@pytest.mark.parametrize("kind", EventType)
def test_what_next_is_not_told_twice(kind: EventType) -> None:
    message = tell([sample(kind)])
    commands = re.findall(r"layerlift \w+", message.next_step)
    assert [command for command in commands if command in message.why] == []


def test_a_stage_that_owes_nothing_speaks_of_no_debts() -> None:
    live, owing = (
        tell([sample(EventType.PROMOTION_SUCCEEDED, debts=debts)]).what
        for debts in ((), sample(EventType.PROMOTION_SUCCEEDED).detail.debts)
    )
    assert live == "Consumers find it in every region of prod."
    assert owing == (
        "Consumers find it in every region of prod, but for those that it is still owed to."
    )


def test_a_release_as_large_as_the_one_before_is_told_as_such() -> None:
    asked = sample(EventType.APPROVAL_REQUESTED)
    request = asked.detail.request
    assert request is not None
    assert request.difference is not None
    same = request.difference.model_copy(update={"size_after": request.difference.size_before})
    facts = request.model_copy(update={"difference": same})
    message = tell(
        [asked.model_copy(update={"detail": asked.detail.model_copy(update={"request": facts})})]
    )
    assert message.why.endswith("since 1.3.0, and is as large unzipped.")


@pytest.mark.parametrize("kind", [EventType.POINTER_RESTORED, EventType.ROLLBACK_SUCCEEDED])
def test_a_rollback_claims_nothing_of_what_was_there_before(kind: EventType) -> None:
    assert "before" not in tell([sample(kind)]).what
