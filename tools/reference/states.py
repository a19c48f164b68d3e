"""`states.md`: the words that states and outcomes can be."""

from __future__ import annotations

from pathlib import Path

from layerlift.domain import debts, outcomes, release
from tools.reference.markdown import code, document, paragraph, table
from tools.reference.sources import member_docs

_RELEASE = Path(release.__file__)
_DEBTS = Path(debts.__file__)
_OUTCOMES = Path(outcomes.__file__)


def states_page() -> str:
    """Return the whole document."""
    return document(
        "States and outcomes",
        paragraph(
            "States are what the registry keeps, and what `layerlift status` shows. Outcomes are "
            "what the steps answer, and what the state machines choose by."
        ),
        "## States of a release",
        words(_RELEASE, "ReleaseState"),
        "## States of a stage",
        words(_RELEASE, "StageState"),
        _REPLACED,
        "## States of a target",
        words(_RELEASE, "TargetState"),
        _REPLACED,
        paragraph(
            "A target that is owed the release is shown as `owed`, which its debt says: it was out "
            "of reach when the stage went on without it."
        ),
        "## States of a debt",
        words(_DEBTS, "DebtState"),
        "## Outcomes of the steps",
        words(_OUTCOMES, "Outcome"),
        paragraph(
            "Where the state machines catch a fault in a target, they put `broken` in the place of "
            "an outcome; no step answers it. A step in a target that runs out of time again and "
            "again is `unreachable`."
        ),
    )


_REPLACED = paragraph(
    "`status` also says `replaced`, which is not kept: it was live, and the pointer names another "
    "release now."
)


def words(source: Path, enum: str) -> str:
    """Return the members of an enum of lower-case words as a table."""
    docs = member_docs(source, enum)
    return table(
        ("word", "meaning"), ((code(name.lower()), meaning) for name, meaning in docs.items())
    )
