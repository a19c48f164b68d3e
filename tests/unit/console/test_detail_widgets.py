"""What the widgets say that show one thing: a layer, a release, a target, a report."""

from layerlift.domain.names import StageName
from layerlift.domain.release import ReleaseState
from tests.fakes.scenery import Scenery
from tests.fakes.world import ACCOUNT
from tests.unit.console.reading import show
from tests.unit.console.test_escaping import WIDGETS

TARGET = {"widget": "target", "layer": "http-client", "stage": "prod", "account": ACCOUNT}


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


def test_the_median_of_a_chart_lies_on_top_where_lines_meet(scene: Scenery) -> None:
    page = show(scene, WIDGETS["layer"])
    groups = [each["class"] for tag, each in page.elements if tag == "g"]
    assert groups[:2] == ["ll-line ll-line-b", "ll-line ll-line-a"]
