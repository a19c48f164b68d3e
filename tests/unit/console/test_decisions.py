"""A click on Approve or Reject: it counts where the policy says so, once, and says what it did."""

from dataclasses import replace
from typing import Any

import pytest

from layerlift.console.requests import comment_field
from layerlift.domain.errors import Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.policy import Policy
from layerlift.domain.release import ReleaseRef, StageState
from layerlift.releasing.ballot import MAX_COMMENT
from tests.fakes.scenery import Scenery
from tests.fakes.world import ADA, BOB, LAYER, PROD, World
from tests.unit.console.reading import Page, show


def policy(**approvals: Any) -> Policy:
    return Policy.model_validate(
        {
            "version": 1,
            "stages": [
                {
                    "name": "prod",
                    "waves": [["eu-central-1"]],
                    "approvals": {"required": 1, "console": "allowed", **approvals},
                },
            ],
        }
    )


def scene(**approvals: Any) -> tuple[Scenery, ReleaseRef]:
    """Return a scene in which a release waits for approval, by the steps themselves."""
    made = Scenery()
    made.world = World(policy(**approvals))
    ref = made.world.release()
    made.world.lock(ref, "prod-1")
    made.world.request(ref)
    return made, ref


def click(
    made: Scenery,
    ref: ReleaseRef,
    outcome: str = "approved",
    *,
    comment: str = "",
    takes_decisions: bool = True,
    **changed: Any,
) -> Page:
    event = {
        "widget": "approvals",
        "action": "decide",
        "layer": ref.layer,
        "version": ref.version,
        "stage": PROD,
        "digest": ref.digest,
        "attempt": ref.attempt,
        "outcome": outcome,
        **changed,
    }
    field = comment_field(ref.layer, ref.version, PROD, ref.attempt)
    desk = made.desk_that(takes_decisions=takes_decisions)
    return show(desk, event, {field: comment})


def test_a_click_on_approve_lets_the_release_go_on_with_its_comment() -> None:
    made, ref = scene()
    page = click(made, ref, comment="Seen it work.")
    assert page.state == "approved"
    assert f"{LAYER} 1.0.0 is approved and goes into prod now." in page.text
    (event,) = made.world.events(EventType.APPROVAL_GRANTED)
    assert (event.detail.actor, event.detail.comment) == (
        "somebody at the console",
        "Seen it work.",
    )
    assert [answer["outcome"] for _, answer in made.world.promotions.resumed] == ["approved"]


@pytest.mark.parametrize(("outcome", "word"), [("approved", "approved"), ("denied", "rejected")])
def test_whoever_looks_later_sees_who_decided_and_how_far_it_is(outcome: str, word: str) -> None:
    made, ref = scene()
    assert "Decided last" not in show(made, {"widget": "approvals"}).text
    click(made, ref, outcome, comment="Seen it work.")
    made.world.clock.advance(minutes=2)
    page = show(made, {"widget": "approvals"})
    assert page.text.count("Nothing waits for approval.") == 1
    assert "Releases that do are listed here" not in page.text
    said = f"{word} {LAYER} 1.0.0 for prod, by somebody at the console 2 min ago"
    assert said in page.text
    assert "Seen it work." in page.text
    followed = page.action(f"How far it is: {LAYER} 1.0.0")
    assert followed.attributes["display"] == "popup"
    assert show(made, followed.params).state == "ok"


def test_of_two_that_decided_each_is_shown_with_what_they_said() -> None:
    made, ref = scene(required=2, console="comment-only")
    made.world.decide(ref, by=ADA, comment="Looks right.")
    made.world.decide(ref, by=BOB, comment="Go.")
    text = show(made, {"widget": "approvals"}).text
    assert f"{ADA.arn} : Looks right. {BOB.arn} : Go." in text


def test_a_request_that_ran_out_is_not_said_to_be_decided_by_anybody() -> None:
    made, ref = scene()
    made.world.clock.advance(days=4)
    made.world.decide(ref, "expired")
    assert f"expired {LAYER} 1.0.0 for prod How far it is" in (
        show(made, {"widget": "approvals"}).text
    )


def test_a_click_on_reject_ends_the_promotion() -> None:
    made, ref = scene()
    page = click(made, ref, "denied")
    assert page.state == "denied"
    assert f"{LAYER} 1.0.0 is rejected and does not go into prod." in page.text


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [("approved", "approved", "approved"), ("approved", "denied", "already_decided")],
)
def test_a_form_that_is_sent_again_says_what_was_decided(
    first: str, second: str, state: str
) -> None:
    made, ref = scene()
    click(made, ref, first)
    page = click(made, ref, second)
    assert page.state == state
    assert f"{LAYER} 1.0.0 was already approved by somebody at the console in prod." in page.text
    assert len(made.world.events(EventType.APPROVAL_GRANTED, EventType.APPROVAL_DENIED)) == 1


def test_two_clicks_are_one_approval_since_nobody_knows_whose_they_are() -> None:
    made, ref = scene(required=2)
    assert click(made, ref).state == "counted"
    page = click(made, ref)
    assert page.state == "counted"
    assert "has 1 of the 2 approvals it needs" in page.text
    assert "counts once" in page.text


def test_a_request_that_has_expired_or_was_superseded_says_so() -> None:
    made, ref = scene()
    made.world.clock.advance(days=4)
    made.world.decide(ref, "expired")
    assert "was already expired" in click(made, ref).text

    made, ref = scene()
    newer = made.world.release(b"newer", "2.0.0", "run-2")
    made.world.lock(newer, "prod-2")
    assert "was already superseded" in click(made, ref).text


def test_a_request_of_an_attempt_that_failed_no_longer_waits() -> None:
    made, ref = scene()
    made.world.end(ref, "prod-1", StageState.FAILED)
    page = click(made, ref)
    assert page.state == "expired"
    assert "no longer waits in prod" in page.text


def test_a_click_is_kept_as_a_comment_where_the_policy_wants_proof() -> None:
    made, ref = scene(console="comment-only")
    page = click(made, ref, comment="Fine by me.")
    assert page.state == "commented"
    assert f"layerlift approve {LAYER} 1.0.0 prod" in page.text
    (event,) = made.world.events(EventType.APPROVAL_COMMENTED)
    assert event.detail.comment == "Fine by me."
    assert made.world.approval(ref).decision is None


def test_a_host_that_says_it_is_local_gets_nothing_by_it() -> None:
    made, ref = scene(console="comment-only")
    assert click(made, ref, host="local").state == "commented"
    assert made.world.approval(ref).decision is None


def test_a_console_that_takes_no_decisions_takes_none() -> None:
    made, ref = scene()
    page = click(made, ref, takes_decisions=False)
    assert page.state == "refused"
    assert f"layerlift approve {LAYER} 1.0.0 prod" in page.text
    assert made.world.approval(ref).votes == ()


@pytest.mark.parametrize(("length", "state"), [(MAX_COMMENT, "approved"), (10**6, "refused")])
def test_a_comment_that_is_too_long_is_refused_and_not_cut(length: int, state: str) -> None:
    made, ref = scene()
    page = click(made, ref, comment="x" * length)
    assert page.state == state
    if state == "refused":
        assert "has 1,000,000 characters, and at most 1,000 are kept" in page.text
        assert len(page.text) < 3000
        assert made.world.approval(ref).votes == ()


def test_a_click_on_a_page_that_showed_other_bytes_decides_nothing() -> None:
    made, ref = scene()
    page = click(made, ref, digest="f" * 64)
    assert page.state == "refused"
    assert "is about other bytes than the ones that were shown" in page.text
    assert made.world.approval(ref).votes == ()


@pytest.mark.parametrize("changed", [{"attempt": 2}, {"version": "9.9.9"}, {"stage": "dev"}])
def test_what_does_not_wait_cannot_be_decided(changed: dict[str, Any]) -> None:
    made, ref = scene()
    page = click(made, ref, **changed)
    assert page.state == "not_waiting"
    assert made.world.approval(ref).votes == ()


def test_an_answer_that_is_lost_is_found_by_clicking_again() -> None:
    made, ref = scene()
    made.world.registry.lose_answer()
    assert click(made, ref).state == "approved"
    assert len(made.world.events(EventType.APPROVAL_GRANTED)) == 1


def test_a_registry_that_is_away_is_said_and_can_be_tried_again() -> None:
    made, ref = scene()
    made.world.registry.fail_before()
    page = click(made, ref)
    assert page.state == "error"
    assert "Try again in a moment. A decision that is made twice counts once." in page.text
    assert click(made, ref).state == "approved"


def test_every_kind_of_trouble_of_a_port_is_shown_in_words() -> None:
    made, _ = scene()

    class Away:
        def __getattr__(self, name: str) -> Any:
            raise Unavailable("reading the registry: throttled")

    page = show(replace(made.desk, registry=Away()), {"widget": "releases"})
    assert "AWS could not be reached, or was too busy: reading the registry: throttled." in (
        page.text
    )
