"""How records lie in the registry: their keys, and reading and writing them with their types.

====================================  ==============================================
partition                             sort
====================================  ==============================================
``LAYER#<layer>``                     ``RELEASE#<version>``, ``DIGEST#<sha256>``,
                                      ``REJECTED#<version>``, ``LOCK#<stage>``,
                                      ``STAGE#<version>#<stage>``,
                                      ``WATCH#<version>#<stage>#<wave>``,
                                      ``OVERRIDES#<version>#<stage>``,
                                      ``APPROVAL#<version>#<stage>``,
                                      ``TARGET#<version>#<stage>#<account>#<region>``,
                                      ``LIVE#<stage>#<account>#<region>``,
                                      ``CANARY#<version>#<stage>#<account>#<region>``,
                                      ``CONSUMERS#<version>#<stage>#<account>#<region>``,
                                      ``DEBT#<stage>#<account>#<region>#<version>``,
                                      ``BAR#<version>#<stage>``,
                                      ``LIVECANARY#<stage>#<account>#<region>``
``PUBLISH#<name>#<account>#<region>`` ``<sha256>``
``DROP#<object key>``                 ``<object version id>``
``AUDIT#<layer>#<version>``           ``<event id>`` (``AUDIT#<object key>`` if it names none)
``PROOF#<fingerprint>``               ``used``
``POLICY``                            ``current``
====================================  ==============================================

The index lists ``RELEASES``, ``REFUSED`` drops and open ``APPROVALS`` by time, ``LIVE#<stage>`` by
layer and target, ``CANARY#<layer>#<stage>#<account>#<region>`` by time,
``LIVECANARIES#<account>#<region>`` that are watched by layer and stage, and what somebody has yet
to see to: ``DEBTS`` that are open, pointers that are ``STUCK``, ``MOVES`` of pointers that nobody
has said the end of, and ``LOCKS`` that are held.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from layerlift.domain.approval import Approval
from layerlift.domain.canary import CanaryRecord
from layerlift.domain.debts import Bar, Debt, DebtState
from layerlift.domain.identity import PROOF_LIFETIME, Proof
from layerlift.domain.model import Value
from layerlift.domain.names import Digest, LayerName, SemanticVersion, StageName
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import (
    Drop,
    LivePointer,
    PromotionLock,
    PublishRecord,
    Release,
    ReleaseRef,
    StageProgress,
    TargetProgress,
    TargetState,
)
from layerlift.domain.targets import Target
from layerlift.domain.watching import Overrides, WaveWatch
from layerlift.ports.registry import Index, Key, Registry, Write

V = TypeVar("V", bound=Value)

RELEASES_INDEX = "RELEASES"
REFUSED_INDEX = "REFUSED"
APPROVALS_INDEX = "APPROVALS"
DEBTS_INDEX = "DEBTS"
STUCK_INDEX = "STUCK"
MOVES_INDEX = "MOVES"
LOCKS_INDEX = "LOCKS"


_PROOFS_KEPT = PROOF_LIFETIME + timedelta(days=1)
"""From its signature on: as long as a proof is taken, and a day in which no clock is that wrong."""


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


def watch_key(ref: ReleaseRef, stage: StageName, wave: int) -> Key:
    return Key(layer_partition(ref.layer), f"WATCH#{ref.version}#{stage}#{wave}")


def overrides_key(layer: LayerName, version: SemanticVersion, stage: StageName) -> Key:
    return Key(layer_partition(layer), f"OVERRIDES#{version}#{stage}")


def target_key(ref: ReleaseRef, stage: StageName, target: Target) -> Key:
    sort = f"TARGET#{ref.version}#{stage}#{target.account}#{target.region}"
    return Key(layer_partition(ref.layer), sort)


def live_key(layer: LayerName, stage: StageName, target: Target) -> Key:
    sort = f"{live_prefix(stage)}{target.account}#{target.region}"
    return Key(layer_partition(layer), sort)


def live_prefix(stage: StageName) -> str:
    """Return how the sort keys of all live pointers of a stage begin."""
    return f"LIVE#{stage}#"


def canary_key(layer: LayerName, version: SemanticVersion, stage: StageName, target: Target) -> Key:
    sort = f"CANARY#{version}#{stage}#{target.account}#{target.region}"
    return Key(layer_partition(layer), sort)


def consumers_key(
    layer: LayerName, version: SemanticVersion, stage: StageName, target: Target
) -> Key:
    sort = f"CONSUMERS#{version}#{stage}#{target.account}#{target.region}"
    return Key(layer_partition(layer), sort)


def canary_history(layer: LayerName, stage: StageName, target: Target) -> str:
    return f"CANARY#{layer}#{stage}#{target.account}#{target.region}"


def live_index(stage: StageName) -> str:
    """Return the index partition of every live pointer of a stage."""
    return f"LIVE#{stage}"


def debt_key(debt: Debt) -> Key:
    target = debt.target
    sort = f"{debts_prefix(debt.stage)}{target.account}#{target.region}#{debt.release.version}"
    return Key(layer_partition(debt.layer), sort)


def debts_prefix(stage: StageName) -> str:
    """Return how the sort keys of all debts of a stage begin."""
    return f"DEBT#{stage}#"


def bar_key(ref: ReleaseRef, stage: StageName) -> Key:
    return Key(layer_partition(ref.layer), f"BAR#{ref.version}#{stage}")


def publish_key(name: LayerName, target: Target, digest: Digest) -> Key:
    return Key(f"PUBLISH#{name}#{target.account}#{target.region}", digest)


def drop_key(object_key: str, version_id: str) -> Key:
    return Key(f"DROP#{object_key}", version_id)


def proof_key(proof: Proof) -> Key:
    return Key(f"PROOF#{proof.fingerprint}", "used")


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


def write_watch(watch: WaveWatch, ref: ReleaseRef, expected: int) -> Write:
    return _write("watch", watch_key(ref, watch.stage, watch.wave), watch, expected)


def write_overrides(overrides: Overrides, expected: int) -> Write:
    key = overrides_key(overrides.layer, overrides.version, overrides.stage)
    return _write("overrides", key, overrides, expected)


def write_target(progress: TargetProgress, ref: ReleaseRef, expected: int) -> Write:
    key = target_key(ref, progress.stage, progress.target)
    since = f"{progress.changed_at.isoformat()}#{key.partition}#{key.sort}"
    index = None
    if progress.state is TargetState.STUCK:
        index = Index(STUCK_INDEX, since)
    elif progress.moving_until is not None and progress.state is not TargetState.ACTIVE:
        index = Index(MOVES_INDEX, since)
    return _write("target", key, progress, expected, index)


def write_live(live: LivePointer, expected: int) -> Write:
    index = Index(live_index(live.stage), f"{live.layer}#{live.target}")
    key = live_key(live.layer, live.stage, live.target)
    return _write("live", key, live, expected, index)


def write_canary(record: CanaryRecord, expected: int) -> Write:
    history = canary_history(record.layer, record.stage, record.target)
    key = canary_key(record.layer, record.version, record.stage, record.target)
    index = Index(history, record.result.ran_at.isoformat())
    return _write("canary", key, record, expected, index)


def write_consumers(record: CanaryRecord, expected: int) -> Write:
    """Write what the consumers' canaries found; they are no part of the layer's own history."""
    key = consumers_key(record.layer, record.version, record.stage, record.target)
    return _write("consumers", key, record, expected)


def write_lock(lock: PromotionLock, expected: int) -> Write:
    index = None if lock.owner is None else Index(LOCKS_INDEX, f"{lock.layer}#{lock.stage}")
    return _write("lock", lock_key(lock.layer, lock.stage), lock, expected, index)


def write_debt(debt: Debt, expected: int) -> Write:
    key = debt_key(debt)
    order = f"{debt.claimed_at.isoformat()}#{key.partition}#{key.sort}"
    index = Index(DEBTS_INDEX, order) if debt.state is DebtState.OPEN else None
    return _write("debt", key, debt, expected, index)


def write_bar(bar: Bar, expected: int) -> Write:
    return _write("bar", bar_key(bar.release, bar.stage), bar, expected)


def write_approval(approval: Approval, expected: int) -> Write:
    key = approval_key(approval.layer, approval.version, approval.stage)
    is_open = approval.decision is None
    index = Index(APPROVALS_INDEX, approval.requested_at.isoformat()) if is_open else None
    return _write("approval", key, approval, expected, index)


def write_proof(proof: Proof, binding: str) -> Write:
    """Write that a proof has been used, and for what: it is good for nothing else any more.

    The record outlives the time in which the proof would be taken, and then expires.
    """
    body = {"binding": binding}
    return Write(proof_key(proof), body, 0, "proof", expires_at=proof.signed_at + _PROOFS_KEPT)


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
