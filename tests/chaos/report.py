"""What a campaign has injected, and what it survived: the table at its end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

from tests.chaos.invariants import Broken
from tests.chaos.plan import LAYERS
from tests.chaos.proxy import Fault, Kind

STOPPED = "execution stopped"

KINDS: Mapping[str, str] = {
    Kind.THROTTLE: "429, not carried out",
    Kind.ERROR: "500, not carried out",
    Kind.AWAY: "503 from a whole region",
    Kind.LATENCY: "an answer that is slow",
    Kind.RESET: "reset before the deed",
    Kind.ANSWER_LOST: "reset after the deed",
    Kind.KILLED_BEFORE: "a function killed before the deed",
    Kind.KILLED_AFTER: "a function killed after the deed",
    STOPPED: "StopExecution of a release or promotion",
}
"""Every kind of fault, and what it does."""


@dataclass(frozen=True)
class Ended:
    """A round that is over: what struck it, and what it broke."""

    number: int
    releases: int
    injected: Mapping[str, int]
    broken: tuple[Broken, ...]


def injected(faults: tuple[Fault, ...], stopped: int) -> Mapping[str, int]:
    """Return how many faults of each kind have struck."""
    counts: Counter[str] = Counter({STOPPED: stopped})
    for fault in faults:
        counts[fault.kind] += fault.struck
    return +counts


@dataclass
class Report:
    """A campaign so far."""

    seed: int
    rounds: list[Ended] = field(default_factory=list)
    layers: int = LAYERS
    """Of a round."""

    @property
    def releases(self) -> int:
        """How many zips were dropped."""
        return sum(ended.releases for ended in self.rounds)

    @property
    def faults(self) -> int:
        """How many faults have struck."""
        return sum(self._injected().values())

    @property
    def broken(self) -> int:
        """How often an invariant did not hold."""
        return sum(len(ended.broken) for ended in self.rounds)

    def lines(self) -> Iterator[str]:
        """Yield the table, what is broken and how to see it again, and the last line."""
        struck, survived = self._injected(), self._survived()
        yield f"{'fault':<18} {'what it does':<40} {'injected':>9} {'survived':>9}"
        for kind, meaning in KINDS.items():
            yield f"{kind:<18} {meaning:<40} {struck[kind]:>9} {survived[kind]:>9}"
        for ended in self.rounds:
            for broken in ended.broken:
                yield f"BROKEN {broken.invariant}: {broken.about} {broken.what}"
            if ended.broken:
                yield f"  again: python -m tests.chaos {self._plan()} --round {ended.number}"
        yield (f"releases {self.releases}, faults {self.faults}, broken invariants {self.broken}")

    def _plan(self) -> str:
        """Return what has to be said for the same rounds to be planned."""
        few = "" if self.layers == LAYERS else f" --layers {self.layers}"
        return f"--seed {self.seed}{few}"

    def as_json(self) -> str:
        """Return all of it as one JSON object."""
        return json.dumps(
            {
                "seed": self.seed,
                "releases": self.releases,
                "faults": self.faults,
                "broken": self.broken,
                "injected": self._injected(),
                "survived": self._survived(),
                "rounds": [asdict(ended) for ended in self.rounds],
            }
        )

    def _injected(self) -> Counter[str]:
        return _sum(self.rounds)

    def _survived(self) -> Counter[str]:
        """Return the faults of the rounds in which nothing broke."""
        return _sum([ended for ended in self.rounds if not ended.broken])


def _sum(rounds: list[Ended]) -> Counter[str]:
    total: Counter[str] = Counter()
    for ended in rounds:
        total.update(ended.injected)
    return total
