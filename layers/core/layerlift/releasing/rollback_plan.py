"""What a rollback is about: the release to take back, and where each pointer goes."""

from collections.abc import Mapping

from layerlift.domain.commands import RollbackCommand
from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.domain.pointers import Pointer
from layerlift.domain.release import (
    LivePointer,
    PromotionLock,
    Release,
    StageProgress,
    StageState,
    TargetState,
)
from layerlift.domain.targets import Target
from layerlift.ports.registry import Registry
from layerlift.releasing.putting_back import touched_targets
from layerlift.releasing.records import (
    layer_partition,
    load,
    load_all,
    lock_key,
    release_key,
    stage_key,
)

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
    return load_all(registry, LivePointer, layer_partition(layer), f"LIVE#{stage}#")


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


def goals(
    command: RollbackCommand, release: Release, registry: Registry
) -> Mapping[Target, Pointer]:
    """Return the pointers that ``--to`` names, none if each target goes to what it had before.

    :raises Refused: if that release cannot be gone to, or nothing is known from before.
    """
    stage = command.stage
    if command.to is None:
        touched = touched_targets(registry, release.ref, stage)
        moved = [t for t in touched if t.snapshot_taken]
        if all(t.previous is not None and t.previous.arn == t.layer_arn for t in moved):
            raise Refused(
                f"What {stage} had before {release.version} is not known. Name the release to go "
                f"to: layerlift rollback {command.layer} {stage} --to VERSION"
            )
        return {}
    if command.to == command.version:
        raise Refused(f"{command.to} is what is to be taken back.")
    goal = known(registry, command.layer, command.to)
    held = load(registry, StageProgress, stage_key(goal.ref, stage))
    if held is None or held.value.state is not StageState.ACTIVE:
        state = "was never there" if held is None else f"is {held.value.state.replace('_', ' ')}"
        raise Refused(
            f"{command.layer} {command.to} {state} in {stage}, so it cannot be gone back to. "
            "A release that was live there can; else drop the bytes as a new version."
        )
    published = {t.target: t for t in touched_targets(registry, goal.ref, stage) if t.layer_arn}
    targets = release.stage(stage).targets
    lacking = [str(target) for target in targets if target not in published]
    if lacking or len(targets) > _MOST_TARGETS:
        raise Refused(f"{command.to} is not published in {', '.join(lacking) or 'all at once'}.")
    return {
        target: Pointer(arn=str(published[target].layer_arn), version=goal.version)
        for target in targets
    }
