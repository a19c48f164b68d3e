"""What findings, events, outcomes, states and other words mean, however they are spelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from layerlift.domain.event_catalogue import CATALOGUE
from layerlift.domain.guidance.events import NEXT
from layerlift.domain.guidance.terms import TERMS
from layerlift.domain.guidance.words import WORDS, kinds_of

_EVENT_PREFIX = "layer-"
_LIKE = 0.6
"""How alike a suggestion is to what was typed, 1 being the same (difflib's ratio)."""

_LIKE_PART = 0.75
"""The same of one part of a name: short words are soon alike."""

_SUGGESTIONS = 5


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one word means, and what to do: whole sentences.

    ``kind`` says what the word is a word for; ``example`` is a message as it is shown, empty if
    there is none.
    """

    word: str
    kind: str
    meaning: str
    next: str
    example: str = ""


def explain(typed: str) -> tuple[Explanation, ...]:
    """Return everything that goes by a name, in any case and with any of ``_``, ``-`` and space."""
    wanted = _plain(typed)
    # No code of a finding is a word or an event, too: those need not be looked up as well.
    return _named(wanted, _words_and_events()) or _named(wanted, _findings())


def every_explanation() -> Iterator[Explanation]:
    """Yield all there are: words of steps and states, events, findings."""
    yield from _words_and_events()
    yield from _findings()


def _named(wanted: str, among: Iterable[Explanation]) -> tuple[Explanation, ...]:
    return tuple(each for each in among if wanted in _names(each))


def _words_and_events() -> Iterator[Explanation]:
    for word, guidance in WORDS.items():
        yield Explanation(str(word), ", ".join(kinds_of(word)), guidance.meaning, guidance.next)
    for word, guidance in TERMS.items():
        yield Explanation(word, "word of Layerlift", guidance.meaning, guidance.next)
    for event, shape in CATALOGUE.items():
        yield Explanation(event.value, "event", shape.meaning, NEXT[event])


def suggestions(typed: str) -> tuple[str, ...]:
    """Return the words that are most like one that does not exist, the likeliest first."""
    wanted = _plain(typed)
    named = {name: each.word for each in every_explanation() for name in _names(each)}
    like = get_close_matches(wanted, named, n=_SUGGESTIONS, cutoff=_LIKE)
    parts = {part for name in named for part in name.split("-")}
    near = set(get_close_matches(wanted, parts, n=_SUGGESTIONS, cutoff=_LIKE_PART))
    near |= {part for part in parts if wanted and part.startswith(wanted)}
    with_part = [name for name in named if near & set(name.split("-"))]
    return tuple(dict.fromkeys(named[name] for name in (*like, *with_part)))[:_SUGGESTIONS]


def _findings() -> Iterator[Explanation]:
    # Inside: to find all kinds imports every inspection, which only `explain` has to wait for.
    from layerlift.inspecting.catalogue import every_kind

    for kind in every_kind():
        severity = f"finding of an inspection ({kind.severity.value})"
        yield Explanation(
            kind.code, severity, f"{kind.meaning}.", f"{kind.fix}.", f"{kind.example}."
        )


def _names(explanation: Explanation) -> tuple[str, ...]:
    name = _plain(explanation.word)
    if explanation.kind != "event":
        return (name,)
    return name, name.removeprefix(_EVENT_PREFIX)


def _plain(text: str) -> str:
    return "-".join(text.lower().replace("_", " ").replace("-", " ").split())
