"""What those who decide are told: what changes, how it fared so far, and whom it reaches."""

from collections.abc import Iterator, Sequence

from layerlift.domain.approval import ConsumersIn, Difference, RequestFacts
from layerlift.domain.gates.approvals import short_pattern
from layerlift.domain.sizes import shown_size
from layerlift.telling.message import Fact, listed

_ASKED = "The policy asks for it."


def request_reason(request: RequestFacts) -> str:
    """Return why somebody has to decide, and about what."""
    difference = request.difference
    if difference is None:
        return f"{_ASKED} There is no release before it to compare it with."
    packages, size = _packages(difference), _size(difference)
    return f"{_ASKED} {_compared(difference, request)}: {packages}, {size}."


def _compared(difference: Difference, request: RequestFacts) -> str:
    if not request.replaces or request.replaces == (difference.since,):
        return f"Compared with {difference.since}"
    live = f"{listed(request.replaces)} {'is' if len(request.replaces) == 1 else 'are'} live here"
    return f"{live}. Compared with {difference.since}, the release before this one"


def _packages(difference: Difference) -> str:
    changes = {
        "adds": difference.added,
        "removes": difference.removed,
        "changes": difference.changed,
    }
    told = [f"{verb} {listed(names)}" for verb, names in changes.items() if names]
    if difference.unlisted:
        told.append(f"{difference.unlisted} packages more differ")
    return ", ".join(told) or "same packages"


def _size(difference: Difference) -> str:
    grown = difference.size_after - difference.size_before
    if not grown:
        return "same size"
    return f"{shown_size(abs(grown))} {'larger' if grown > 0 else 'smaller'} unzipped"


def request_facts(request: RequestFacts) -> Iterator[Fact]:
    """Yield what else to know before deciding."""
    if request.consumers:
        yield Fact("Regions", listed(sorted({place.region for place in request.consumers})))
    if request.replaces:
        yield Fact("Replaces", listed(request.replaces))
    if request.findings:
        counted = (
            f"{count} {severity}{'s' if count > 1 else ''}"
            for severity, count in request.findings.items()
        )
        yield Fact("Inspection", f"{', '.join(counted)}, see the report")
    if request.below is not None:
        below = request.below
        yield Fact("Canaries", f"passed in {below.passed} of {below.targets} in {below.stage}")
    if request.consumers:
        yield Fact("Used by", _users(request.consumers))
    if request.approvers:
        yield Fact("May decide", listed([short_pattern(name) for name in request.approvers]))


def _users(consumers: Sequence[ConsumersIn]) -> str:
    functions = [name for place in consumers for name in place.functions]
    count = len(functions) + sum(place.unlisted for place in consumers)
    unsure = sorted({place.region for place in consumers if place.problem})
    known = {place.region for place in consumers if not place.problem}
    told: list[str] = []
    if functions:
        told.append(f"{count} function{'s' if count > 1 else ''}: {listed(functions)}")
    elif known:
        told.append(f"no function in {len(known)} region{'s' if len(known) > 1 else ''}")
    if unsure:
        told.append(f"not wholly known in {listed(unsure)}")
    return "; ".join(told)
