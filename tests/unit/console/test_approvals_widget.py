"""What the widget of approvals says, and what its buttons do."""

from typing import Any

import pytest

from layerlift.domain.gates.approvals import Approvals
from tests.fakes.scenery import Scenery
from tests.unit.console.reading import counts, show
from tests.unit.console.test_escaping import WIDGETS


def test_a_request_shows_what_changed_how_the_canary_did_and_who_is_affected(
    scene: Scenery,
) -> None:
    text = show(scene, WIDGETS["approvals"]).text
    for said in (
        "Replaces 1.3.0",
        "4.0 MB to 4.6 MB, 14 % more, compared with 1.3.0",
        "Added anyio 4.11.0",
        "Removed chardet 5.2.0",
        "and 3 packages more",
        "1 warning",
        "It passed in 2 of 2 targets of staging.",
        "Start-up 205 ms 195 ms 5 % slower",
        "Warm invocation 3 ms 3 ms the same",
        "checkout-api, checkout-worker, invoice-mailer and 14 functions more",
        "ap-southeast-1 Could not be asked.",
        "release-managers/ada",
        "Looks right to me.",
        "It goes live in prod in 30 targets: 3, then 9, then 18.",
        "Each wave bakes for 30m before the next begins.",
        "all is put back: 1.3.0 stays live.",
        "18 functions use it there today, and 1 target could not be asked.",
        "layerlift rollback http-client prod",
    ):
        assert said in text


def test_the_buttons_ask_before_they_decide_about_exactly_what_is_shown(scene: Scenery) -> None:
    page = show(scene, WIDGETS["approvals"])
    approve = page.action("Approve http-client 1.4.0 for prod")
    assert approve.attributes["confirmation"] == "Approve http-client 1.4.0 for prod?"
    assert approve.attributes["display"] == "widget"
    assert {k: v for k, v in approve.params.items() if k != "digest"} == {
        "widget": "approvals",
        "action": "decide",
        "layer": "http-client",
        "version": "1.4.0",
        "stage": "prod",
        "attempt": 1,
        "outcome": "approved",
    }
    assert len(approve.params["digest"]) == 64
    reject = page.action("Reject http-client 1.4.0 for prod")
    assert "promotion to prod ends" in reject.attributes["confirmation"]


@pytest.mark.parametrize("rules", [{"console": "comment-only"}, {}])
def test_where_a_click_does_not_count_the_command_is_shown_instead(rules: dict[str, Any]) -> None:
    made = Scenery()
    made.approval(made.release("http", "1.0.0"), rules=Approvals(required=1, **rules))
    page = show(made, {"widget": "approvals"})
    assert "layerlift approve http 1.0.0 prod" in page.text
    assert [a for a in page.actions if a.params.get("action") == "decide"] == []
    local = show(made, {"widget": "approvals", "host": "local"})
    assert len([a for a in local.actions if a.params.get("action") == "decide"]) == 2


def test_a_console_that_only_shows_has_no_buttons_either() -> None:
    made = Scenery()
    made.approval(made.release("http", "1.0.0"))
    page = show(made.desk_that(takes_decisions=False), {"widget": "approvals"})
    assert "This console shows, and takes no decisions" in page.text
    assert [a for a in page.actions if a.params.get("action") == "decide"] == []


def test_more_requests_than_fit_are_counted() -> None:
    made = Scenery()
    for number in range(13):
        made.approval(made.release(f"layer-{number}", "1.0.0"))
    page = show(made, {"widget": "approvals"})
    assert counts(page, "article", "ll-request") == 10
    assert "And 3 more, which layerlift approvals lists." in page.text
