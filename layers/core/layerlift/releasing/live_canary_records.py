"""How what scheduled canaries have found lies in the registry."""

from layerlift.domain.live_canary import LiveCanary, LivePlace
from layerlift.domain.names import StageName
from layerlift.domain.targets import Target
from layerlift.ports.registry import Index, Key, Registry, Write
from layerlift.releasing.records import layer_partition

_AT_MOST = 5000
"""Layers and stages of one target: far more than anybody watches."""


def live_canary_key(place: LivePlace) -> Key:
    """Return where the last look at a place is kept."""
    target = place.target
    sort = f"{live_canaries_prefix(place.stage)}{target.account}#{target.region}"
    return Key(layer_partition(place.layer), sort)


def live_canaries_prefix(stage: StageName) -> str:
    """Return how the sort keys of all targets of a stage begin."""
    return f"LIVECANARY#{stage}#"


def write_live_canary(found: LiveCanary, expected: int) -> Write:
    """Return the write of a look; the index has only what is watched."""
    place = found.place
    partition = f"LIVECANARIES#{place.target.account}#{place.target.region}"
    index = Index(partition, f"{place.layer}#{place.stage}") if found.is_watched else None
    body = found.model_dump(mode="json")
    return Write(live_canary_key(place), body, expected, "live canary", index)


def watched_in(registry: Registry, target: Target) -> tuple[LiveCanary, ...]:
    """Return the last look at everything that is watched in a target; it may lag by a moment."""
    partition = f"LIVECANARIES#{target.account}#{target.region}"
    found = registry.query_index(partition, limit=_AT_MOST)
    return tuple(LiveCanary.model_validate(stored.body) for stored in found)
