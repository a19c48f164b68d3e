"""Looks for credentials in the content of a file, and never shows one.

A file of a layer is searched once for the literals of all rules together; only where one occurs is
anything else looked at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.secrets.places import is_test_material
from layerlift.inspecting.secrets.plausibility import Verdict
from layerlift.inspecting.secrets.rule import Rule
from layerlift.inspecting.secrets.rules import RULES

if TYPE_CHECKING:
    from ahocorasick_rs import BytesAhoCorasick

OVERLAP = 8 * 1024
"""Bytes that a window repeats of the one before: as far as any rule looks, so that what lies across
two windows is seen whole in the second."""

MAX_HITS = 200
"""Literals of a window that are looked at: a file made of nothing else must not take minutes. Of
real packages, the fullest (googleapis of npm) has 53."""

_BUCKETS = 8
"""Of Teddy: one for each bit of a byte."""

_TEST_FIX = (
    "If it is the package's own test material, it is published with it: leave the folder out to "
    "save space; if it is yours, revoke it"
)
_SHORT_STRINGS = b"zZ"
"""TYPE_SHORT_ASCII and its interned sister (CPython's Python/marshal.c): a byte of length, then
the characters."""

_REFERENCE = 0x80
"""FLAG_REF of the same file, a bit of the type."""


@dataclass(frozen=True, slots=True)
class _Sighting:
    rule: Rule
    match: re.Match[bytes]
    verdict: Verdict


def find_secrets(path: str, window: bytes) -> Iterator[Finding]:
    """Yield what looks like a credential in ``window``, a part of the file at ``path``.

    It keeps nothing between calls: who reads a file in windows repeats ``OVERLAP`` bytes and keeps
    one finding of each code for a file. Within a window it yields one for each. A credential in
    the tests or examples of an installed package is published with it, so it is a warning there.
    Any bytes are fine; no text of a finding holds more of the secret than its fixed prefix.
    """
    yield from secrets_at(path, window, hits_in(window))


Hits = list[tuple[int, int, int]]
"""Which literal occurs where: its number, its start and its end."""


def hits_in(window: bytes) -> Hits:
    """Return every place in ``window`` where a word occurs that a credential begins with."""
    return _automaton().find_matches_as_indexes(window)


def secrets_at(path: str, window: bytes, hits: Hits) -> Iterator[Finding]:
    """Yield what :func:`find_secrets` does, of the first :data:`MAX_HITS` hits."""
    if not hits:
        return
    best: dict[str, _Sighting] = {}
    for sighting in _sightings(path, window, hits):
        code = sighting.rule.kind.code
        if code not in best or sighting.verdict is Verdict.GENUINE is not best[code].verdict:
            best[code] = sighting
    for sighting in best.values():
        yield _finding(path, sighting)


def _sightings(path: str, window: bytes, hits: Hits) -> Iterator[_Sighting]:
    rules_of = _rules_by_literal()
    for literal, start, _ in hits[:MAX_HITS]:
        for rule in rules_of[literal]:
            match = _match(rule, path, window, start)
            verdict = rule.judge(match) if match else Verdict.HARMLESS
            if match and verdict is not Verdict.HARMLESS:
                yield _Sighting(rule, match, verdict)


def _match(rule: Rule, path: str, window: bytes, start: int) -> re.Match[bytes] | None:
    """Match the rule around the literal at ``start``."""
    end = start + rule.after
    if rule.before:
        return rule.pattern.search(window, max(0, start - rule.before), end)
    if path.endswith(".pyc") and (constant := _constant(window, start)):
        return rule.pattern.match(constant)
    return rule.pattern.match(window, start, end)


def _constant(window: bytes, start: int) -> bytes | None:
    """Return the short string of compiled Python that begins at ``start``, if one does.

    What surrounds it are types and lengths, which may look like more letters of it.
    """
    if start < 2 or window[start - 2] & ~_REFERENCE not in _SHORT_STRINGS:
        return None
    return window[start : start + window[start - 1]]


def _finding(path: str, sighting: _Sighting) -> Finding:
    rule, match = sighting.rule, sighting.match
    prefix = match.groupdict().get("prefix") or b""
    start = min(match.start("secret"), match.start("prefix" if prefix else "secret"))
    length = match.end("secret") - start
    shown = f"{prefix.decode('ascii')}…, " if prefix else ""
    message = f"{path} {_CLAIMS[sighting.verdict]} {rule.kind.thing} ({shown}{length:,} characters)"
    if is_test_material(path):
        return rule.kind.found(message, path, severity=Severity.WARNING, fix=_TEST_FIX)
    is_example = sighting.verdict is Verdict.DOUBTFUL and path.endswith(_MANUALS)
    if is_example or sighting.verdict is Verdict.PROTECTED:
        return rule.kind.found(message, path, severity=Severity.WARNING)
    return rule.kind.found(message, path)


_CLAIMS = {
    Verdict.GENUINE: "holds",
    Verdict.PROTECTED: "holds, encrypted with a passphrase,",
    Verdict.DOUBTFUL: "holds what looks like",
}
_MANUALS = (".md", ".rst", ".txt", ".html")
"""Where packages show what a token looks like, with one that is made up."""


@cache
def _automaton() -> "BytesAhoCorasick":
    # Leftmost-first is what the vectorised search can do; it takes a fifth of the time.
    from ahocorasick_rs import BytesAhoCorasick, MatchKind

    return BytesAhoCorasick(_literals(), matchkind=MatchKind.LeftmostFirst)


@cache
def _literals() -> tuple[bytes, ...]:
    """Return each literal once, so ordered that the search is fastest.

    Teddy deals them round into eight buckets and looks closer where a bucket as a whole may match:
    the more alike those of one bucket begin, the less often. It takes two thirds of the time.
    """
    alike = sorted({literal for rule in RULES for literal in rule.literals})
    share = -(-len(alike) // _BUCKETS)
    return tuple(literal for first in range(share) for literal in alike[first::share])


@cache
def _rules_by_literal() -> tuple[tuple[Rule, ...], ...]:
    """Return the rules of each literal, in the order of :func:`_literals`."""
    return tuple(
        tuple(rule for rule in RULES if literal in rule.literals) for literal in _literals()
    )
