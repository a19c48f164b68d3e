"""Nobody is left with a word that nothing explains."""

import pytest

from layerlift.domain.debts import DebtState
from layerlift.domain.events import EventType
from layerlift.domain.guidance.events import NEXT
from layerlift.domain.guidance.words import KINDS, WORDS, kinds_of
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import ReleaseState, StageState, TargetState
from layerlift.domain.track import GRANTED, OWED, REPLACED, SETTLED


def test_every_outcome_and_state_is_explained_and_nothing_else_is() -> None:
    enums = (Outcome, ReleaseState, StageState, TargetState, DebtState)
    known = {str(word) for enum in enums for word in enum}
    known |= {GRANTED, OWED, REPLACED, SETTLED, "broken"}
    assert {str(word) for word in WORDS} == known
    assert {str(word) for words in KINDS.values() for word in words} == known


@pytest.mark.parametrize("word", [str(word) for word in WORDS])
def test_a_word_has_a_meaning_and_a_next_step_in_whole_sentences(word: str) -> None:
    guidance = WORDS[word]
    assert guidance.meaning.endswith(".")
    assert guidance.next.endswith(".")
    assert kinds_of(word)


def test_a_word_of_several_kinds_names_them_all() -> None:
    assert kinds_of("held") == ("outcome of a step", "state of a stage")


def test_every_event_has_a_next_step() -> None:
    assert list(NEXT) == list(EventType)
    assert all(text.endswith(".") for text in NEXT.values())
