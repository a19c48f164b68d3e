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
        "The policy asks for it. Compared with 1.3.0: adds truststore 0.10.4, changes httpx "
        "0.27.2 → 0.28.1, 102 KB larger unzipped."
    )
    assert COMMAND in message.next_step
    assert "2026-11-26 09:00 UTC" in message.next_step
    facts = {fact.name: fact.value for fact in message.facts}
    assert facts["Used by"] == "2 functions: checkout, orders"
    assert facts["Canaries"] == "passed in 2 of 2 in staging"
    assert facts["Replaces"] == "1.3.0"
    assert facts["May decide"] == "role/release-managers"
    assert facts["Regions"] == "eu-central-1, us-east-1"
    assert facts["Inspection"] == "1 warning, see the report"
    assert "Report" not in facts
    decide, report = message.links
    assert (decide.text, decide.url) == (
        "Decide in the console",
        "https://console.example/layerlift",
    )
    assert (report.text, report.url.split("?")[0]) == (
        "Open the report",
        "https://console.aws.amazon.com/s3/object/layerlift-artifactbucket-example",
    )


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
    assert message.headline == "A drop of incoming/http-client/1.4.1.zip was rejected"
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


def difference(**changes: object) -> dict[str, object]:
    """Return a difference from 1.3.0 that is none, but for some fields."""
    return {"since": "1.3.0", "size_before": 1000, "size_after": 1000} | changes


def asked_about(request: dict[str, object]) -> str:
    return tell([sample(EventType.APPROVAL_REQUESTED, request=request)]).why


def test_a_release_like_the_one_before_is_told_as_such() -> None:
    why = asked_about({"difference": difference(), "replaces": ("1.3.0",)})
    assert why.endswith("Compared with 1.3.0: same packages, same size.")


def test_a_comparison_says_so_if_it_is_not_with_what_is_live() -> None:
    why = asked_about({"difference": difference(), "replaces": ("1.0.0",)})
    assert "1.0.0 is live here. Compared with 1.3.0, the release before this one: same" in why
    both = asked_about({"difference": difference(), "replaces": ("1.0.0", "1.2.0")})
    assert "1.0.0, 1.2.0 are live here. Compared with 1.3.0" in both


def test_a_few_packages_are_named_and_the_rest_is_counted() -> None:
    added = [f"p{number} 1.0" for number in range(20)]
    why = asked_about({"difference": difference(added=added, unlisted=3, size_after=3_000_000)})
    assert "adds p0 1.0, p1 1.0, p2 1.0, p3 1.0 and 16 more, 3 packages more differ, 2.9 MB" in why


@pytest.mark.parametrize("kind", [EventType.POINTER_RESTORED, EventType.ROLLBACK_SUCCEEDED])
def test_a_rollback_claims_nothing_of_what_was_there_before(kind: EventType) -> None:
    assert "before" not in tell([sample(kind)]).what


def place(region: str, *functions: str, problem: str = "") -> dict[str, object]:
    return {
        "account": "111122223333",
        "region": region,
        "functions": functions,
        "problem": problem,
    }


@pytest.mark.parametrize(
    ("consumers", "said"),
    [
        ((place("eu-central-1"), place("us-east-1")), "no function in 2 regions"),
        ((place("eu-central-1"),), "no function in 1 region"),
        ((place("eu-central-1", problem="No answer."),), "not wholly known in eu-central-1"),
        (
            (place("eu-central-1", "a"), place("us-east-1", problem="No answer.")),
            "1 function: a; not wholly known in us-east-1",
        ),
    ],
)
def test_who_uses_the_layer_is_said_also_if_nobody_does(
    consumers: tuple[dict[str, object], ...], said: str
) -> None:
    asked = tell([sample(EventType.APPROVAL_REQUESTED, request={"consumers": consumers})])
    assert {fact.name: fact.value for fact in asked.facts}["Used by"] == said


REFUSED = (EventType.APPROVAL_REFUSED, EventType.OVERRIDE_REFUSED, EventType.ROLLBACK_REFUSED)


@pytest.mark.parametrize("kind", REFUSED)
def test_a_refusal_that_names_a_command_tells_no_other(kind: EventType) -> None:
    step = "Drop a version that works, or take it away: layerlift rollback a b --to-nothing"
    message = tell([sample(kind, reason=f"1.0.0 stays live: nothing was there. {step}")])
    assert message.why == "1.0.0 stays live: nothing was there."
    assert message.next_step == step


def test_a_refused_rollback_is_not_to_be_given_once_more_whatever_the_reason() -> None:
    message = tell([sample(EventType.ROLLBACK_REFUSED, reason="1.1.0 cannot be gone to.")])
    assert message.next_step == (
        "Mend what the reason names, or have somebody do it who may decide for prod. See what is "
        "live with: layerlift status http-client"
    )


def test_a_drop_that_the_registry_refuses_says_itself_what_to_drop_instead() -> None:
    reason = "It has other bytes. A version is never changed: drop these under the next version."
    refused, unsound = (
        tell([sample(EventType.RELEASE_REJECTED, reason=reason, **changes)])
        for changes in ({"findings": None}, {})
    )
    assert (refused.headline, refused.next_step) == ("A drop of http-client 1.4.1 was rejected", "")
    assert "what was released before stays as it is" in refused.what
    assert refused.why == reason
    assert unsound.next_step == "Mend that, and drop the zip again."


HELD = "layerlift override http-client 1.4.0 prod"
FAILS = (
    "It goes on by itself once nothing holds it. If that is not before 2026-11-24 09:05 UTC, the "
    "stage fails, and what it has moved is put back."
)


@pytest.mark.parametrize(
    ("alarms", "is_frozen", "said"),
    [
        (("a", "b"), False, f"{FAILS} To let it go on all the same: {HELD} --alarm a --alarm b"),
        (
            (),
            True,
            "It goes on by itself when the freeze ends, at 2026-11-24 09:05 UTC. To let it go on "
            f"all the same: {HELD} --freeze",
        ),
        (
            ("a",),
            True,
            "It goes on by itself once the freeze is over, at 2026-11-24 09:05 UTC, and no alarm "
            f"holds it. To let it go on all the same: {HELD} --alarm a --freeze",
        ),
    ],
)
def test_a_hold_says_how_it_ends_and_the_command_that_ends_it(
    alarms: tuple[str, ...], is_frozen: bool, said: str
) -> None:
    held = sample(EventType.STAGE_HELD, held_by=alarms, is_frozen=is_frozen)
    assert tell([held]).next_step == f"{said} --reason WHY"


@pytest.mark.parametrize(
    "changes", [{"held_by": None, "is_frozen": None}, {"held_by": ["x" * 200, "y" * 200]}]
)
def test_a_hold_whose_command_is_not_known_or_too_long_says_where_it_is(
    changes: dict[str, object],
) -> None:
    step = tell([sample(EventType.STAGE_HELD, **changes)]).next_step
    assert step.endswith("See how to let it go on all the same with: layerlift status http-client")


def test_what_was_taken_back_says_why_as_somebody_said_it() -> None:
    message = tell([sample(EventType.ROLLBACK_SUCCEEDED)])
    assert message.what == (
        "Consumers no longer find it there. Every pointer of prod has gone back: 1.3.0 is live in "
        "eu-central-1, us-east-1."
    )
    assert message.why == "They say: “Checkout has become slow.”"
    assert tell([sample(EventType.ROLLBACK_SUCCEEDED, comment="")]).why == ""


@pytest.mark.parametrize("kind", EventType)
def test_who_it_was_is_told_once(kind: EventType) -> None:
    message = tell([sample(kind)])
    who = next((fact.value for fact in message.facts if fact.name == "Who"), None)
    assert who is None or who not in f"{message.what} {message.why}"
    assert who != "layerlift"
