"""History: a layer's releases, and what its canaries measured in one target over them."""

from collections.abc import Sequence
from datetime import datetime

from layerlift.domain.approval import Approval
from layerlift.domain.canary import CanaryRecord
from layerlift.domain.names import LayerName, StageName
from layerlift.domain.release import Release
from layerlift.domain.targets import Target
from layerlift.ports.registry import Registry
from layerlift.releasing.newest import is_rejection
from layerlift.releasing.records import (
    RELEASES_INDEX,
    canary_history,
    layer_partition,
    load_all,
)

RELEASES = 20
"""How many releases a history goes back."""

_LOOKED_AT = 100
"""How many of the newest releases are looked through for the names of layers."""

_LOOKED_AT_FOR_DECISIONS = 8
"""How many of the newest releases are looked through for decisions: each takes a query."""


def read_releases(registry: Registry, layer: LayerName) -> tuple[Release, ...]:
    """Return the newest releases of a layer, oldest first."""
    found = load_all(registry, Release, layer_partition(layer), "RELEASE#")
    return tuple(sorted(found, key=lambda release: release.claimed_at)[-RELEASES:])


def read_canaries(
    registry: Registry, layer: LayerName, stage: StageName, target: Target
) -> tuple[CanaryRecord, ...]:
    """Return the newest canaries of a layer in a target, oldest first."""
    stored = registry.query_index(canary_history(layer, stage, target), limit=RELEASES)
    return tuple(CanaryRecord.model_validate(record.body) for record in reversed(stored))


def read_layer_names(registry: Registry) -> Sequence[str]:
    """Return the layers that were released last, in the order of their names."""
    stored = registry.query_index(RELEASES_INDEX, limit=_LOOKED_AT)
    return sorted({str(record.body["layer"]) for record in stored if record.body.get("layer")})


def read_decided(registry: Registry) -> tuple[Approval, ...]:
    """Return the requests of the newest releases that were decided on, the last decision first.

    One that nobody voted on counts from when it was asked for.
    """
    stored = registry.query_index(RELEASES_INDEX, limit=_LOOKED_AT_FOR_DECISIONS)
    releases = [Release.model_validate(each.body) for each in stored if not is_rejection(each)]
    found = [
        approval
        for release in releases
        for approval in load_all(
            registry, Approval, layer_partition(release.layer), f"APPROVAL#{release.version}#"
        )
        if approval.attempt == release.attempt and approval.decision is not None
    ]
    return tuple(sorted(found, key=_decided_at, reverse=True))


def _decided_at(approval: Approval) -> datetime:
    return approval.votes[-1].voted_at if approval.votes else approval.requested_at
