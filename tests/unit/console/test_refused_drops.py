"""What the widget of releases says of drops that were refused and are no release."""

from datetime import timedelta

from layerlift.domain.names import LayerName, SemanticVersion
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import Artifact, Drop, ReleaseState
from layerlift.releasing.records import write_drop, write_rejection
from tests.fakes.scenery import NOW, Scenery
from tests.fakes.world import BUCKET
from tests.unit.console.reading import show


def refuse(made: Scenery, key: str, reason: str, version: str | None, minutes: int) -> None:
    artifact = Artifact(bucket=BUCKET, key=key, version_id=str(minutes))
    layer = None if version is None else LayerName("http")
    drop = Drop(
        artifact=artifact,
        outcome=Outcome.REJECTED,
        reason=reason,
        layer=layer,
        version=None if version is None else SemanticVersion(version),
        digest=None,
        dropped_at=NOW - timedelta(minutes=minutes),
    )
    made.write(write_drop(drop, 0))
    if layer is not None and drop.version is not None:
        made.write(write_rejection(layer, drop.version, drop, 0))


def test_drops_that_were_refused_and_have_no_card_are_listed_with_when_and_why() -> None:
    made = Scenery()
    made.release("http", "1.0.0", ReleaseState.SUCCEEDED, minutes_ago=20)
    refuse(made, "incoming/http/1.0.0.zip", "Too early for this release.", "1.0.0", 60)
    refuse(made, "incoming/http/1.0.0.zip", "It has other bytes.", "1.0.0", 5)
    refuse(made, "incoming/http/0.9.0.zip", "It has a card.", "0.9.0", 4)
    refuse(made, "incoming/<b>.zip", "Its key names <b>nothing</b>.", None, 3)
    page = show(made, {"widget": "releases"})
    cards, _, refused = page.text.partition("Refused lately")
    assert cards.count("It has a card.") == page.text.count("It has a card.") == 1
    assert refused.split("✕ refused ")[1:] == [
        "incoming/<b>.zip 3 min ago Its key names <b>nothing</b>. ",
        "incoming/http/1.0.0.zip 5 min ago It has other bytes.",
    ]
    assert "b" not in {tag for tag, _ in page.elements}
    assert "names" not in show(made, {"widget": "releases", "layer": "http"}).text
    assert "Refused lately" in show(made, {"widget": "releases", "state": "rejected"}).text
    assert "Refused lately" not in show(made, {"widget": "releases", "state": "failed"}).text


def test_of_refused_drops_the_newest_are_listed() -> None:
    made = Scenery()
    for minutes in range(1, 9):
        refuse(made, f"{minutes}.zip", "No.", None, minutes)
    page = show(made, {"widget": "releases"})
    assert page.state == "ok"
    assert [f"{n}.zip" in page.text for n in range(1, 9)] == [True] * 5 + [False] * 3
