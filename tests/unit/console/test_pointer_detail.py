"""What the detail of a cell says of the pointer: as it should be, changed by hand, or not asked."""

import pytest

from layerlift.domain.errors import AccessRefused
from layerlift.domain.pointers import pointer_names
from layerlift.domain.release import LivePointer, ReleaseState
from layerlift.domain.targets import Target
from layerlift.releasing.records import write_live
from tests.fakes.releases_by_hand import NOW
from tests.fakes.scenery import Scenery
from tests.fakes.world import ACCOUNT, LAYER, PROD
from tests.unit.console.reading import Page, counts, show

VIRGINIA = Target(account=ACCOUNT, region="us-east-1")
ARN, VERSION = pointer_names(PROD, LAYER)
NOT_COMING_BACK = "what it found there comes back, and not what the registry says"


@pytest.fixture
def scene() -> Scenery:
    """1.1.0 is live everywhere."""
    made = Scenery()
    made.live(made.release(LAYER, "1.1.0", ReleaseState.SUCCEEDED))
    return made


def detail(scene: Scenery) -> Page:
    return show(scene, {"widget": "target", "layer": LAYER, "stage": "prod",
                        "account": ACCOUNT, "region": "us-east-1"})  # fmt: skip


def change(scene: Scenery, name: str, value: str | None) -> str:
    """Change a parameter by hand, None removes it; return what it said."""
    said = scene.world.pointers.parameters.pop((VIRGINIA, name))
    if value is not None:
        scene.world.pointers.parameters[VIRGINIA, name] = value
    return said


def put(name: str, value: str) -> str:
    return (
        "aws ssm put-parameter --region us-east-1 --type String --overwrite "
        f"--name {name} --value {value}"
    )


def test_a_pointer_that_says_what_it_should_is_said_in_a_line(scene: Scenery) -> None:
    page = detail(scene)
    assert "The parameter says 1.1.0, as it should." in page.text
    assert counts(page, "div", "ll-notice") == 0
    assert "aws ssm" not in page.text


def test_a_version_that_was_changed_is_drift_and_the_command_that_mends_it_is_there(
    scene: Scenery,
) -> None:
    change(scene, VERSION, "9.9.9")
    page = detail(scene)
    said = "✕ Drift The parameter says 9.9.9, the registry says 1.1.0. Somebody has changed it."
    assert said in page.text
    assert f"{VERSION} says 9.9.9 , and should say 1.1.0" in page.text
    assert put(VERSION, "1.1.0") in page.text
    assert f"--name {ARN}" not in page.text
    assert NOT_COMING_BACK in page.text
    assert "Live 1.1.0" in page.text


def test_an_arn_that_names_another_layer_version_is_drift(scene: Scenery) -> None:
    arn = change(scene, ARN, "arn:aws:lambda:us-east-1:1:layer:other:7")
    text = detail(scene).text
    assert "The parameter says 1.1.0, but its ARN names another layer version, the registry" in text
    assert put(ARN, arn) in text


@pytest.mark.parametrize(("name", "said"), [(ARN, "arn"), (VERSION, "version")])
def test_half_a_pointer_is_drift(scene: Scenery, name: str, said: str) -> None:
    value = change(scene, name, None)
    text = detail(scene).text
    assert f"✕ Drift The {said} parameter is not there, the registry says 1.1.0." in text
    assert f"{name} says not there , and should say {value}" in text
    assert put(name, value) in text


def test_a_pointer_that_was_removed_is_drift(scene: Scenery) -> None:
    values = [change(scene, name, None) for name in (ARN, VERSION)]
    text = detail(scene).text
    assert "✕ Drift The parameters are not there, the registry says 1.1.0." in text
    for name, value in zip((ARN, VERSION), values, strict=True):
        assert put(name, value) in text


def test_what_is_there_again_after_it_was_taken_away_is_drift(scene: Scenery) -> None:
    gone = LivePointer(layer=LAYER, stage=PROD, target=VIRGINIA, pointer=None, changed_at=NOW)
    scene.write(write_live(gone, 0))
    text = detail(scene).text
    assert "✕ Drift The parameter says 1.1.0, the registry says nothing." in text
    assert f"aws ssm delete-parameters --region us-east-1 --names {ARN} {VERSION}" in text


def test_a_region_that_does_not_answer_is_said_with_the_reason_and_all_else_is_shown(
    scene: Scenery,
) -> None:
    scene.world.pointers.away.add(VIRGINIA)
    page = detail(scene)
    assert f"The parameters could not be read: {VIRGINIA} does not answer" in page.text
    assert (page.state, "Drift" in page.text, "Live 1.1.0" in page.text) == ("ok", False, True)
    assert "python3.13, arm64" in page.text


def test_a_pointer_that_a_promotion_is_about_to_move_is_no_drift(scene: Scenery) -> None:
    coming = scene.world.release(b"1.2.0", "1.2.0", "run-2")
    scene.world.lock(coming, "p2")
    change(scene, VERSION, "1.2.0")
    text = detail(scene).text
    assert "▸ being moved The parameter says 1.2.0, the registry says 1.1.0." in text
    assert "Drift" not in text


def test_what_layerlift_did_not_put_there_is_not_offered_to_be_removed() -> None:
    empty = Scenery()
    assert "There are no parameters, as it should be." in detail(empty).text
    empty.world.pointers.parameters[VIRGINIA, VERSION] = "0.1.0"
    page = detail(empty)
    assert "! not Layerlift's The arn parameter is not there" in page.text
    assert "aws ssm" not in page.text


HOSTILE = "<img src=x onerror=alert(1)>'; rm -rf \u202e" + "x" * 5000


def test_a_parameter_that_holds_anything_stays_text_is_cut_and_is_in_no_command(
    scene: Scenery,
) -> None:
    for name in (ARN, VERSION):
        change(scene, name, HOSTILE)
    page = detail(scene)
    assert "<img src=x onerror=alert(1)>'; rm -rf \\u202e" in page.text
    assert "img" not in {tag for tag, _ in page.elements}
    assert "x" * 201 not in page.text
    assert not [text for text in page.texts if text.startswith("aws ssm") and "rm -rf" in text]


def test_the_reason_of_a_region_that_could_not_be_asked_stays_text(scene: Scenery) -> None:
    def refuse() -> None:
        raise AccessRefused("<b>not authorized</b>")

    scene.world.wire.next("pointers.look", "before", refuse)
    page = detail(scene)
    assert "could not be read: <b>not authorized</b>" in page.text
    assert "b" not in {tag for tag, _ in page.elements}


def test_the_other_stages_have_pointers_of_their_own(scene: Scenery) -> None:
    change(scene, VERSION, "9.9.9")
    page = show(scene, {"widget": "target", "layer": LAYER, "stage": "staging",
                        "account": ACCOUNT, "region": "us-east-1"})  # fmt: skip
    assert "The parameter says 1.1.0, as it should." in page.text


def check_all(scene: Scenery) -> Page:
    matrix = show(scene, {"widget": "matrix", "stage": "prod"})
    return show(scene, matrix.action(f"Check the pointers of {LAYER}").params)


def test_a_whole_row_is_checked_by_a_click_and_what_is_wrong_comes_first(scene: Scenery) -> None:
    assert "30 as it should be" in check_all(scene).text
    change(scene, VERSION, "9.9.9")
    scene.world.pointers.away.add(Target(account=ACCOUNT, region="us-west-5"))
    page = check_all(scene)
    assert "1 Drift, 1 could not be asked, 28 as it should be" in page.text
    drift = page.text.index("us-east-1 ✕ Drift The parameter says 9.9.9")
    assert drift < page.text.index("us-west-5 ! could not be asked") < page.text.index("us-east-2")
    assert "✕ Drift" in show(scene, page.action("us-east-1").params).text


def test_a_row_that_has_no_pointers_is_empty() -> None:
    page = show(Scenery(), {"widget": "pointers", "layer": LAYER, "stage": "prod"})
    assert (page.state, "There is no pointer to ask." in page.text) == ("empty", True)
