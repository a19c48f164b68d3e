"""Track: a release's way through the stages, read for people by a handful of queries.

A release takes one query for each kind of record, whatever the number of its stages and targets,
and one read for each stage that it has come to. What is about a layer as a whole is read once for
all its releases.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TypeVar

from layerlift.domain.approval import Approval
from layerlift.domain.canary import CanaryRecord, CanaryResult
from layerlift.domain.debts import Debt
from layerlift.domain.events import Event, EventType
from layerlift.domain.model import Value
from layerlift.domain.names import LayerName, StageName
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
from layerlift.domain.track import (
    GRANTED,
    OWED,
    REPLACED,
    StageTrack,
    TargetTrack,
    Track,
    WaveTrack,
)
from layerlift.domain.watching import WaveWatch
from layerlift.ports.registry import Registry, Stored
from layerlift.releasing.gate import gate_of, wave_state
from layerlift.releasing.newest import is_rejection, read_newest, rejected
from layerlift.releasing.records import layer_partition, load_all
from layerlift.releasing.trail import audit_entry, release_event

V = TypeVar("V", bound=Value)

_ENDED = {
    StageState.ACTIVE,
    StageState.FAILED,
    StageState.SUPERSEDED,
    StageState.ROLLED_BACK,
}


@dataclass(frozen=True)
class _Layer:
    """What the pointers of a layer say, and what is owed, in all stages."""

    live: Mapping[tuple[StageName, Target], Pointer | None]
    owed: Sequence[Debt]


@dataclass(frozen=True)
class _Records:
    """What the registry holds about one attempt at a release."""

    stages: Mapping[StageName, StageProgress]
    targets: Mapping[tuple[StageName, Target], TargetProgress]
    canaries: Mapping[tuple[StageName, Target], CanaryResult]
    watches: Sequence[WaveWatch]
    approvals: Mapping[StageName, Approval]


def read_track(registry: Registry, release: Release, now: datetime) -> Track:
    """Return the way of one release, with what its canaries measured."""
    return _track(registry, release, _layer(registry, release.layer), now, is_whole=True)


def read_tracks(
    registry: Registry,
    now: datetime,
    *,
    layer: LayerName | None = None,
    states: Collection[ReleaseState] = (),
    limit: int = 10,
) -> tuple[Track, ...]:
    """Return the newest releases and rejected drops, newest first, without their canaries.

    ``states`` are those to list, none for all; :data:`~layerlift.releasing.newest.NEWEST` are
    looked through.
    """
    about: Callable[[LayerName], _Layer] = cache(lambda name: _layer(registry, name))
    tracks: list[Track] = []
    for stored in read_newest(registry, layer):
        if len(tracks) == limit:
            break
        if states and _state(stored) not in states:
            continue
        track = _listed(registry, stored, about, now)
        if track is not None:
            tracks.append(track)
    return tuple(tracks)


def _state(stored: Stored) -> ReleaseState:
    return ReleaseState.REJECTED if is_rejection(stored) else ReleaseState(stored.body["state"])


def _listed(
    registry: Registry, stored: Stored, about: Callable[[LayerName], _Layer], now: datetime
) -> Track | None:
    if is_rejection(stored):
        return _rejection(registry, Drop.model_validate(stored.body))
    release = Release.model_validate(stored.body)
    return _track(registry, release, about(release.layer), now, is_whole=False)


def _rejection(registry: Registry, drop: Drop) -> Track | None:
    """Return a rejected drop, unless the version has become a release since."""
    named = rejected(registry, drop)
    if named is None:
        return None
    layer, version = named
    return Track(
        layer=layer,
        version=version,
        digest=drop.digest,
        attempt=None,
        state=ReleaseState.REJECTED,
        reason=drop.reason,
        started_at=drop.dropped_at,
        report_url=drop.report_url,
    )


def _layer(registry: Registry, layer: LayerName) -> _Layer:
    partition = layer_partition(layer)
    live = load_all(registry, LivePointer, partition, "LIVE#")
    debts = load_all(registry, Debt, partition, "DEBT#")
    return _Layer(
        live={(record.stage, record.target): record.pointer for record in live},
        owed=tuple(debt for debt in debts if debt.is_outstanding),
    )


def _track(
    registry: Registry, release: Release, about: _Layer, now: datetime, *, is_whole: bool
) -> Track:
    records = _records(registry, release, is_whole=is_whole)
    return Track(
        layer=release.layer,
        version=release.version,
        digest=release.digest,
        attempt=release.attempt,
        state=release.state,
        reason=release.reason,
        started_at=release.claimed_at,
        report_url=release.report_url,
        stages=tuple(
            _stage(registry, release, plan, records, about, now) for plan in release.stages
        ),
    )


def _records(registry: Registry, release: Release, *, is_whole: bool) -> _Records:
    def of_attempt(model: type[V], kind: str) -> list[V]:
        prefix = f"{kind}#{release.version}#"
        found = load_all(registry, model, layer_partition(release.layer), prefix)
        return [record for record in found if getattr(record, "attempt", None) == release.attempt]

    waits = release.state is ReleaseState.PROMOTING
    canaries = of_attempt(CanaryRecord, "CANARY") if is_whole else []
    return _Records(
        stages={record.stage: record for record in of_attempt(StageProgress, "STAGE")},
        targets={(r.stage, r.target): r for r in of_attempt(TargetProgress, "TARGET")},
        canaries={(record.stage, record.target): record.result for record in canaries},
        watches=of_attempt(WaveWatch, "WATCH") if waits else (),
        approvals={r.stage: r for r in of_attempt(Approval, "APPROVAL")} if waits else {},
    )


def _stage(
    registry: Registry,
    release: Release,
    plan: StagePlan,
    records: _Records,
    about: _Layer,
    now: datetime,
) -> StageTrack:
    progress = records.stages.get(plan.name)
    state = StageState.PENDING if progress is None else progress.state
    watches = [watch for watch in records.watches if watch.stage == plan.name]
    gate = gate_of(plan, state, watches, records.approvals.get(plan.name), now)
    waves = tuple(
        _wave(release, plan, number, records, about, state) for number in range(len(plan.waves))
    )
    targets = [target for wave in waves for target in wave.targets]
    is_replaced = state is StageState.ACTIVE and not any(
        target.state == TargetState.ACTIVE for target in targets
    )
    return StageTrack(
        stage=plan.name,
        state=REPLACED if is_replaced else state,
        reason="" if progress is None else progress.reason,
        waves=waves,
        gate=gate,
        started_at=None if progress is None else _started_at(registry, release, plan.name),
        ended_at=progress.changed_at if progress is not None and state in _ENDED else None,
    )


def _started_at(registry: Registry, release: Release, stage: StageName) -> datetime | None:
    """Return when the stage was this release's, by the one entry of the trail that says so."""
    said = release_event(EventType.PROMOTION_STARTED, release.ref, release.claimed_at, stage=stage)
    stored = registry.get(audit_entry(said).key)
    return None if stored is None else Event.model_validate(stored.body).detail.time


def _wave(
    release: Release,
    plan: StagePlan,
    number: int,
    records: _Records,
    about: _Layer,
    state: StageState,
) -> WaveTrack:
    targets = tuple(
        _target(release, plan.name, target, records, about) for target in plan.waves[number]
    )
    bakes = state is StageState.BAKING and any(
        watch.stage == plan.name and watch.wave == number + 1 and _is_baking(watch)
        for watch in records.watches
    )
    states = {target.state for target in targets}
    word = StageState.BAKING.value if bakes else wave_state(states)
    return WaveTrack(number=number + 1, state=word, targets=targets)


def _is_baking(watch: WaveWatch) -> bool:
    return watch.bakes_until is not None and not watch.has_baked


def _target(
    release: Release, stage: StageName, target: Target, records: _Records, about: _Layer
) -> TargetTrack:
    progress = records.targets.get((stage, target))
    state = _target_state(progress, about.live.get((stage, target)))
    debt = next(
        (d for d in about.owed if (d.release, d.stage, d.target) == (release.ref, stage, target)),
        None,
    )
    base = TargetTrack(account=target.account, region=target.region, state=state)
    if progress is not None:
        known = {
            "reason": progress.reason,
            "version_number": progress.version_number,
            "layer_arn": progress.layer_arn,
            "code_sha256": progress.code_sha256,
            "changed_at": progress.changed_at,
            "canary": records.canaries.get((stage, target)),
        }
        base = base.model_copy(update=known)
    if debt is None:
        return base
    reason = f"Owed since {debt.since:%Y-%m-%d %H:%M} UTC. {debt.reason}"
    return base.model_copy(update={"state": OWED, "reason": reason})


def _target_state(progress: TargetProgress | None, live: Pointer | None) -> str:
    if progress is None:
        return TargetState.PENDING
    points_here = live is not None and live.arn == progress.layer_arn
    if progress.state is TargetState.ACTIVE and not points_here:
        return REPLACED
    if progress.state is TargetState.CANARIED and progress.granted_at is not None:
        return GRANTED
    return progress.state
