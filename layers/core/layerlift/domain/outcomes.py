"""Expected results of the steps: data that a Choice state reads and a notification explains."""

from enum import StrEnum

from layerlift.domain.model import Value
from layerlift.domain.release import Artifact, ReleaseRef, StagePlan
from layerlift.domain.report import Finding


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
    NOT_WAITING = "not_waiting"
    """A decision was made on a release that does not wait for one."""
    ALREADY_DECIDED = "already_decided"
    """A decision contradicts an earlier one; the earlier one stands."""
    QUIET = "quiet"
    """Check alarms: none that the policy names is firing."""
    ALARM = "alarm"
    """Check alarms: one is firing, or one that is named exists in no target."""
    PUBLISHED = "published"
    """Publish: the layer version is there, and has the artifact's digest."""
    PASSED = "passed"
    """Canary: everything that the layer brings could be imported."""
    CANARY_FAILED = "canary_failed"
    """Canary: something could not be imported; the reason names it."""
    DIGEST_MISMATCH = "digest_mismatch"
    """Publish: Lambda reports other bytes than the artifact's."""
    ACTIVE = "active"
    """Activate: the pointer names the release."""
    INACTIVE = "inactive"
    """Restore: the pointer says what it said before, or was never moved."""
    RECORDED = "recorded"
    """Record: it is in the registry, with its event."""
    UNAVAILABLE = "unavailable"
    """Any step: nothing was changed, or it cannot be known yet; ask again."""


class StepResult(Value):
    """What a step answers: a word, and for a person why."""

    outcome: Outcome
    reason: str = ""


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


class ClaimResult(StepResult):
    """The claimed release and its plan; both None unless the outcome is ``claimed``."""

    release: ReleaseRef | None = None
    stages: tuple[StagePlan, ...] = ()
