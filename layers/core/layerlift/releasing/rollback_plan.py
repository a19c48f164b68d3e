"""What a rollback is about: the release to take back, and where each pointer goes."""

from collections.abc import Mapping

from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.domain.pointers import Pointer
from layerlift.domain.release import (
    LivePointer,
    PromotionLock,
    Release,
    StageProgress,
    StageState,
    TargetProgress,
    TargetState,
)
from layerlift.domain.targets import Target
from layerlift.ports.registry import Registry
from layerlift.releasing.putting_back import touched_targets
from layerlift.releasing.records import (
    layer_partition,
    live_prefix,
    load,
    load_all,
    lock_key,
    release_key,
    stage_key,
    target_key,
)
from layerlift.releasing.rollback_orders import Wish

_MOST_TARGETS = 90
"""Records that one transaction changes beside the few others: it takes 100.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""


class Refused(Exception):
    """The request makes no sense here; the message says why and what does."""


def newest_in(registry: Registry, layer: LayerName, stage: StageName) -> Release | None:
    """Return the release to take back: of those that a pointer of the stage names, the newest."""
    live = live_in(registry, layer, stage)
    versions = {record.pointer.version for record in live if record.pointer is not None}
    lock = load(registry, PromotionLock, lock_key(layer, stage))
    if lock is not None and lock.value.owner_version is not None:
        versions.add(lock.value.owner_version)
    found = (
        load(registry, Release, release_key(layer, SemanticVersion(version)))
        for version in versions
    )
    there = [held.value for held in found if held and is_there(registry, held.value, stage)]
    return max(there, key=lambda release: release.claimed_at, default=None)


def live_in(registry: Registry, layer: LayerName, stage: StageName) -> tuple[LivePointer, ...]:
    """Return what the pointers of a layer in a stage say."""
    return load_all(registry, LivePointer, layer_partition(layer), live_prefix(stage))


def is_there(registry: Registry, release: Release, stage: StageName) -> bool:
    """Say whether a pointer of the stage names a release, or may do so."""
    live = live_in(registry, release.layer, stage)
    if any(record.pointer and record.pointer.version == release.version for record in live):
        return True
    lock = load(registry, PromotionLock, lock_key(release.layer, stage))
    if lock is None or lock.value.owner_version != release.version:
        return False
    touched = touched_targets(registry, release.ref, stage)
    return any(t.snapshot_taken and t.state is not TargetState.INACTIVE for t in touched)


def known(registry: Registry, layer: LayerName, version: SemanticVersion) -> Release:
    """Return a release.

    :raises Refused: if there is none.
    """
    held = load(registry, Release, release_key(layer, version))
    if held is None:
        raise Refused(f"There is no release {layer} {version}.")
    return held.value


def goals(wish: Wish, registry: Registry) -> Mapping[Target, Pointer | None]:
    """Return what the pointers shall say, by target; empty if each goes to what it had before.

    A target that the release to go to was never live in goes to what was there before that one,
    and is owed it (:mod:`layerlift.releasing.arrears`).

    :raises Refused: if that release cannot be gone to, or nothing is known from before.
    """
    if wish.recall.to is None:
        _check_that_it_is_known_what_was_before(wish, registry)
        return {}
    goal = _goal(wish, registry)
    touched = touched_targets(registry, goal.ref, wish.stage)
    proven = {t.target: t for t in touched if t.state is TargetState.ACTIVE}
    targets = wish.release.stage(wish.stage).targets
    if len(targets) > _MOST_TARGETS or not any(target in proven for target in targets):
        where = "any target" if len(targets) <= _MOST_TARGETS else "all targets at once"
        raise Refused(f"{goal.version} cannot be gone to in {where} of {wish.stage}.")
    moves: dict[Target, Pointer | None] = {
        target: Pointer(arn=str(proven[target].layer_arn), version=goal.version)
        for target in targets
        if target in proven
    }
    live = {record.target: record.pointer for record in live_in(registry, goal.layer, wish.stage)}
    behind = (target for target in targets if target not in proven and target in live)
    moves |= {
        target: _before(goal, live[target], wish.stage, target, registry) for target in behind
    }
    return moves


def _check_that_it_is_known_what_was_before(wish: Wish, registry: Registry) -> None:
    release, stage = wish.release, wish.stage
    moved = [t for t in touched_targets(registry, release.ref, stage) if t.snapshot_taken]
    if all(t.previous is not None and t.previous.arn == t.layer_arn for t in moved):
        raise Refused(
            f"What {stage} had before {release.version} is not known. Name the release to go "
            f"to: layerlift rollback {release.layer} {stage} --to VERSION"
        )


def _goal(wish: Wish, registry: Registry) -> Release:
    """Return the release to go to.

    :raises Refused: if it was never live in the stage, or was taken back itself.
    """
    stage, version = wish.stage, wish.recall.to
    if version is None or version == wish.release.version:
        raise Refused(f"{version} is what is to be taken back.")
    goal = known(registry, wish.release.layer, version)
    held = load(registry, StageProgress, stage_key(goal.ref, stage))
    if held is None or held.value.state is not StageState.ACTIVE:
        state = "was never there" if held is None else f"is {held.value.state.replace('_', ' ')}"
        raise Refused(
            f"{goal.layer} {version} {state} in {stage}, so it cannot be gone back to. "
            "A release that was live there can; else drop the bytes as a new version."
        )
    return goal


def _before(
    goal: Release, pointer: Pointer | None, stage: StageName, target: Target, registry: Registry
) -> Pointer | None:
    """Return the newest thing that a pointer has said and that is older than the goal."""
    seen: set[str] = set()
    while pointer is not None and pointer.version not in seen:
        seen.add(pointer.version)
        key = release_key(goal.layer, SemanticVersion(pointer.version))
        held = load(registry, Release, key)
        if held is None or held.value.claimed_at < goal.claimed_at:
            return pointer
        place = target_key(held.value.ref, stage, target)
        progress = load(registry, TargetProgress, place)
        pointer = None if progress is None else progress.value.previous
    return pointer
