"""Start watches: which live layers are due to be looked at, by a schedule's tick.

An execution looks at one layer in one stage, in all targets that are due. They begin one after the
other, because Lambda takes 15 calls a second in a region, and promotions need them more.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from layerlift.domain.live_canary import LiveCanary, LivePlace
from layerlift.domain.model import Value
from layerlift.domain.names import LayerName, StageName, parse_stage_name
from layerlift.domain.policy import Policy
from layerlift.domain.release import LivePointer
from layerlift.domain.targets import Target
from layerlift.ports.aws import Executions
from layerlift.ports.registry import Registry
from layerlift.releasing.live_canary_records import watched_in
from layerlift.releasing.policies import read_policy
from layerlift.releasing.records import live_index
from layerlift.releasing.trail import Clock

_MOST_POINTERS = 20_000
"""Of one stage: 500 layers in 40 regions."""

_MOST_STARTED = 250
"""Executions of one tick: they have all begun before the next. What is left comes with that."""

_SPACING_SECONDS = 3
"""A look makes about six of the calls that a region takes 15 of in a second."""

_SLACK = timedelta(minutes=5)
"""A look is done some time after the tick that it is due with; the next must not be missed."""

_NEVER = datetime.min.replace(tzinfo=UTC)


class Started(Value):
    """What a tick has started. ``left`` layers and stages were due, and wait for the next."""

    started: tuple[str, ...]
    left: int


@dataclass(frozen=True)
class _Due:
    """Where a layer is to be looked at in a stage, and when the first of them was last."""

    layer: LayerName
    stage: StageName
    targets: tuple[Target, ...]
    seen: datetime


def start_watches(
    tick: datetime, account: str, *, registry: Registry, watches: Executions, clock: Clock
) -> Started:
    """Start a look at all that is due; with the same ``tick`` again, nothing is started twice."""
    policy = read_policy(registry)
    if policy is None:
        return Started(started=(), left=0)
    due = sorted(_due(policy, account, registry, clock()), key=lambda each: each.seen)
    started: list[str] = []
    for number, each in enumerate(due[:_MOST_STARTED]):
        given = {
            "layer": each.layer,
            "stage": each.stage,
            "targets": [target.model_dump(mode="json") for target in each.targets],
            "wait_seconds": 1 + number * _SPACING_SECONDS,
        }
        name = watch_name(each.layer, each.stage, tick)
        if watches.start(name, given):
            started.append(name)
    return Started(started=tuple(started), left=max(0, len(due) - _MOST_STARTED))


def watch_name(layer: LayerName, stage: StageName, tick: datetime) -> str:
    """Return the name of the execution that a tick starts: up to 80 characters, once for each."""
    digest = hashlib.sha256(layer.encode()).hexdigest()[:16]
    return f"{stage}-{digest}-{tick:%Y%m%dT%H%M%S}"


def _due(policy: Policy, account: str, registry: Registry, now: datetime) -> Iterator[_Due]:
    live = {_place(pointer): pointer for pointer in _live(policy, registry)}
    regions = (Target(account=account, region=region) for region in policy.regions)
    targets = dict.fromkeys((*regions, *(place.target for place in live)))
    known = {found.place: found for target in targets for found in watched_in(registry, target)}
    intervals = {
        parse_stage_name(stage.name): stage.canary.watch_seconds for stage in policy.stages
    }
    grouped: dict[tuple[LayerName, StageName], list[LivePlace]] = defaultdict(list)
    for place in dict.fromkeys((*live, *known)):
        seconds = intervals.get(place.stage)
        if _is_due(live.get(place), known.get(place), seconds, now):
            grouped[place.layer, place.stage].append(place)
    for (layer, stage), places in grouped.items():
        seen = min(_seen(place, known) for place in places)
        yield _Due(layer, stage, tuple(place.target for place in places), seen)


def _live(policy: Policy, registry: Registry) -> Iterator[LivePointer]:
    for stage in policy.stages:
        partition = live_index(parse_stage_name(stage.name))
        for stored in registry.query_index(partition, limit=_MOST_POINTERS):
            yield LivePointer.model_validate(stored.body)


def _place(live: LivePointer) -> LivePlace:
    return LivePlace(layer=live.layer, stage=live.stage, target=live.target)


def _is_due(
    live: LivePointer | None, found: LiveCanary | None, seconds: int | None, now: datetime
) -> bool:
    """Say whether to look; where nothing is to be watched any more, only a look ends the watch."""
    pointer = None if live is None else live.pointer
    if pointer is None or seconds is None:
        return found is not None
    if found is None or found.layer_arn != pointer.arn:
        return True
    return now >= found.result.ran_at + timedelta(seconds=seconds) - _SLACK


def _seen(place: LivePlace, known: Mapping[LivePlace, LiveCanary]) -> datetime:
    found = known.get(place)
    return _NEVER if found is None else found.result.ran_at
