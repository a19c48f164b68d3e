"""Arrears: when a stage goes back, who stays behind the others is owed what they have.

A debt is struck once a newer release is in its target. If that one is taken back, its other targets
go back to a release that this target never had: it is owed it again, and the reconciler pays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from layerlift.domain.debts import Debt
from layerlift.domain.names import SemanticVersion, StageName
from layerlift.domain.release import (
    LivePointer,
    PromotionLock,
    Release,
    ReleaseRef,
    StageProgress,
    StageState,
    TargetState,
)
from layerlift.domain.targets import Target
from layerlift.ports.registry import Registry
from layerlift.releasing.debts import incur, outstanding, strike
from layerlift.releasing.putting_back import touched_targets
from layerlift.releasing.records import (
    layer_partition,
    load,
    load_all,
    lock_key,
    release_key,
    stage_key,
)
from layerlift.releasing.trail import Clock


@dataclass(frozen=True)
class _Standing:
    """What the pointers of a stage should say now, by target: a known release, or None."""

    releases: Mapping[Target, Release | None]
    goal: Release | None
    """The newest of those that are live in the stage: what it has gone back to."""


def settle_arrears(
    ref: ReleaseRef, stage: StageName, owner: str, *, registry: Registry, clock: Clock
) -> None:
    """Owe what the stage has gone back to wherever that belongs, and nothing that is newer.

    It belongs in the targets that its own plan has: nobody approved it for others.

    To be called by whoever has put back what ``ref`` had moved, while ``owner`` still has the
    stage's lock: without it the stage may be somebody else's by now, and nothing is done.
    """
    lock = load(registry, PromotionLock, lock_key(ref.layer, stage))
    if lock is None or lock.value.owner != owner:
        return
    standing = _stand(ref, stage, registry)
    goal = standing.goal
    if goal is None:
        return
    owed = outstanding(registry, ref.layer, stage)
    newer = [debt for debt in owed if debt.claimed_at > goal.claimed_at]
    why = f"The stage has gone back to {goal.version}."
    strike(newer, why, registry=registry, clock=clock)
    has_it = {debt.target for debt in owed if debt.release.version == goal.version}
    for target in goal.stage(stage).targets:
        if target not in has_it and _is_behind(standing.releases.get(target), goal):
            debt = _debt(goal, stage, target, ref, clock())
            incur(debt, registry=registry, clock=clock)


def _stand(ref: ReleaseRef, stage: StageName, registry: Registry) -> _Standing:
    live = load_all(registry, LivePointer, layer_partition(ref.layer), f"LIVE#{stage}#")
    pointers = {record.target: record.pointer for record in live}
    stuck = (t for t in touched_targets(registry, ref, stage) if t.state is TargetState.STUCK)
    pointers |= {progress.target: progress.previous for progress in stuck}
    by_version = {
        pointer.version: load(
            registry, Release, release_key(ref.layer, SemanticVersion(pointer.version))
        )
        for pointer in pointers.values()
        if pointer is not None
    }
    known = {version: held.value for version, held in by_version.items() if held is not None}
    releases = {
        target: None if pointer is None else known.get(pointer.version)
        for target, pointer in pointers.items()
    }
    there = [release for release in known.values() if _is_live(release, stage, registry)]
    return _Standing(releases, max(there, key=lambda one: one.claimed_at, default=None))


def _is_live(release: Release, stage: StageName, registry: Registry) -> bool:
    held = load(registry, StageProgress, stage_key(release.ref, stage))
    is_current = held is not None and held.value.attempt == release.attempt
    return held is not None and is_current and held.value.state is StageState.ACTIVE


def _is_behind(has: Release | None, goal: Release) -> bool:
    return has is None or has.claimed_at < goal.claimed_at


def _debt(
    goal: Release, stage: StageName, target: Target, taken_back: ReleaseRef, now: datetime
) -> Debt:
    return Debt(
        release=goal.ref,
        stage=stage,
        target=target,
        since=now,
        claimed_at=goal.claimed_at,
        reason=f"The others went back to {goal.version} when {taken_back.version} was taken back, "
        "and it was never here.",
        occasion=f"{taken_back.version} {taken_back.attempt}",
    )
