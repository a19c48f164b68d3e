"""Looks for credentials in the content of a file, and never shows one.

A file of a layer is searched once for the literals of all rules together; only where one occurs is
anything else looked at.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain
from typing import TYPE_CHECKING

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.secrets.codes import PRIVATE_KEY
from layerlift.inspecting.secrets.places import is_node_module, is_test_material
from layerlift.inspecting.secrets.plausibility import Verdict
from layerlift.inspecting.secrets.rule import LONG_LITERAL, Rule
from layerlift.inspecting.secrets.rules import RULES

if TYPE_CHECKING:
    from ahocorasick_rs import BytesAhoCorasick

OVERLAP = 8 * 1024
"""Bytes that a window repeats of the one before: as far as any rule looks, so that what lies across
two windows is seen whole in the second."""

MAX_LOOKS = 200_000
"""Literals that are looked at, the long ones counted more than once."""

_UNIT = 100
"""Bytes to judge that count as another literal."""

_BUCKETS = 8
"""Of Teddy: one for each bit of a byte."""

_TEST_FIX = (
    "If it is the package's own test material, it is published with it: leave the folder out to "
    "save space; if it is yours, revoke it"
)
_PUBLISHED_FIX = (
    "If the package is published with it, it is nobody's secret; if the package is your own, "
    "replace the key and read it at run time"
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
    So is a private key anywhere in a package of npm: some hold one to probe what OpenSSL can do.
    Any bytes are fine; no text of a finding holds more of the secret than its fixed prefix.
    """
    yield from secrets_at(path, window, hits_in(window), Budget())


Hits = list[tuple[int, int, int]]
"""Which literal occurs where: its number, its start and its end."""


def hits_in(window: bytes | memoryview) -> Hits:
    """Return every place in ``window`` where a word occurs that a credential begins with."""
    return [
        (first + literal, start, end)
        for first, automaton in _automata()
        for literal, start, end in automaton.find_matches_as_indexes(window)
    ]


@dataclass(slots=True)
class Budget:
    """How much is looked at, in units of which the dearest takes some 50 microseconds.

    A layer made of nothing else takes two or three seconds, not minutes. The fullest of real layers
    takes some thousand.
    """

    left: int = MAX_LOOKS

    def is_spent(self) -> bool:
        """Whether something was not looked at any more."""
        return self.left < 0


def secrets_at(path: str, window: bytes, hits: Hits, budget: Budget) -> Iterator[Finding]:
    """Yield what :func:`find_secrets` does, of these hits, as far as the budget goes."""
    if not hits:
        return
    best: dict[str, _Sighting] = {}
    for sighting in _sightings(path, window, hits, budget):
        code = sighting.rule.kind.code
        if code not in best or sighting.verdict is Verdict.GENUINE is not best[code].verdict:
            best[code] = sighting
    for sighting in best.values():
        yield _finding(path, sighting)


def _sightings(path: str, window: bytes, hits: Hits, budget: Budget) -> Iterator[_Sighting]:
    rules_of = _rules_by_literal()
    for literal, start, _ in hits:
        budget.left -= 1
        if budget.is_spent():
            return
        for rule in rules_of[literal]:
            match = _match(rule, path, window, start)
            if match is None:
                continue
            budget.left -= len(match[0]) // _UNIT
            verdict = rule.judge(match)
            if verdict is not Verdict.HARMLESS:
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
    if rule.kind is PRIVATE_KEY and is_node_module(path):
        return rule.kind.found(message, path, severity=Severity.WARNING, fix=_PUBLISHED_FIX)
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
def _automata() -> "tuple[tuple[int, BytesAhoCorasick], ...]":
    """Return what finds the literals, each with the number of its first one."""
    # Leftmost-first is what the vectorised search can do; it takes a fifth of the time.
    from ahocorasick_rs import BytesAhoCorasick, MatchKind

    sweeps = sweeps_of(RULES)
    firsts = accumulate(map(len, sweeps), initial=0)
    return tuple(
        (first, BytesAhoCorasick(sweep, matchkind=MatchKind.LeftmostFirst))
        for first, sweep in zip(firsts, sweeps, strict=False)
    )


def sweeps_of(rules: Iterable[Rule]) -> tuple[tuple[bytes, ...], ...]:
    """Return each literal of ``rules`` once: those that are searched for together, thrice.

    The short ones stand apart, as they make the search for others look at fewer bytes; of the long
    ones there are too many for one search (:data:`MAX_LITERALS`).
    """
    literals = sorted({literal for rule in rules for literal in rule.literals})
    short = [literal for literal in literals if len(literal) < LONG_LITERAL]
    long = [literal for literal in literals if len(literal) >= LONG_LITERAL]
    half = len(long) // 2
    return tuple(_dealt(sweep) for sweep in (short, long[:half], long[half:]))


def _dealt(alike: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return sorted literals so ordered that the search is fastest.

    Teddy deals them round into eight buckets and looks closer where a bucket as a whole may match:
    the more alike those of one bucket begin, the less often. It takes two thirds of the time.
    """
    share = -(-len(alike) // _BUCKETS)
    return tuple(literal for first in range(share) for literal in alike[first::share])


@cache
def _rules_by_literal() -> tuple[tuple[Rule, ...], ...]:
    """Return the rules of each literal, in the order of :func:`sweeps_of`."""
    literals = chain.from_iterable(sweeps_of(RULES))
    return tuple(tuple(rule for rule in RULES if literal in rule.literals) for literal in literals)
