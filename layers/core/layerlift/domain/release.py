"""A release, and the records the registry keeps about it.

States are lower-case words. A target goes ``pending → published → canaried → active`` and from
anywhere to ``failed`` or ``inactive`` (its pointer was put back). A stage is ``pending``,
``waiting`` (for an approval), ``held`` (by alarms or a freeze), ``running``, ``baking``,
``active``, ``failed`` or ``superseded``.
A release is ``rejected``, ``promoting``, ``succeeded``, ``failed`` or ``superseded``.
"""

from datetime import datetime
from enum import StrEnum

from layerlift.domain.contents import Contents
from layerlift.domain.gates.alarms import Alarms
from layerlift.domain.gates.approvals import Approvals
from layerlift.domain.gates.canary import Canary
from layerlift.domain.gates.debts import Debts
from layerlift.domain.gates.durations import Pause, parse_pause
from layerlift.domain.gates.freezes import Freeze
from layerlift.domain.gates.grants import Grants
from layerlift.domain.model import Value
from layerlift.domain.names import Digest, LayerName, SemanticVersion, StageName
from layerlift.domain.pointers import Pointer
from layerlift.domain.report import Module
from layerlift.domain.targets import Target


class ReleaseState(StrEnum):
    """Where a release is on its way."""

    REJECTED = "rejected"
    """The zip was refused; no release was made of it, and the reason says why."""
    PROMOTING = "promoting"
    """On its way through the stages."""
    SUCCEEDED = "succeeded"
    """Live in its last stage."""
    FAILED = "failed"
    """A stage failed; its pointers were put back, and stages before it stay live."""
    SUPERSEDED = "superseded"
    """A newer release of the layer took its place before it was through."""
    ROLLED_BACK = "rolled_back"
    """Taken back from a stage; it goes there again with an approval only."""


class StageState(StrEnum):
    """Where a release is in a stage."""

    PENDING = "pending"
    """Not reached yet, or another promotion of the layer is in the stage."""
    WAITING = "waiting"
    """Waits for an approval."""
    HELD = "held"
    """An alarm or a freeze window keeps the next wave from starting."""
    RUNNING = "running"
    """A promotion is at work, wave by wave."""
    BAKING = "baking"
    """A wave is live, and alarms are watched before anything else happens."""
    ACTIVE = "active"
    """Live in every target of the stage."""
    FAILED = "failed"
    """Not live; pointers that this attempt moved were put back, if they could be."""
    SUPERSEDED = "superseded"
    """A newer release took its place; nothing was moved."""
    ROLLED_BACK = "rolled_back"
    """Taken back by a person; the pointers go to what they chose."""


class TargetState(StrEnum):
    """Where a release is in a target."""

    PENDING = "pending"
    """Not reached yet."""
    PUBLISHED = "published"
    """The layer version is there; nothing points to it."""
    CANARIED = "canaried"
    """The canary has not failed; nothing points to it yet."""
    ACTIVE = "active"
    """The pointer names this release."""
    FAILED = "failed"
    """A canary failed, or the published bytes are not the artifact's."""
    INACTIVE = "inactive"
    """The pointer was put back to what it said before."""
    STUCK = "stuck"
    """The pointer should go back and could not yet; the reconciler tries."""


class Artifact(Value):
    """The zip as dropped: one version of one object in the artifact bucket."""

    bucket: str
    key: str
    version_id: str


class ReleaseRef(Value):
    """Names one attempt at promoting one release; what the state machines hand around.

    ``attempt`` starts at 1 and grows when the bytes of a failed release are dropped again.
    ``report_url`` is where its inspection report is, an ``s3://`` URI.
    """

    layer: LayerName
    version: SemanticVersion
    digest: Digest
    attempt: int
    report_url: str | None = None


class StagePlan(Value):
    """One stage as the policy had it when the release was claimed."""

    name: StageName
    published_name: LayerName
    waves: tuple[tuple[Target, ...], ...]
    approvals: Approvals = Approvals()
    alarms: Alarms = Alarms()
    bake: Pause = "0s"
    freezes: tuple[Freeze, ...] = ()
    grants: Grants = Grants()
    canary: Canary = Canary()
    debts: Debts = Debts()

    @property
    def bake_seconds(self) -> int:
        """How long each wave bakes."""
        return parse_pause(self.bake)

    @property
    def targets(self) -> tuple[Target, ...]:
        """Every target of the stage, in the order of the waves."""
        return tuple(target for wave in self.waves for target in wave)


class Release(Value):
    """A release as the registry knows it."""

    layer: LayerName
    version: SemanticVersion
    digest: Digest
    attempt: int
    state: ReleaseState
    reason: str = ""
    artifact: Artifact
    size: int
    modules: tuple[Module, ...]
    contents: Contents = Contents()
    runtimes: tuple[str, ...]
    architectures: tuple[str, ...]
    stages: tuple[StagePlan, ...]
    execution: str
    claimed_at: datetime
    report_url: str | None = None

    @property
    def ref(self) -> ReleaseRef:
        """What the state machines hand around for this release."""
        return ReleaseRef(
            layer=self.layer,
            version=self.version,
            digest=self.digest,
            attempt=self.attempt,
            report_url=self.report_url,
        )

    def stage(self, name: StageName) -> StagePlan:
        """Return the plan of the stage called ``name``.

        :raises KeyError: if the release does not go through it.
        """
        for plan in self.stages:
            if plan.name == name:
                return plan
        raise KeyError(name)


class StageProgress(Value):
    """How far a release is in one stage."""

    layer: LayerName
    version: SemanticVersion
    attempt: int
    stage: StageName
    state: StageState
    reason: str = ""
    changed_at: datetime


class TargetProgress(Value):
    """How far a release is in one target of a stage.

    ``previous`` is what the pointer said before this attempt moved it (None: there was none);
    it is only meaningful once ``snapshot_taken``. ``granted_at`` is when the version's policy was
    first seen to say what the stage grants, ``unreachable_since`` when the target was first found
    out of reach, None once a step has worked there. ``moving_until`` is until when a step may still
    move the pointer that has not said what became of it, None if there is none.
    """

    layer: LayerName
    version: SemanticVersion
    attempt: int
    stage: StageName
    target: Target
    state: TargetState
    reason: str = ""
    layer_arn: str | None = None
    version_number: int | None = None
    code_sha256: str | None = None
    granted_at: datetime | None = None
    snapshot_taken: bool = False
    previous: Pointer | None = None
    unreachable_since: datetime | None = None
    moving_until: datetime | None = None
    changed_at: datetime


class PromotionLock(Value):
    """Lets one promotion of a layer at a time into a stage, and remembers the newest that asked.

    ``owner`` is the execution that holds it, None when it is free. ``owner_version`` is the
    release whose pointers the owner may have moved, None if it moves none but those it is owed.
    ``until`` is when an owner that is no execution has certainly ended.
    """

    layer: LayerName
    stage: StageName
    owner: str | None
    owner_version: SemanticVersion | None
    owner_attempt: int | None
    newest_version: SemanticVersion
    newest_claimed_at: datetime
    until: datetime | None = None


class PublishState(StrEnum):
    """Whether a publish is not asked for, may still take effect, or is done."""

    IDLE = "idle"
    PENDING = "pending"
    DONE = "done"


class PublishRecord(Value):
    """Lets one publisher at a time publish a digest in a target, and keeps the result.

    ``floor`` is the newest version number that was there before the first try: what is ours is
    above it. ``settles_at`` is when a pending publish can no longer take effect.
    """

    published_name: LayerName
    digest: Digest
    target: Target
    state: PublishState
    floor: int
    owner: str | None = None
    settles_at: datetime | None = None
    version_number: int | None = None
    layer_arn: str | None = None


class LivePointer(Value):
    """What a layer's pointer in a target says now (None: it has none): what runs where.

    ``code_sha256`` is what Lambda said of that version's bytes, None if it was not asked.
    """

    layer: LayerName
    stage: StageName
    target: Target
    pointer: Pointer | None
    code_sha256: str | None = None
    changed_at: datetime


class Drop(Value):
    """What became of one dropped object version: found by whoever dropped it."""

    artifact: Artifact
    outcome: str
    reason: str
    layer: LayerName | None
    version: SemanticVersion | None
    digest: Digest | None
    dropped_at: datetime
    report_url: str | None = None
