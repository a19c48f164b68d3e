"""`outcomes.md`: what every outcome and state means to people, and what to do."""

from __future__ import annotations

from layerlift.domain.guidance.words import KINDS, WORDS, kinds_of
from tools.reference.markdown import document, paragraph


def outcomes_page() -> str:
    """Return the whole document."""
    return document(
        "Outcomes and what to do",
        paragraph(
            "The words that `layerlift status`, the events and the messages use, each with its "
            "meaning and the next step. `layerlift explain WORD` says the same. Which step answers "
            "which word, and which states there are, is in [the states](states.md)."
        ),
        *(_word(word) for word in sorted({word for words in KINDS.values() for word in words})),
    )


def _word(word: str) -> str:
    guidance = WORDS[word]
    parts = (
        f"## {word}",
        paragraph(f"*{', '.join(kinds_of(word)).capitalize()}.* {guidance.meaning}"),
        paragraph(f"**What to do:** {guidance.next}"),
    )
    return "\n\n".join(parts)
