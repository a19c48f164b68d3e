"""How records lie in the registry: their keys, and reading and writing them with their types.

====================================  ==============================================
partition                             sort
====================================  ==============================================
``LAYER#<layer>``                     ``RELEASE#<version>``, ``DIGEST#<sha256>``,
                                      ``REJECTED#<version>``, ``LOCK#<stage>``,
                                      ``STAGE#<version>#<stage>``,
                                      ``APPROVAL#<version>#<stage>``,
                                      ``TARGET#<version>#<stage>#<account>#<region>``,
                                      ``LIVE#<stage>#<account>#<region>``
``PUBLISH#<name>#<account>#<region>`` ``<sha256>``
``DROP#<object key>``                 ``<object version id>``
``AUDIT#<layer>#<version>``           ``<event id>`` (``AUDIT#<object key>`` if it names none)
``POLICY``                            ``current``
====================================  ==============================================

The index lists ``RELEASES`` and ``REFUSED`` drops by time, and ``LIVE#<stage>`` by layer and
target.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from layerlift.domain.model import Value
from layerlift.domain.names import Digest, LayerName, SemanticVersion, StageName
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import (
    Approval,
    Drop,
    LivePointer,
    PromotionLock,
    PublishRecord,
    Release,
    ReleaseRef,
    StageProgress,
    TargetProgress,
)
from layerlift.domain.targets import Target
from layerlift.ports.registry import Index, Key, Registry, Write

V = TypeVar("V", bound=Value)

RELEASES_INDEX = "RELEASES"
REFUSED_INDEX = "REFUSED"


@dataclass(frozen=True)
class Held(Generic[V]):
    """A record as read, with the revision that a write in its place has to name."""

    value: V
    revision: int


def load(registry: Registry, model: type[V], key: Key) -> Held[V] | None:
    """Return the record under ``key`` as a ``model``, None if there is none."""
    stored = registry.get(key)
    if stored is None:
        return None
    return Held(model.model_validate(stored.body), stored.revision)


def load_all(registry: Registry, model: type[V], partition: str, prefix: str) -> tuple[V, ...]:
    """Return the records of a partition under a sort prefix, in order of their sort keys."""
    return tuple(model.model_validate(s.body) for s in registry.query(partition, prefix))


def revision(held: "Held[V] | None") -> int:
    """Return the revision to expect when writing in the place of ``held``."""
    return 0 if held is None else held.revision


def layer_partition(layer: LayerName) -> str:
    return f"LAYER#{layer}"


def release_key(layer: LayerName, version: SemanticVersion) -> Key:
    return Key(layer_partition(layer), f"RELEASE#{version}")


def digest_key(layer: LayerName, digest: Digest) -> Key:
    return Key(layer_partition(layer), f"DIGEST#{digest}")


def rejection_key(layer: LayerName, version: SemanticVersion) -> Key:
    return Key(layer_partition(layer), f"REJECTED#{version}")


def lock_key(layer: LayerName, stage: StageName) -> Key:
    return Key(layer_partition(layer), f"LOCK#{stage}")


def stage_key(ref: ReleaseRef, stage: StageName) -> Key:
    return Key(layer_partition(ref.layer), f"STAGE#{ref.version}#{stage}")


def approval_key(layer: LayerName, version: SemanticVersion, stage: StageName) -> Key:
    return Key(layer_partition(layer), f"APPROVAL#{version}#{stage}")


def target_key(ref: ReleaseRef, stage: StageName, target: Target) -> Key:
    sort = f"TARGET#{ref.version}#{stage}#{target.account}#{target.region}"
    return Key(layer_partition(ref.layer), sort)


def live_key(layer: LayerName, stage: StageName, target: Target) -> Key:
    return Key(layer_partition(layer), f"LIVE#{stage}#{target.account}#{target.region}")


def publish_key(name: LayerName, target: Target, digest: Digest) -> Key:
    return Key(f"PUBLISH#{name}#{target.account}#{target.region}", digest)


def drop_key(object_key: str, version_id: str) -> Key:
    return Key(f"DROP#{object_key}", version_id)


POLICY_KEY = Key("POLICY", "current")


def write_release(release: Release, expected: int) -> Write:
    index = Index(RELEASES_INDEX, release.claimed_at.isoformat())
    return _write("release", release_key(release.layer, release.version), release, expected, index)


def write_digest(release: Release, expected: int) -> Write:
    """Write which version has these bytes: the second release of the same bytes fails on it."""
    body = {"version": release.version}
    return Write(digest_key(release.layer, release.digest), body, expected, "digest")


def write_stage(progress: StageProgress, ref: ReleaseRef, expected: int) -> Write:
    return _write("stage", stage_key(ref, progress.stage), progress, expected)


def write_target(progress: TargetProgress, ref: ReleaseRef, expected: int) -> Write:
    key = target_key(ref, progress.stage, progress.target)
    return _write("target", key, progress, expected)


def write_live(live: LivePointer, expected: int) -> Write:
    index = Index(f"LIVE#{live.stage}", f"{live.layer}#{live.target}")
    key = live_key(live.layer, live.stage, live.target)
    return _write("live", key, live, expected, index)


def write_lock(lock: PromotionLock, expected: int) -> Write:
    return _write("lock", lock_key(lock.layer, lock.stage), lock, expected)


def write_approval(approval: Approval, expected: int) -> Write:
    key = approval_key(approval.layer, approval.version, approval.stage)
    return _write("approval", key, approval, expected)


def write_publish(record: PublishRecord, expected: int) -> Write:
    key = publish_key(record.published_name, record.target, record.digest)
    return _write("publish", key, record, expected)


def write_drop(drop: Drop, expected: int) -> Write:
    key = drop_key(drop.artifact.key, drop.artifact.version_id)
    refused = drop.outcome == Outcome.REJECTED
    index = Index(REFUSED_INDEX, drop.dropped_at.isoformat()) if refused else None
    return _write("drop", key, drop, expected, index)


def write_rejection(layer: LayerName, version: SemanticVersion, drop: Drop, expected: int) -> Write:
    index = Index(RELEASES_INDEX, drop.dropped_at.isoformat())
    return _write("rejection", rejection_key(layer, version), drop, expected, index)


def _write(kind: str, key: Key, value: Value, expected: int, index: Index | None = None) -> Write:
    return Write(key, value.model_dump(mode="json"), expected, kind, index)
