"""Which versions of Node.js the folders and packages of a layer leave possible."""

import re
from collections.abc import Iterator

from layerlift.inspecting.compatibility.misplaced.nodejs import MODULES, VERSION_FOLDER
from layerlift.inspecting.compatibility.proofs import Evidence, Proof, names_of
from layerlift.inspecting.compatibility.runtimes import family_of
from layerlift.inspecting.facts import LayerFacts
from layerlift.inspecting.packages.metadata import NodePackage

_FOLDER = re.compile(rf"nodejs/{VERSION_FOLDER.pattern}/{MODULES}/", re.ASCII)
_UNVERSIONED = f"nodejs/{MODULES}/"
_COMPARATOR = re.compile(r"(>=|>|<=|<|=|~>?|\^)?\s*v?(\d{1,4})(?:\.(\d+|[xX*]))?(?:\.[^\s|]*)?")
_MAX_RANGE = 500
"""Characters: what packages write has some twenty."""


def prove_nodejs(facts: LayerFacts) -> Iterator[Proof]:
    """Yield what the folders and ``engines`` of packages prove, each thing once."""
    yield from _prove_folders(facts)
    yield from _prove_engines(facts)


def _prove_folders(facts: LayerFacts) -> Iterator[Proof]:
    found: dict[int, str] = {}
    for entry in facts.entries:
        if entry.path.startswith(_UNVERSIONED):
            continue
        match = _FOLDER.match(entry.path)
        if match:
            found.setdefault(int(match[1]), entry.path)
    if found:
        listed = " and ".join(map(str, sorted(found)))
        serves = names_of(r for r in family_of("nodejs") if r.version and r.version[0] in found)
        where = "lies in a folder" if len(found) == 1 else "and others lie in folders"
        says = f"{where} for Node.js {listed} alone"
        yield Proof(next(iter(found.values())), says, serves, Evidence.FOLDER)


def _prove_engines(facts: LayerFacts) -> Iterator[Proof]:
    """Only lower bounds count: npm warns of others, and few packages mean them."""
    seen = set()
    for package in facts.metadata:
        if not isinstance(package, NodePackage) or not package.path.startswith("nodejs/"):
            continue
        least = oldest_major(package.engines_node or "")
        if least and least not in seen:
            seen.add(least)
            serves = names_of(r for r in family_of("nodejs") if r.version >= (least,))
            says = f"asks for Node.js {least} or newer"
            yield Proof(package.path, says, serves, Evidence.ADVICE)


def oldest_major(wanted: str) -> int | None:
    """Return the oldest major version that an npm range admits, None if it says none.

    Ranges: https://github.com/npm/node-semver#ranges. What is not understood admits all.
    """
    if len(wanted) > _MAX_RANGE:
        return None
    oldest = [_oldest_of(alternative) for alternative in wanted.split("||")]
    return (
        min((each for each in oldest if each is not None), default=None)
        if all(each is not None for each in oldest)
        else None
    )


def _oldest_of(alternative: str) -> int | None:
    first, hyphen, _ = alternative.partition(" - ")
    comparators = _COMPARATOR.findall(first if hyphen else alternative)
    lower = [_lower(*each) for each in comparators if each[0] not in ("<", "<=")]
    return max(lower, default=None)


def _lower(operator: str, major: str, minor: str) -> int:
    """``>20`` begins with 21.0.0, ``>20.1`` with 20.1.1 or 20.2.0."""
    return int(major) + (operator == ">" and not minor.isdigit())
