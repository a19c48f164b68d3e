"""Pointers: what the parameters of a layer in a target say, against what the registry says."""

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from layerlift.console.desk import Desk, Visit
from layerlift.console.rendering import render
from layerlift.console.requests import ShowPointers
from layerlift.console.words import Word, word
from layerlift.releasing.drift import TARGETS, Agreement, PointerCheck, check_pointers

_LONGEST = 200
"""Characters of a parameter that are shown: it may have 4,096, and be anything."""

_NOTHING = "nothing"


@dataclass(frozen=True)
class ParameterView:
    """A parameter: what it says, and what it should where it does not."""

    name: str
    says: str
    should: str


@dataclass(frozen=True)
class PointerView:
    """What the pointer says: in a word, in a sentence, and one by one.

    ``commands`` make it say what the registry says, ``then`` is what else to know.
    """

    word: Word
    said: str
    parameters: tuple[ParameterView, ...]
    commands: tuple[str, ...]
    then: str


@dataclass(frozen=True)
class PointerRow:
    """A target's pointer, in a word and a sentence."""

    account: str
    region: str
    word: Word
    said: str


@dataclass(frozen=True)
class PointersView:
    """The pointers of a layer in a stage; at ``most`` so many are asked."""

    layer: str
    stage: str
    summary: str
    rows: tuple[PointerRow, ...]
    most: int


_WORDS: Mapping[Agreement, Word] = {
    Agreement.AGREES: word("as it should be", "good"),
    Agreement.DRIFT: word("Drift", "bad"),
    Agreement.MOVING: word("being moved", "move"),
    Agreement.FOREIGN: word("not Layerlift's", "warn"),
    Agreement.UNASKED: word("could not be asked", "warn"),
}

_THEN: Mapping[Agreement, str] = {
    Agreement.AGREES: "",
    Agreement.DRIFT: "The next release here puts it right as well; but if that one fails or is "
    "rolled back, what it found there comes back, and not what the registry says.",
    Agreement.MOVING: "Layerlift is about to move it, so this is no drift. Look again when that is "
    "over.",
    Agreement.FOREIGN: "Layerlift has put nothing there. The first release here takes it over, and "
    "puts it back if it is taken back.",
    Agreement.UNASKED: "What is live is what the registry says. Open this again to ask once more.",
}


def show_pointers(request: ShowPointers, visit: Visit, desk: Desk) -> str:
    """Return the widget ``pointers``: those that do not agree come first."""
    found = check_pointers(
        request.layer, request.stage, registry=desk.registry, sight=desk.sight, clock=desk.clock
    )
    worst_first = sorted(found, key=lambda check: _ORDER.index(check.agreement))
    view = PointersView(
        layer=request.layer,
        stage=request.stage,
        summary=_summary(found),
        rows=tuple(_row(check) for check in worst_first),
        most=TARGETS,
    )
    return render("pointers", visit.frame, view, "ok" if view.rows else "empty")


_ORDER = (
    Agreement.DRIFT,
    Agreement.UNASKED,
    Agreement.FOREIGN,
    Agreement.MOVING,
    Agreement.AGREES,
)


def _summary(found: Sequence[PointerCheck]) -> str:
    """Return how many pointers are how: "1 drift, 2 as it should be"."""
    counts = Counter(check.agreement for check in found)
    return ", ".join(f"{counts[each]} {_WORDS[each].text}" for each in _ORDER if counts[each])


def _row(check: PointerCheck) -> PointerRow:
    target = check.spot.target
    return PointerRow(target.account, target.region, _WORDS[check.agreement], _sentence(check))


def pointer_view(check: PointerCheck) -> PointerView:
    """Return a comparison as it is shown."""
    is_drift = check.agreement is Agreement.DRIFT
    return PointerView(
        word=_WORDS[check.agreement],
        said=_sentence(check),
        parameters=_parameters(check),
        commands=_commands(check) if is_drift else (),
        then=_THEN[check.agreement],
    )


def _sentence(check: PointerCheck) -> str:
    if check.agreement is Agreement.UNASKED:
        return f"The parameters could not be read: {check.problem}"
    version, wanted = check.said[1], check.wanted[1]
    if check.agreement is Agreement.AGREES:
        if version is None:
            return "There are no parameters, as it should be."
        return f"The parameter says {_shown(version)}, as it should."
    said = f"{_what_is_said(check)}, the registry says {wanted or _NOTHING}."
    return f"{said} Somebody has changed it." if check.agreement is Agreement.DRIFT else said


def _what_is_said(check: PointerCheck) -> str:
    arn, version = check.said
    if arn is None and version is None:
        return "The parameters are not there"
    if version is None:
        return "The version parameter is not there"
    if arn is None:
        return "The arn parameter is not there"
    if version == check.wanted[1]:
        return f"The parameter says {_shown(version)}, but its ARN names another layer version"
    return f"The parameter says {_shown(version)}"


def _parameters(check: PointerCheck) -> tuple[ParameterView, ...]:
    """Return the parameters that do not say what they should."""
    if check.agreement is Agreement.UNASKED:
        return ()
    return tuple(
        ParameterView(name, _shown(said) or "not there", wanted or "not there")
        for name, said, wanted in zip(check.spot.names, check.said, check.wanted, strict=True)
        if said != wanted
    )


def _commands(check: PointerCheck) -> tuple[str, ...]:
    region = check.spot.target.region
    pairs = tuple(zip(check.spot.names, check.said, check.wanted, strict=True))
    puts = tuple(
        shlex.join(
            ("aws", "ssm", "put-parameter", "--region", region, "--type", "String", "--overwrite",
             "--name", name, "--value", wanted)
        )
        for name, said, wanted in pairs
        if wanted is not None and said != wanted
    )  # fmt: skip
    surplus = [name for name, said, wanted in pairs if wanted is None and said is not None]
    if not surplus:
        return puts
    remove = ("aws", "ssm", "delete-parameters", "--region", region, "--names", *surplus)
    return (*puts, shlex.join(remove))


def _shown(text: str | None) -> str:
    if text is None:
        return ""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
