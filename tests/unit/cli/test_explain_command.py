"""`layerlift explain` knows every word, in any spelling, and what was probably meant."""

import json

import pytest
from typer.testing import CliRunner

from layerlift.domain.event_catalogue import CATALOGUE
from layerlift.domain.guidance.terms import TERMS
from layerlift.domain.guidance.words import WORDS
from layerlift.inspecting.catalogue import every_kind
from layerlift_cli.explanations import every_explanation, explain, suggestions
from layerlift_cli.main import app

runner = CliRunner()


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("KEY_UNRECOGNISED", "key-unrecognised"),
        ("key-unrecognised", "key-unrecognised"),
        ("Layer Debt Struck", "Layer Debt Struck"),
        ("layer-debt-struck", "Layer Debt Struck"),
        ("DEBT_STRUCK", "Layer Debt Struck"),
        ("canary_failed", "canary_failed"),
        ("Canary Failed", "canary_failed"),
        (" held ", "held"),
        ("Rolled-Back", "rolled_back"),
        ("wave", "wave"),
        ("Canary", "canary"),
        ("layer-version", "layer version"),
    ],
)
def test_a_word_is_found_however_it_is_spelled(typed: str, word: str) -> None:
    assert word in {each.word for each in explain(typed)}


def test_a_word_that_is_an_outcome_and_an_event_is_explained_as_both() -> None:
    assert [each.kind for each in explain("canary failed")] == ["outcome of a step", "event"]


def test_every_word_there_is_is_listed_once() -> None:
    listed = [each.word for each in every_explanation()]
    findings = [kind.code for kind in every_kind()]
    assert listed == [*WORDS, *TERMS, *(event.value for event in CATALOGUE), *findings]
    assert len(listed) == len(set(listed))


def test_no_finding_goes_by_the_name_of_a_word_or_an_event() -> None:
    for kind in every_kind():
        assert [each.word for each in explain(kind.code)] == [kind.code]


@pytest.mark.parametrize("each", list(every_explanation()), ids=lambda each: each.word)
def test_every_explanation_is_whole_sentences(each) -> None:
    assert each.meaning.endswith(".")
    assert each.next.endswith(".")
    assert not each.next.endswith("..")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("hled", "held"), ("canry", "Layer Canary Failed"), ("digest", "digest_mismatch")],
)
def test_what_was_probably_meant_is_suggested(typed: str, meant: str) -> None:
    assert meant in suggestions(typed)


def test_an_unknown_word_is_a_no_with_what_was_meant_and_where_all_are() -> None:
    result = runner.invoke(app, ["explain", "hled"])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert (
        "'hled' is no finding, event, outcome, state or word of Layerlift. Did you mean: held"
        in result.stderr
    )
    assert result.stderr.endswith("See all: layerlift explain --list\n")


def test_what_is_like_nothing_gets_no_suggestion() -> None:
    assert suggestions("xyzzy") == ()


def test_json_has_word_kind_meaning_and_next() -> None:
    result = runner.invoke(app, ["explain", "held", "--json"])
    (found,) = json.loads(result.stdout)["explanations"]
    assert found["word"] == "held"
    assert found["kind"] == "outcome of a step, state of a stage"
    assert "override" in found["next"]


@pytest.mark.parametrize("options", [(), ("--list",)])
def test_without_a_word_all_are_listed_in_80_columns(options: tuple[str, ...]) -> None:
    result = runner.invoke(app, ["explain", *options], env={"COLUMNS": "80"})
    assert result.exit_code == 0
    assert "canary_failed" in result.stdout
    assert "Layer Debt Struck" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
