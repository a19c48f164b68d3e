"""What the widget of approvals says, and what its buttons do."""

from typing import Any

import pytest

from layerlift.console.report import find_report
from layerlift.domain.approval import ConsumersIn, RequestFacts, StageBelow
from layerlift.domain.canary import Timing
from layerlift.domain.gates.approvals import Approvals
from layerlift.domain.sizes import shown_size
from layerlift.domain.targets import Target
from tests.fakes.scenery import Scenery
from tests.fakes.world import ACCOUNT
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
        "Start-up 205 ms 195 ms not known: 2 samples",
        "Warm invocation 3 ms 3 ms the same",
        "checkout-api, checkout-worker, invoice-mailer and 14 functions more",
        "ap-southeast-1 Could not be asked.",
        "release-managers/ada",
        "Looks right to me.",
        "It goes live in prod in 30 targets: us-east-1, us-east-2, us-east-3; then us-east-4, us-",
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


def test_who_may_decide_is_named_by_what_follows_the_account() -> None:
    made = Scenery()
    patterns = (f"arn:aws:iam::{ACCOUNT}:role/release-managers", f"arn:aws:iam::{ACCOUNT}:user/a<b")
    rules = Approvals(required=1, approvers=patterns)
    made.approval(made.release("http", "1.0.0"), rules=rules)
    text = show(made, {"widget": "approvals"}).text
    assert "May decide role/release-managers user/a<b " in text
    assert "0 of 1 approvals" in text
    nobody = Scenery()
    nobody.approval(nobody.release("http", "1.0.0"))
    assert "May decide" not in show(nobody, {"widget": "approvals"}).text


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


@pytest.mark.parametrize(
    ("ours", "live", "said"),
    [
        ((3, 900, 950), (3, 200, 240), "900 ms 200 ms 350 % slower"),
        ((3, 100, 110), (5, 400, 440), "100 ms 400 ms 75 % faster"),
        ((3, 230, 290), (3, 200, 240), "230 ms 200 ms too close to tell"),
        ((1, 66, 66), (9, 195, 200), "66 ms 195 ms not known: 1 sample"),
        ((2, 66, 66), (1, 66, 66), "66 ms 66 ms the same"),
        ((9, 0, 1), (9, 0, 1), "under 1 ms under 1 ms the same"),
        ((9, 5, 5), (9, 0, 1), "5 ms under 1 ms too close to tell"),
    ],
)
def test_a_difference_is_a_fact_only_if_samples_differ_less_by_themselves(
    ours: tuple[int, int, int], live: tuple[int, int, int], said: str
) -> None:
    made = Scenery()
    old, new = made.release("http", "1.3.0"), made.release("http", "1.4.0")
    for release, (samples, median, p95) in ((old, live), (new, ours)):
        timing = Timing(samples=samples, median_ms=median, p95_ms=p95)
        made.canary(release, "staging", Target(account=ACCOUNT, region="us-east-1"), 1, warm=timing)
    made.approval(new)
    assert f"Warm invocation {said}" in show(made, {"widget": "approvals"}).text


def test_regions_with_the_same_users_are_one_line() -> None:
    made = Scenery()
    nobody = [ConsumersIn(account=ACCOUNT, region=region) for region in ("eu-west-1", "eu-west-2")]
    used = ConsumersIn(account=ACCOUNT, region="us-east-1", functions=("checkout",))
    facts = RequestFacts(consumers=(nobody[0], used, nobody[1]))
    made.approval(made.release("http", "1.0.0"), facts=facts)
    text = show(made, {"widget": "approvals"}).text
    assert "eu-west-1, eu-west-2 no function us-east-1 checkout" in text


def test_a_first_release_says_what_is_in_it_and_compares_with_nothing() -> None:
    made = Scenery()
    first = made.release("http", "1.0.0")
    made.canary(first, "staging", Target(account=ACCOUNT, region="us-east-1"), 180)
    below = StageBelow(stage="staging", targets=2, passed=2)
    made.approval(first, facts=RequestFacts(below=below))
    text = show(made, {"widget": "approvals"}).text
    report = find_report(first, made.desk)
    assert report is not None
    assert report.packages
    for package in report.packages:
        assert f"{package.name} {package.version}" in text
    assert f"Unzipped {shown_size(report.unzipped_size)} " in text
    assert "Start-up 180 ms Cold" in text
    assert "nothing is live to compare them with" in text
    assert "not measured" not in text
    assert "Change" not in text


def test_a_first_release_whose_report_was_removed_is_shown_without() -> None:
    made = Scenery()
    made.approval(made.release("http", "1.0.0", report_url=None), facts=RequestFacts())
    page = show(made, {"widget": "approvals"})
    assert page.state == "ok"
    assert "Contains" not in page.text
