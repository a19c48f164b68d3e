"""What each widget says of a registry in which every state occurs, and of an empty one."""

from typing import Any

import pytest

from layerlift.console import answering
from layerlift.domain.gates.approvals import Approvals
from layerlift.domain.names import StageName
from layerlift.domain.release import ReleaseState
from layerlift.domain.targets import Target
from tests.fakes.scenery import REGIONS, Scenery
from tests.fakes.scenes import busy
from tests.fakes.world import ACCOUNT, World
from tests.unit.console.reading import ENDPOINT, Page, show
from tests.unit.console.test_escaping import WIDGETS

TARGET = {"widget": "target", "layer": "http-client", "stage": "prod", "account": ACCOUNT}


@pytest.fixture(scope="module")
def scene() -> Scenery:
    return busy()


def counts(page: Page, tag: str, css: str) -> int:
    return sum(t == tag and css in a.get("class", "").split() for t, a in page.elements)


# ── what holds for all ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("widget", WIDGETS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_root_says_which_widget_it_is_how_it_fares_and_in_which_theme(
    scene: Scenery, widget: str, theme: str
) -> None:
    page = show(scene, WIDGETS[widget], theme=theme)
    name = str(WIDGETS[widget]["widget"]) if widget != "problem" else "problem"
    assert page.elements[0][0] == "div"
    assert page.root == {
        "class": "ll",
        "data-widget": name,
        "data-state": "error" if widget == "problem" else "ok",
        "data-theme": theme,
    }


@pytest.mark.parametrize("widget", WIDGETS)
def test_every_action_follows_a_button_and_calls_this_function(scene: Scenery, widget: str) -> None:
    page = show(scene, WIDGETS[widget])
    tags = [tag for tag, _ in page.elements]
    for at, tag in enumerate(tags):
        if tag == "cwdb-action":
            assert "button" in tags[at - 3 : at]
    for action in page.actions:
        assert action.attributes["action"] == "call"
        assert action.attributes["endpoint"] == ENDPOINT
        assert action.attributes["display"] in ("widget", "popup")
        assert action.button


@pytest.mark.parametrize("widget", WIDGETS)
def test_every_action_leads_to_a_widget(scene: Scenery, widget: str) -> None:
    page = show(scene, WIDGETS[widget])
    asked = {str(action.params): action.params for action in page.actions}
    for params in list(asked.values())[:12]:
        if params.get("action") != "decide":
            assert show(scene, params).state in ("ok", "empty"), params


@pytest.mark.parametrize("widget", WIDGETS)
def test_tables_have_captions_and_scopes_and_fields_have_labels(
    scene: Scenery, widget: str
) -> None:
    elements = show(scene, WIDGETS[widget]).elements
    tags = [tag for tag, _ in elements]
    assert tags.count("table") == tags.count("caption")
    assert all("scope" in attrs for tag, attrs in elements if tag == "th")
    for at, (tag, _) in enumerate(elements):
        if tag in ("input", "select", "textarea"):
            assert tags[at - 1] == "label"


@pytest.mark.parametrize("widget", WIDGETS)
def test_no_colour_goes_without_a_sign_or_a_word(scene: Scenery, widget: str) -> None:
    page = show(scene, WIDGETS[widget])
    pills = counts(page, "span", "ll-pill")
    assert pills <= counts(page, "span", "ll-sign")


def test_a_widget_on_the_own_machine_hands_that_on_to_all_its_actions(scene: Scenery) -> None:
    for widget in ("releases", "approvals", "matrix", "layer"):
        page = show(scene, {"widget": widget, "host": "local"})
        assert page.actions
        assert {action.params["host"] for action in page.actions} == {"local"}
        assert all("host" not in action.params for action in show(scene, WIDGETS[widget]).actions)


@pytest.mark.parametrize("widget", ["releases", "approvals", "matrix", "layer"])
def test_an_empty_registry_says_what_will_be_here(widget: str) -> None:
    page = show(Scenery(), {"widget": widget})
    assert page.state == "empty"
    assert "yet" in page.text or "Nothing waits" in page.text


def test_without_a_policy_the_matrix_says_how_to_get_one() -> None:
    made = Scenery()
    made.world = World(None)
    assert "layerlift policy apply" in show(made, {"widget": "matrix"}).text


@pytest.mark.parametrize("widget", ["release", "report"])
def test_a_release_that_is_not_there_is_said(widget: str) -> None:
    page = show(Scenery(), {"widget": widget, "layer": "http", "version": "1.0.0"})
    assert page.state == "error"
    assert "There is no release http 1.0.0." in page.text


def test_an_answer_that_lambda_would_not_carry_is_not_tried(
    scene: Scenery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "MAX_RESPONSE_BYTES", 10_000)
    page = show(scene, WIDGETS["matrix"])
    assert page.state == "error"
    assert "Choose a layer or a stage with fewer entries." in page.text


# ── releases ────────────────────────────────────────────────────────────────────────────────────


def test_releases_on_their_way_are_drawn_with_what_they_wait_at(scene: Scenery) -> None:
    text = show(scene, WIDGETS["releases"]).text
    assert "Bakes under its alarms , over in 18 min" in text
    assert "Waits for approval , expires in 2 d 23 h" in text
    assert "It has 1 of the 2 approvals it needs." in text
    assert "Held by alarms , fails in 23 h 54 min" in text
    assert "layerlift override crypto-native 3.0.0-rc.1 staging --alarm errors" in text
    assert "2 published, 16 pending" in text


def test_what_is_on_its_way_comes_before_what_happened_last(scene: Scenery) -> None:
    text = show(scene, WIDGETS["releases"]).text
    assert text.index("crypto-native") < text.index("What happened last") < text.index("tz-data")


def test_a_failure_and_a_debt_are_told_with_where_and_why(scene: Scenery) -> None:
    text = show(scene, WIDGETS["releases"]).text
    assert "prod: The canary failed in us-west-2: cannot import zoneinfo_data" in text
    assert "1 failed, 2 put back" in text
    assert "1 stuck, 1 owed, 16 live" in text


def test_a_bake_has_a_bar_that_says_how_far_it_is(scene: Scenery) -> None:
    page = show(scene, WIDGETS["releases"])
    labels = [attrs.get("aria-label", "") for tag, attrs in page.elements if tag == "svg"]
    assert "Bakes under its alarms: 40 % of the time is over" in labels


def test_filters_choose_and_can_be_taken_away(scene: Scenery) -> None:
    page = show(scene, {"widget": "releases"}, {"releases-layer": "tz-data"})
    assert "tz-data" in page.text
    assert "xml-parser 2.1.0" not in page.text
    assert show(scene, page.action("Show all").params).text.count("crypto-native") > 0
    failed = show(scene, {"widget": "releases"}, {"releases-state": "failed"})
    assert ("tz-data" in failed.text, "On the way" in failed.text) == (True, False)


def test_a_filter_that_matches_nothing_says_so(scene: Scenery) -> None:
    page = show(scene, {"widget": "releases", "layer": "other"})
    assert page.state == "empty"
    assert "No release matches." in page.text


# ── approvals ───────────────────────────────────────────────────────────────────────────────────


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


# ── matrix ──────────────────────────────────────────────────────────────────────────────────────


def test_the_matrix_says_in_words_what_does_not_agree(scene: Scenery) -> None:
    page = show(scene, WIDGETS["matrix"])
    assert "18 of 30" in page.text
    assert "2.1.0 ! ahead" in page.text
    assert "✕ stuck" in page.text
    assert "owed 0.9.1" in page.text
    assert "14 cells need a look" in page.text


def test_bytes_that_differ_under_one_version_are_told() -> None:
    made = Scenery()
    release = made.release("http", "1.0.0")
    place = [Target(account=ACCOUNT, region=region) for region in REGIONS[:2]]
    made.point(release, "prod", place[0], "arn:1")
    other = release.model_copy(update={"digest": "f" * 64})
    made.point(other, "prod", place[1], "arn:2")
    assert "bytes differ" in show(made, {"widget": "matrix"}).text


def test_a_cell_opens_the_detail_of_its_target(scene: Scenery) -> None:
    cells = [a for a in show(scene, WIDGETS["matrix"]).actions if a.params["widget"] == "target"]
    assert len(cells) == 90
    assert {cell.attributes["display"] for cell in cells} == {"popup"}
    assert show(scene, cells[0].params).state == "ok"


def test_layers_beyond_a_page_are_on_the_next() -> None:
    made = Scenery()
    for number in range(53):
        release = made.release(f"layer-{number:02d}", "1.0.0")
        made.point(release, "prod", Target(account=ACCOUNT, region="us-east-1"), "arn")
    page = show(made, {"widget": "matrix"})
    following = show(made, page.action("Layers after layer-49").params)
    assert ("layer-50" in page.text, "layer-52" in following.text) == (False, True)
    assert show(made, following.action("First page").params).text == page.text


# ── layer, release, target, report ──────────────────────────────────────────────────────────────


def test_a_layer_has_its_releases_its_charts_and_its_trail(scene: Scenery) -> None:
    page = show(scene, WIDGETS["layer"])
    for said in ("Canary start-up", "Canary invocations, median", "Size of the zip"):
        assert said in page.text
    assert "median: 195 ms in 1.3.0, 150 ms in 1.0.0." in page.text
    assert "1.4.0 ▸ on its way 20 min ago 1.4 MB 3 min 3 min 9 min" in page.text
    assert "Audit trail of 1.4.0" in page.text


def test_a_layer_widget_without_a_layer_shows_what_was_released_last(scene: Scenery) -> None:
    assert "Audit trail of 3.0.0-rc.1" in show(scene, {"widget": "layer"}).text


def test_a_chart_can_be_read_without_seeing_it(scene: Scenery) -> None:
    page = show(scene, WIDGETS["layer"])
    ids = {attrs["id"] for _, attrs in page.elements if "id" in attrs}
    drawn = [a for tag, a in page.elements if tag == "svg" and a.get("role") == "img"]
    assert len(drawn) == 3
    assert all(set(each["aria-labelledby"].split()) <= ids for each in drawn)


def test_a_trail_is_read_page_by_page_newest_first(scene: Scenery) -> None:
    page = show(scene, {"widget": "release", "layer": "http-client", "version": "1.3.0"})
    assert "1 to 20 of 40, newest first" in page.text
    older = show(scene, page.action("Older").params)
    assert "21 to 40 of 40" in older.text
    assert "Release Claimed" in older.text
    assert show(scene, older.action("Newer").params).text == page.text


def test_a_page_that_is_not_there_is_empty_and_no_fault(scene: Scenery) -> None:
    beyond = show(scene, {**WIDGETS["release"], "page": 99})
    assert (beyond.state, "0 to" in beyond.text) == ("ok", True)


def test_a_release_names_every_target_with_its_canary(scene: Scenery) -> None:
    page = show(scene, {"widget": "release", "layer": "xml-parser", "version": "2.1.0"})
    assert page.text.count("▸ published") == 2
    assert "205 ms" in page.text


def test_a_target_says_what_is_live_there_and_what_it_measured(scene: Scenery) -> None:
    text = show(scene, TARGET | {"region": "us-east-1"}).text
    assert "Live 1.3.0" in text
    assert "/lambda/layers/prod/http-client/arn" in text
    assert "python3.13, arm64" in text
    assert "Not exercised: python3.12: the canary runs on python3.13" in text


def test_a_target_that_is_owed_something_says_since_when_and_why(scene: Scenery) -> None:
    text = show(scene, WIDGETS["target"]).text
    assert "owed 0.9.1" in text
    assert "Since 2026-11-23 12:30 UTC, open. Lambda timed out." in text


def test_a_target_where_the_layer_has_never_been_is_empty(scene: Scenery) -> None:
    page = show(scene, TARGET | {"region": "af-south-1"})
    assert (page.state, "Live nothing" in page.text) == ("empty", True)


def test_a_report_has_findings_with_how_to_mend_them(scene: Scenery) -> None:
    text = show(scene, WIDGETS["report"]).text
    assert "python/big.so takes 2.1 MB of 4.6 MB." in text
    assert "Strip it: strip --strip-unneeded." in text
    assert "httpx 0.28.1 BSD-3-Clause" in text


def test_a_report_that_was_removed_is_said() -> None:
    made = Scenery()
    made.release("http", "1.0.0")
    made.world.artifacts.reports.clear()
    page = show(made, {"widget": "report", "layer": "http", "version": "1.0.0"})
    assert page.state == "error"
    assert "is not there any more" in page.text


def test_times_are_shown_on_the_readers_clock(scene: Scenery) -> None:
    page = show(scene, WIDGETS["release"], timezone={"label": "x", "offsetISO": "+05:30"})
    titles = [attrs["title"] for tag, attrs in page.elements if tag == "time"]
    assert "2026-11-23 19:40:00 UTC+05:30" in titles


def test_a_rejected_drop_is_listed_with_its_reason() -> None:
    made = Scenery()
    made.release("http", "1.0.0", ReleaseState.REJECTED, reason="It is bad.")
    assert "It is bad." in show(made, {"widget": "releases"}).text


def test_a_stage_that_the_policy_names_no_more_can_still_be_looked_at(scene: Scenery) -> None:
    page = show(scene, {"widget": "matrix", "stage": StageName("canary")})
    assert (page.state, "Nothing is live in canary yet." in page.text) == ("empty", True)
