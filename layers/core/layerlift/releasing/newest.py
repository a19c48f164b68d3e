"""The newest releases and rejected drops, as the registry lists them beside each other."""

from collections.abc import Sequence
from datetime import datetime

from layerlift.domain.names import LayerName, SemanticVersion
from layerlift.domain.release import Drop
from layerlift.ports.registry import Registry, Stored
from layerlift.releasing.records import RELEASES_INDEX, layer_partition, release_key

NEWEST = 50
"""How many are listed at most."""


def read_newest(registry: Registry, layer: LayerName | None) -> Sequence[Stored]:
    """Return the newest records of releases and rejected drops, of one layer or of all."""
    if layer is None:
        return registry.query_index(RELEASES_INDEX, limit=NEWEST)
    partition = layer_partition(layer)
    heads = (*registry.query(partition, "RELEASE#"), *registry.query(partition, "REJECTED#"))
    return sorted(heads, key=_when, reverse=True)[:NEWEST]


def _when(stored: Stored) -> datetime:
    return datetime.fromisoformat(stored.body.get("claimed_at") or stored.body["dropped_at"])


def is_rejection(stored: Stored) -> bool:
    """Say whether a record that is listed is a rejected drop, and no release."""
    return stored.key.sort.startswith("REJECTED#")


def rejected(registry: Registry, drop: Drop) -> tuple[LayerName, SemanticVersion] | None:
    """Return what a rejected drop was to be, None if its key names nothing or that is released."""
    if drop.layer is None or drop.version is None:
        return None
    if registry.get(release_key(drop.layer, drop.version)) is not None:
        return None
    return drop.layer, drop.version
