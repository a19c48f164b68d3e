"""Expected results of the steps: data that a Choice state reads and a notification explains."""

from enum import StrEnum

from layerlift.domain.model import Value
from layerlift.domain.release import Artifact, ReleaseRef, StagePlan
from layerlift.domain.report import Finding
from layerlift.domain.targets import Target


class Outcome(StrEnum):
    """Every word a step may answer with."""

    ACCEPTED = "accepted"
    """Inspect: no error was found."""
    REJECTED = "rejected"
    """Inspect, claim: the drop becomes no release; the reason says why."""
    CLAIMED = "claimed"
    """Claim: the registry has taken the release."""
    UNCHANGED = "unchanged"
    """Claim: these bytes are a release already; nothing was done."""
    LOCKED = "locked"
    """Lock: the stage is this promotion's until it ends."""
    BUSY = "busy"
    """Lock: another promotion of the layer is in the stage; ask again."""
    SUPERSEDED = "superseded"
    """Lock, approval: a newer release of the layer goes instead."""
    APPROVED = "approved"
    """Approval: somebody let the release go on."""
    DENIED = "denied"
    """Approval: somebody ended the promotion."""
    EXPIRED = "expired"
    """Approval: nobody decided in time, or the decision came too late."""
    COUNTED = "counted"
    """Approval: somebody approved, and the policy asks for more people."""
    COMMENTED = "commented"
    """Approval: a decision without a proof of identity; only its comment was kept."""
    REFUSED = "refused"
    """Approval, override, rollback: it does not count; the reason says why."""
    NOT_WAITING = "not_waiting"
    """Approval, override: the release does not wait for it."""
    ALREADY_DECIDED = "already_decided"
    """A decision contradicts an earlier one; the earlier one stands."""
    QUIET = "quiet"
    """Check alarms: nothing keeps the promotion from going on."""
    HELD = "held"
    """Check alarms: the next wave may not start yet; look again."""
    BAKING = "baking"
    """Check alarms: quiet so far, and the bake is not over; look again."""
    ALARM = "alarm"
    """Check alarms: what fires, or holds for too long, ends the promotion."""
    OVERRIDDEN = "overridden"
    """Override: alarms or freeze windows no longer hold this promotion."""
    PUBLISHED = "published"
    """Publish: the layer version is there, and has the artifact's digest."""
    PASSED = "passed"
    """A canary: what could be tried works; the reason names what could not be."""
    NOT_EXERCISED = "not_exercised"
    """A canary: nothing could be tried here, which the policy allows."""
    CANARY_FAILED = "canary_failed"
    """A canary: something does not work, or is too slow; the reason says which."""
    SWEPT = "swept"
    """Sweep: canary functions that killed runs had left are gone."""
    DIGEST_MISMATCH = "digest_mismatch"
    """Publish: Lambda reports other bytes than the artifact's."""
    GRANTED = "granted"
    """Grant: others may read the version as the policy says, and its reader has."""
    UNREADABLE = "unreadable"
    """Grant: the reader could not read the version, though it was granted."""
    ACTIVE = "active"
    """Activate: the pointer names the release."""
    INACTIVE = "inactive"
    """Restore: the pointer says what it said before, or was never moved."""
    STUCK = "stuck"
    """Record: the pointer could not be put back; the reconciler tries."""
    RECORDED = "recorded"
    """Record: it is in the registry, with its event."""
    UNREACHABLE = "unreachable"
    """A step in a target: out of reach for longer than the policy waits."""
    SETTLED = "settled"
    """Settle: the wave goes on; the targets out of reach are owed."""
    OVERDRAWN = "overdrawn"
    """Settle: more targets are out of reach than the policy allows."""
    ABANDONED = "abandoned"
    """Lock: who held the stage is gone, and left it half done."""
    RECOVERED = "recovered"
    """Recover: the stage is as it was before the one that is gone."""
    ROLLED_BACK = "rolled_back"
    """Lock, roll back: the release was taken back from a stage."""
    INCOMPLETE = "incomplete"
    """Roll back: some pointers are not back yet; the reason names them."""
    RESERVED = "reserved"
    """Reserve: the stage is the repayment's until its execution ends."""
    PAID = "paid"
    """Pay: the target has the release that it was owed."""
    DEFAULTED = "defaulted"
    """Pay: the release does not work in the target; a newer one has to."""
    OWED = "owed"
    """Pay: still out of reach; the reconciler tries again."""
    SKIPPED = "skipped"
    """Watch live: not looked at this time; the reason says why."""
    ENDED = "ended"
    """Watch live: nothing is live there, or the policy has it watched no more."""
    UNAVAILABLE = "unavailable"
    """Any step: nothing was changed, or it cannot be known yet; ask again."""


class StepResult(Value):
    """What a step answers: a word, and for a person why."""

    outcome: Outcome
    reason: str = ""


class CheckResult(StepResult):
    """What a look at the alarms answers; ``wait_seconds`` is when to look again, 0 for never."""

    wait_seconds: int = 0


class InspectResult(StepResult):
    """The inspection's verdict with what the next steps need; the whole report lies in S3.

    ``report_key`` is its key in the artifact's bucket, None for an object that was gone.
    """

    artifact: Artifact
    layer: str | None
    version: str | None
    digest: str | None
    report_key: str | None
    findings: tuple[Finding, ...]

    @property
    def report_url(self) -> str | None:
        """Where the report is, an ``s3://`` URI."""
        return None if self.report_key is None else f"s3://{self.artifact.bucket}/{self.report_key}"


class SettleResult(StepResult):
    """The targets that a wave goes on with, none unless the outcome is ``settled``."""

    targets: tuple[Target, ...] = ()


class ClaimResult(StepResult):
    """The claimed release and its plan; both None unless the outcome is ``claimed``."""

    release: ReleaseRef | None = None
    stages: tuple[StagePlan, ...] = ()
