"""What goes wrong, and when: drawn from a seed, so that the same seed gives the same plan.

A campaign is a sequence of rounds. A round has layers of its own, a policy, drops of several
releases of each layer, and the faults that they meet. Its plan depends on the seed and on its
number alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from layerlift.domain.policy import Policy
from tests.chaos.proxy import Fault, Kind

HOME = "eu-central-1"
AWAY_REGIONS = ("us-east-1", "us-west-2", "eu-west-1")

_CANARY = {"cold": 1, "warm": 0, "timeout": "10s"}
_FORGIVING = {"allowed": 1, "after": "4s"}
_STRICT = {"allowed": 0, "after": "15s"}


def _policy(*stages: dict[str, object], hotfixes: bool = False) -> Policy:
    listed = [{"canary": _CANARY, **stage} for stage in stages]
    return Policy.model_validate({"version": 1, "hotfixes": hotfixes, "stages": listed})


POLICIES: Mapping[str, Policy] = {
    "waves that bake": _policy(
        {"name": "dev", "waves": [[HOME]]},
        {
            "name": "prod",
            "waves": [[HOME, "us-east-1"], ["us-west-2", "eu-west-1"]],
            "bake": "1s",
            "debts": _FORGIVING,
        },
    ),
    "approved by somebody": _policy(
        {"name": "staging", "waves": [[HOME, "us-east-1"]], "debts": _FORGIVING},
        {
            "name": "prod",
            "waves": [["us-east-1"], ["us-west-2", "eu-west-1"]],
            "approvals": {"required": 1},
            "debts": _FORGIVING,
        },
    ),
    "no debts": _policy(
        {"name": "dev", "waves": [[HOME]]},
        {"name": "staging", "waves": [["us-east-1"]], "debts": _STRICT},
        {
            "name": "prod",
            "waves": [[HOME, "us-west-2"], ["eu-west-1"]],
            "debts": _STRICT,
        },
        hotfixes=True,
    ),
}
"""What rounds take turns with: two to three stages, five or six targets."""


class Content(StrEnum):
    """What a dropped zip has in it."""

    PYTHON = "python"
    """A module that works."""
    DATA = "data"
    """A file that nothing imports."""
    BROKEN = "broken"
    """A module that cannot be imported: its canary has to fail."""


@dataclass(frozen=True)
class PlannedDrop:
    """A zip that is dropped ``after`` so many seconds of its round."""

    layer: str
    version: str
    content: Content
    after: float


@dataclass(frozen=True)
class Strike:
    """A fault of the wire: the calls it strikes, after ``skip`` of them, ``times`` times."""

    kind: Kind
    service: str | None
    region: str | None
    operation: str | None
    skip: int
    times: int | None
    seconds: float = 1.0

    def fault(self) -> Fault:
        """Return it as the proxy takes it."""
        return Fault(
            self.kind,
            self.service,
            self.region,
            self.operation,
            skip=self.skip,
            times=self.times,
            seconds=self.seconds,
        )


@dataclass(frozen=True)
class Stop:
    """An execution that is stopped by hand: ``machine`` is ``release`` or ``promotion``."""

    machine: str
    layer: str
    version: str
    after: float


@dataclass(frozen=True)
class TakeBack:
    """A rollback by a person, of what is live in the last stage, once something is."""

    layer: str
    after: float


@dataclass(frozen=True)
class Round:
    """A part of a campaign that is checked as a whole."""

    number: int
    policy: str
    drops: tuple[PlannedDrop, ...]
    strikes: tuple[Strike, ...]
    stops: tuple[Stop, ...]
    rollbacks: tuple[TakeBack, ...]


@dataclass(frozen=True)
class _Spot:
    """A call that the control plane makes, and whether it goes to the regions of targets."""

    service: str
    operation: str
    in_targets: bool


_SPOTS = (
    _Spot("dynamodb", "GetItem", False),
    _Spot("dynamodb", "Query", False),
    _Spot("dynamodb", "TransactWriteItems", False),
    _Spot("events", "PutEvents", False),
    _Spot("states", "DescribeExecution", False),
    _Spot("states", "SendTaskSuccess", False),
    _Spot("s3", "GET ", False),
    _Spot("s3", "PUT ", True),
    _Spot("lambda", r"POST .*/layers/.*/versions", True),
    _Spot("lambda", r"GET .*/layers/.*/versions", True),
    _Spot("lambda", r"POST .*/functions$", True),
    _Spot("lambda", r"POST .*/invocations", True),
    _Spot("lambda", r"DELETE .*/functions/", True),
    _Spot("ssm", "GetParameter", True),
    _Spot("ssm", "PutParameter", True),
)
_PRECIOUS = (
    _Spot("dynamodb", "TransactWriteItems", False),
    _Spot("lambda", r"POST .*/layers/.*/versions", True),
    _Spot("lambda", r"POST .*/functions$", True),
    _Spot("ssm", "PutParameter", True),
)
"""Where a lost answer or a death costs most: half of them are spent there."""

_WIRE = (Kind.THROTTLE, Kind.ERROR, Kind.RESET, Kind.ANSWER_LOST)
_TIMES = (1, 1, 2, 4, 9)
"""The SDK asks up to four times: some faults outlast it."""

LAYERS = 4
"""Layers of a round, which go side by side, unless fewer are asked for."""

RELEASES = 3
"""Releases of each of them, one after the other or overtaking one another."""


def rounds(seed: int, releases: int, layers: int = LAYERS) -> Iterator[Round]:
    """Yield the plan of a campaign of at least so many releases, of ``layers`` layers a round."""
    for number in range(1, 1 + -(-releases // (layers * RELEASES))):
        yield plan_round(seed, number, layers)


def plan_round(seed: int, number: int, layers: int = LAYERS) -> Round:
    """Return the plan of one round; up to :data:`LAYERS` layers have a letter each."""
    random = Random(f"{seed}:{number}")
    drops = tuple(_drops(random, number, layers))
    return Round(
        number=number,
        policy=random.choice(tuple(POLICIES)),
        drops=drops,
        strikes=tuple(_strikes(random, layers)),
        stops=tuple(_stops(random, drops)),
        rollbacks=tuple(_rollbacks(random, drops)),
    )


def _drops(random: Random, number: int, layers: int) -> Iterator[PlannedDrop]:
    for layer in range(layers):
        after = random.uniform(0, 2)
        for minor in range(RELEASES):
            yield PlannedDrop(
                layer=f"round-{number}-{'abcd'[layer]}",
                version=f"1.{minor}.0",
                content=random.choices(tuple(Content), (7, 2, 1))[0],
                after=round(after, 1),
            )
            after += random.choice((1, 3, 8))


def _strikes(random: Random, layers: int) -> Iterator[Strike]:
    for kind in _WIRE:
        for _ in range(random.randint(4, 7)):
            yield _strike(random, layers, kind, random.choice(_TIMES))
    for _ in range(random.randint(1, 3)):
        seconds = random.choice((0.5, 2.0, 5.0))
        yield _strike(random, layers, Kind.LATENCY, random.choice(_TIMES), seconds)
    for kind in (Kind.KILLED_BEFORE, Kind.KILLED_AFTER):
        for _ in range(random.randint(1, 2)):
            yield _strike(random, layers, kind, 1)
    for _ in range(random.choice((0, 1, 2))):
        yield Strike(
            kind=Kind.AWAY,
            service=None,
            region=random.choice(AWAY_REGIONS),
            operation=None,
            skip=random.randint(0, 15 * layers),
            times=random.choice((8, 25, 80)),
        )


def _strike(random: Random, layers: int, kind: Kind, times: int, seconds: float = 1.0) -> Strike:
    spot = random.choice(random.choice((_SPOTS, _PRECIOUS)))
    region = random.choice((HOME, *AWAY_REGIONS)) if spot.in_targets else HOME
    return Strike(
        kind=kind,
        service=spot.service,
        region=region,
        operation=spot.operation,
        skip=random.randint(0, (2 if spot.in_targets else 25) * layers),
        times=times,
        seconds=seconds,
    )


def _stops(random: Random, drops: tuple[PlannedDrop, ...]) -> Iterator[Stop]:
    for drop in random.sample(drops, random.choice((1, 2, 3))):
        yield Stop(
            machine=random.choice(("release", "promotion", "promotion")),
            layer=drop.layer,
            version=drop.version,
            after=round(drop.after + random.uniform(1, 12), 1),
        )


def _rollbacks(random: Random, drops: tuple[PlannedDrop, ...]) -> Iterator[TakeBack]:
    layers = sorted({drop.layer for drop in drops})
    for layer in random.sample(layers, min(len(layers), random.choice((0, 1, 2)))):
        yield TakeBack(layer, after=round(random.uniform(15, 40), 1))
