"""The runtimes that Lambda has or had: a catalogue made by ``python -m tools.runtimes``."""

import json
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import Any

FAMILIES = ("python", "nodejs", "java", "ruby")
"""The families that look for code in folders of their own inside a layer.
https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html"""


@dataclass(frozen=True, slots=True)
class Runtime:
    """One of Lambda's runtimes, by AWS's ``name``.

    ``version`` is empty where the name has none; ``glibc`` is the version of its operating system.
    ``is_creatable`` says whether functions could still be created on it when the catalogue was
    made: on others no canary can run.
    """

    name: str
    family: str
    version: tuple[int, ...]
    glibc: tuple[int, ...]
    is_creatable: bool

    @property
    def order(self) -> tuple[str, tuple[int, ...], str]:
        """Sorts by family, then version, so that 3.9 comes before 3.10."""
        return self.family, self.version, self.name


@cache
def runtimes() -> dict[str, Runtime]:
    """Return all runtimes by name, sorted by family and version."""
    content = pkgutil.get_data(__package__, "runtimes.json")
    catalogue = json.loads(content or b"")
    as_of = catalogue["as_of"]
    known = [_runtime(name, facts, as_of) for name, facts in catalogue["runtimes"].items()]
    return {runtime.name: runtime for runtime in sorted(known, key=lambda each: each.order)}


def _runtime(name: str, facts: dict[str, Any], as_of: str) -> Runtime:
    blocked = facts["create_blocked"]
    return Runtime(
        name=name,
        family=facts["family"],
        version=tuple(facts["version"]),
        glibc=tuple(facts["glibc"]),
        # Both are ISO 8601 dates, which sort as text.
        is_creatable=blocked is None or blocked > as_of,
    )


@cache
def family_of(family: str) -> tuple[Runtime, ...]:
    """Return the runtimes of one family, oldest first, those that can no longer be created too."""
    return tuple(runtime for runtime in runtimes().values() if runtime.family == family)


def in_order(names: frozenset[str] | set[str]) -> tuple[str, ...]:
    """Return known names by family and version."""
    return tuple(name for name in runtimes() if name in names)
