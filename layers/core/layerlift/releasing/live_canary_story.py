"""What a look at something live leaves behind: a record, an event if it changed, and numbers."""

from collections.abc import Iterator

from layerlift.domain.canary import Timing
from layerlift.domain.errors import Unavailable
from layerlift.domain.events import Event, EventType
from layerlift.domain.live_canary import (
    COUNT_METRIC,
    DURATION_METRIC,
    FAILING_METRIC,
    STARTUP_METRIC,
    LiveCanary,
)
from layerlift.domain.release import LivePointer
from layerlift.ports.live_gauges import Gauge, LiveGauges
from layerlift.ports.registry import Registry
from layerlift.releasing.live_canary_records import live_canary_key, watched_in, write_live_canary
from layerlift.releasing.records import Held, live_key, load, revision
from layerlift.releasing.trail import audit_entry, release_event

_TRIES = 5


class Overtaken(Exception):
    """The look is about what is no longer so; the message says what has changed."""


def commit_look(
    found: LiveCanary,
    before: Held[LiveCanary] | None,
    live: Held[LivePointer] | None,
    registry: Registry,
) -> None:
    """Record a look, with an event if what is live began or ceased to fail by it.

    ``before`` and ``live`` are the record and the pointer as they were when the look began.

    :raises Overtaken: if one of them has changed since.
    :raises Unavailable: if the registry did not take it.
    """
    place = found.place
    event = _event(found, before)
    told = () if event is None else (audit_entry(event),)
    for _ in range(_TRIES):
        current = load(registry, LiveCanary, live_canary_key(place))
        if current is not None and current.value == found:
            return
        if revision(current) != revision(before):
            raise Overtaken(f"Somebody else has looked at {place} in the meantime.")
        now_live = load(registry, LivePointer, live_key(place.layer, place.stage, place.target))
        if revision(now_live) != revision(live):
            raise Overtaken(f"The pointer of {place} was moved in the meantime.")
        if registry.commit(write_live_canary(found, revision(before)), *told):
            return
    raise Unavailable(f"the registry is busy: the look at {place} could not be recorded")


def _event(found: LiveCanary, before: Held[LiveCanary] | None) -> Event | None:
    last = None if before is None or before.value.failing_since is None else before.value
    is_failing = found.failing_since is not None
    goes_on_failing = last is not None and last.layer_arn == found.layer_arn
    if goes_on_failing if is_failing else last is None:
        return None
    place = found.place
    if is_failing:
        kind = EventType.LIVE_CANARY_FAILED
        reason = (
            f"What is live in {place.target} does not work. {found.result.reason} "
            f"Take it back with: layerlift rollback {place.layer} {place.stage}"
        )
    else:
        kind, reason = EventType.LIVE_CANARY_RECOVERED, found.result.reason
    return release_event(
        kind,
        found.release,
        found.result.ran_at,
        stage=place.stage,
        target=place.target,
        # The record's revision counts the looks, so that each change is an event of its own.
        occasion=str(revision(before)),
        outcome=found.result.outcome,
        reason=reason,
        layer_arn=found.layer_arn,
        version_number=int(found.layer_arn.rpartition(":")[2]),
        canary=found.result.variants or None,
    )


def show(found: LiveCanary, registry: Registry, gauges: LiveGauges) -> None:
    """Show the numbers of a look, and how many layers of its region fail by now."""
    place = found.place
    others = sum(
        other.failing_since is not None
        for other in watched_in(registry, place.target)
        if other.place != place
    )
    count = others + (found.failing_since is not None)
    numbers = _numbers(found) if found.is_watched else ()
    gauges.show(place.target, (Gauge(COUNT_METRIC, count), *numbers))


def _numbers(found: LiveCanary) -> Iterator[Gauge]:
    place = found.place
    yield Gauge(FAILING_METRIC, int(found.failing_since is not None), place)
    variants = found.result.variants
    for name, timings in (
        (STARTUP_METRIC, [variant.startup for variant in variants]),
        (DURATION_METRIC, [variant.warm for variant in variants]),
    ):
        slowest = _slowest(timings)
        if slowest is not None:
            yield Gauge(name, slowest, place)


def _slowest(timings: list[Timing | None]) -> int | None:
    return max((each.median_ms for each in timings if each is not None), default=None)
