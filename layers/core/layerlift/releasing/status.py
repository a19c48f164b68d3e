"""Status: what the registry says about releases, newest first, as people and scripts read it."""

from itertools import islice

from layerlift.domain.canary import CanaryRecord, CanaryResult
from layerlift.domain.debts import Debt
from layerlift.domain.live_canary import LiveCanary
from layerlift.domain.model import Value
from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.domain.pointers import Pointer
from layerlift.domain.release import (
    Drop,
    LivePointer,
    Release,
    ReleaseState,
    StagePlan,
    StageProgress,
    StageState,
    TargetProgress,
    TargetState,
)
from layerlift.domain.targets import Target
from layerlift.ports.registry import Registry, Stored
from layerlift.releasing.debts import outstanding
from layerlift.releasing.live_canary_records import live_canaries_prefix
from layerlift.releasing.newest import NEWEST, is_rejection, read_newest, rejected
from layerlift.releasing.records import (
    REFUSED_INDEX,
    layer_partition,
    load,
    load_all,
    release_key,
    stage_key,
)

_REFUSALS_LOOKED_AT = 20
"""How many refused drops are looked through for a list beside releases: each takes a read."""


class TargetStatus(Value):
    """One target of a stage; what is not known yet is None.

    ``canary`` holds the numbers that the canary measured there, ``consumers`` those of clones of
    functions that use the layer, ``live_canary`` what the last look at it found since it is live;
    ``reason`` says why a target is ``owed`` the release, or ``stuck`` at it, or that what is live
    does not work.
    """

    account: str
    region: str
    state: str
    layer_arn: str | None
    version_number: int | None
    code_sha256: str | None
    canary: CanaryResult | None = None
    consumers: CanaryResult | None = None
    reason: str = ""
    live_canary: CanaryResult | None = None


class StageStatus(Value):
    """One stage of a release."""

    stage: str
    state: str
    targets: tuple[TargetStatus, ...]
    reason: str = ""


class ReleaseStatus(Value):
    """A release, or a drop that was rejected (``digest`` is None if its bytes were not read)."""

    layer: str
    version: str
    digest: str | None
    state: str
    stages: tuple[StageStatus, ...]
    reason: str = ""
    report_url: str | None = None


class Status(Value):
    """What ``layerlift status --json`` prints."""

    releases: tuple[ReleaseStatus, ...]


def read_status(registry: Registry, layer: LayerName | None = None) -> Status:
    """Return the newest releases, of one layer or of all."""
    listed = (_release_status(registry, record) for record in read_newest(registry, layer))
    return Status(releases=tuple(status for status in listed if status is not None))


def read_refused_drops(registry: Registry, limit: int = 5) -> tuple[Drop, ...]:
    """Return the drops that were refused last, newest first, whatever their key."""
    stored = registry.query_index(REFUSED_INDEX, limit=limit)
    return tuple(Drop.model_validate(record.body) for record in stored)


def read_later_refusals(
    registry: Registry, layer: LayerName, version: SemanticVersion | None = None
) -> tuple[Drop, ...]:
    """Return the drops that were refused of what is a release already, and since its last attempt.

    Newest first; of a layer, or of one of its releases. A refusal of what is no release is listed
    as a rejected release.
    """
    refused = read_refused_drops(registry, limit=NEWEST)
    return tuple(
        drop
        for drop in refused
        if drop.layer == layer
        and (version is None or drop.version == version)
        and _is_of_a_release(drop, registry)
    )


def read_unlisted_refusals(
    registry: Registry, layer: LayerName | None = None, limit: int = 5
) -> tuple[Drop, ...]:
    """Return the drops refused last that are no rejected release, newest first."""
    found = (
        drop
        for drop in read_refused_drops(registry, limit=_REFUSALS_LOOKED_AT)
        if layer in (None, drop.layer)
        and (drop.version is None or _is_of_a_release(drop, registry))
    )
    return tuple(islice(found, limit))


def _is_of_a_release(drop: Drop, registry: Registry) -> bool:
    if drop.layer is None or drop.version is None:
        return False
    held = load(registry, Release, release_key(drop.layer, drop.version))
    return held is not None and held.value.claimed_at < drop.dropped_at


def _release_status(registry: Registry, stored: Stored) -> ReleaseStatus | None:
    if is_rejection(stored):
        return _rejection_status(registry, Drop.model_validate(stored.body))
    held = load(registry, Release, stored.key)
    return None if held is None else read_release_status(registry, held.value)


def _rejection_status(registry: Registry, drop: Drop) -> ReleaseStatus | None:
    """Return a rejected drop, unless the version has become a release since."""
    named = rejected(registry, drop)
    if named is None:
        return None
    layer, version = named
    return ReleaseStatus(
        layer=layer,
        version=version,
        digest=drop.digest,
        state=ReleaseState.REJECTED,
        stages=(),
        reason=drop.reason,
        report_url=drop.report_url,
    )


def read_release_status(registry: Registry, release: Release) -> ReleaseStatus:
    """Return the status of one release, its stages in the order of the policy."""
    return ReleaseStatus(
        layer=release.layer,
        version=release.version,
        digest=release.digest,
        state=release.state,
        stages=tuple(_stage_status(registry, release, plan) for plan in release.stages),
        reason=release.reason,
        report_url=release.report_url,
    )


def _stage_status(registry: Registry, release: Release, plan: StagePlan) -> StageStatus:
    held = load(registry, StageProgress, stage_key(release.ref, plan.name))
    is_current = held is not None and held.value.attempt == release.attempt
    progress = held.value if held is not None and is_current else None
    state = StageState.PENDING if progress is None else progress.state
    partition = layer_partition(release.layer)
    targets = load_all(
        registry, TargetProgress, partition, f"TARGET#{release.version}#{plan.name}#"
    )
    by_target = {t.target: t for t in targets if t.attempt == release.attempt}
    live = _live_pointers(registry, release.layer, plan.name)
    tried = _canaries(registry, release, f"CANARY#{release.version}#{plan.name}#")
    consumers = _canaries(registry, release, f"CONSUMERS#{release.version}#{plan.name}#")
    owed = {
        debt.target: debt
        for debt in outstanding(registry, release.layer, plan.name)
        if debt.release == release.ref
    }
    watched = _live_canaries(registry, release.layer, plan.name)
    listed = tuple(
        _watched_status(
            _owed_status(
                _target_status(
                    target,
                    by_target.get(target),
                    live.get(target),
                    tried.get(target),
                    consumers.get(target),
                ),
                owed.get(target),
            ),
            watched.get(target),
        )
        for target in plan.targets
    )
    is_replaced = state is StageState.ACTIVE and not any(
        target.state == TargetState.ACTIVE for target in listed
    )
    return StageStatus(
        stage=plan.name,
        state=REPLACED if is_replaced else state,
        targets=listed,
        reason="" if progress is None else progress.reason,
    )


REPLACED = "replaced"
"""The state of a stage or target whose pointer another release has taken over since."""

OWED = "owed"
"""The state of a target that the release is to be brought to once it can be reached."""


def _owed_status(status: TargetStatus, debt: Debt | None) -> TargetStatus:
    if debt is None:
        return status
    reason = f"Owed {debt.release.version} since {debt.since:%Y-%m-%d %H:%M} UTC. {debt.reason}"
    return status.model_copy(update={"state": OWED, "reason": reason})


def _watched_status(status: TargetStatus, found: LiveCanary | None) -> TargetStatus:
    """Return the status with what is known of the release since it is live there, if it is."""
    is_live = status.state == TargetState.ACTIVE
    if found is None or not is_live or found.layer_arn != status.layer_arn:
        return status
    change: dict[str, object] = {"live_canary": found.result}
    if found.failing_since is not None:
        change["reason"] = (
            f"Does not work since {found.failing_since:%Y-%m-%d %H:%M} UTC. {found.result.reason} "
            f"Take it back with: layerlift rollback {found.place.layer} {found.place.stage}"
        )
    return status.model_copy(update=change)


def _live_canaries(
    registry: Registry, layer: LayerName, stage: StageName
) -> dict[Target, LiveCanary]:
    prefix = live_canaries_prefix(stage)
    found = load_all(registry, LiveCanary, layer_partition(layer), prefix)
    return {each.place.target: each for each in found if each.is_watched}


def _live_pointers(
    registry: Registry, layer: LayerName, stage: StageName
) -> dict[Target, Pointer | None]:
    live = load_all(registry, LivePointer, layer_partition(layer), f"LIVE#{stage}#")
    return {record.target: record.pointer for record in live}


def _canaries(registry: Registry, release: Release, prefix: str) -> dict[Target, CanaryResult]:
    records = load_all(registry, CanaryRecord, layer_partition(release.layer), prefix)
    return {each.target: each.result for each in records if each.attempt == release.attempt}


def _target_status(
    target: Target,
    progress: TargetProgress | None,
    live: Pointer | None,
    canary: CanaryResult | None,
    consumers: CanaryResult | None,
) -> TargetStatus:
    if progress is None:
        return TargetStatus(
            account=target.account,
            region=target.region,
            state=TargetState.PENDING,
            layer_arn=None,
            version_number=None,
            code_sha256=None,
        )
    points_here = live is not None and live.arn == progress.layer_arn
    is_replaced = progress.state is TargetState.ACTIVE and not points_here
    return TargetStatus(
        account=target.account,
        region=target.region,
        state=REPLACED if is_replaced else progress.state,
        layer_arn=progress.layer_arn,
        version_number=progress.version_number,
        code_sha256=progress.code_sha256,
        canary=canary,
        consumers=consumers,
        reason=progress.reason if progress.state is TargetState.STUCK else "",
    )
