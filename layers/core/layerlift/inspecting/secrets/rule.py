"""A rule: where to look for one kind of credential, and what it looks like."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from layerlift.inspecting.secrets.credential import CredentialKind
from layerlift.inspecting.secrets.plausibility import Verdict, random_text

MAX_LITERALS = 64
"""The vectorised search (Teddy, of Rust's ``aho-corasick``) takes no more at once: with the 65th it
falls back to an automaton that takes three times as long."""

LONG_LITERAL = 4
"""Bytes: Teddy looks at the first four of each literal, or at as many as the shortest has."""

MIN_LITERAL = 3
"""Bytes: shorter ones would be found everywhere."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How to find one kind of credential.

    ``pattern`` is matched from ``before`` bytes ahead of a literal to ``after`` behind its start.
    Its group ``secret`` is what ``judge`` looks at; its group ``prefix``, if it has one, is the
    fixed part that may be shown.
    """

    kind: CredentialKind
    literals: tuple[bytes, ...]
    pattern: re.Pattern[bytes]
    judge: Callable[[re.Match[bytes]], Verdict] = random_text
    before: int = 0
    after: int = 512


ASSIGNED = rb"""["'`\\]{0,2}[\s:=,>][\s:=,>]{0,16}(?i:value=)?["'`\\]{0,3}"""
"""What stands between a name and its value, in Python, JSON, YAML, INI, XML, shells and Docker."""


def token(
    kind: CredentialKind,
    pattern: bytes,
    *literals: bytes,
    judge: Callable[[re.Match[bytes]], Verdict] = random_text,
) -> Rule:
    """Return the rule for a token that begins with one of ``literals``."""
    prefix = b"|".join(map(re.escape, literals))
    return Rule(kind, literals, re.compile(b"(?P<prefix>%b)%b" % (prefix, pattern)), judge)
