"""Known names: what can be typed for a layer, a version and a stage, in one or two reads."""

from collections.abc import Mapping

from layerlift.domain.model import Value
from layerlift.ports.registry import Registry
from layerlift.releasing.policies import read_policy
from layerlift.releasing.records import RELEASES_INDEX

_NEWEST = 200
"""How many of the newest releases are looked through."""


class KnownNames(Value):
    """Versions of each layer, newest first, and stages in the order of the policy in force."""

    layers: Mapping[str, tuple[str, ...]] = {}
    stages: tuple[str, ...] = ()


def read_known_names(registry: Registry) -> KnownNames:
    """Return the names that the registry knows."""
    layers: dict[str, tuple[str, ...]] = {}
    for stored in registry.query_index(RELEASES_INDEX, limit=_NEWEST):
        layer, version = stored.body["layer"], stored.body["version"]
        layers[layer] = tuple(dict.fromkeys((*layers.get(layer, ()), version)))
    policy = read_policy(registry)
    stages = () if policy is None else tuple(stage.name for stage in policy.stages)
    return KnownNames(layers=layers, stages=stages)
