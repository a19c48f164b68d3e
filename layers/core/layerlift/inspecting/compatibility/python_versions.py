"""Whether a version of Python fits a ``Requires-Python`` (core metadata, PEP 440)."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

Version = tuple[int, ...]
Fits = Callable[[Version], bool]
"""Of (major, minor): does any release of it fit?"""

_CLAUSE = re.compile(r"(>=|<|!=)\s*(\d{1,3})(?:\.(\d{1,3}))?(?:\.(\d{1,3}|\*))?")
"""What all but a few distributions write; for these no library has to be imported."""

_MAX_SPECIFIER = 500
"""Characters: the longest that are in use list some ten versions."""

_MAX_CLAUSES = 20
"""Of a specifier that has to be parsed: it bounds the time that a hostile one takes."""

_PATCHES = (99, *range(40))
"""CPython's releases of a minor version: 3.9 has had 26, and Lambda takes the newest."""


@lru_cache(1024)
def admits(specifier: str) -> Fits | None:
    """Return what tells whether a version fits, None if ``specifier`` is none."""
    if len(specifier) > _MAX_SPECIFIER or specifier.count(",") >= _MAX_CLAUSES:
        return None
    clauses = [_CLAUSE.fullmatch(clause.strip()) for clause in specifier.split(",")]
    understood = [_fits(*clause.groups()) for clause in clauses if clause]
    return _all_of(understood) if len(understood) == len(clauses) else _parsed(specifier)


def _all_of(tests: Sequence[Fits]) -> Fits:
    return lambda version: all(fits(version) for fits in tests)


def _fits(operator: str, major: str, minor: str | None, patch: str | None) -> Fits:
    """Return the test of one clause; ``!=3.9.7`` leaves other releases of 3.9."""
    bound = (int(major), int(minor or 0))
    match operator:
        case ">=":
            return lambda version: version >= bound
        case "<" if patch and patch.strip("0*"):
            return lambda version: version <= bound
        case "<":
            return lambda version: version < bound
        case _:
            return lambda version: patch != "*" or version != bound


def _parsed(specifier: str) -> Fits | None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        allowed = SpecifierSet(specifier)
    except InvalidSpecifier:
        return None
    return lambda version: any(
        allowed.contains(f"{version[0]}.{version[1]}.{patch}", prereleases=True)
        for patch in _PATCHES
    )
