"""The events on the bus: one envelope, plain words as ``detail-type``, a versioned ``detail``.

An event's id is derived from what happened, not from when it was sent: the same step repeated
gives the same id, so the audit trail keeps one entry and a consumer can drop duplicates.
"""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from layerlift.domain.approval import RequestFacts
from layerlift.domain.canary import CanaryRun
from layerlift.domain.model import Value
from layerlift.domain.report import Finding
from layerlift.domain.targets import Target

SOURCE = "layerlift"
"""The ``source`` of every event on the bus."""

AUDIT_KIND = "audit"
"""The kind of a registry record that holds an event."""


class EventType(StrEnum):
    """The ``detail-type`` of every event."""

    RELEASE_REJECTED = "Layer Release Rejected"
    RELEASE_UNCHANGED = "Layer Release Unchanged"
    RELEASE_CLAIMED = "Layer Release Claimed"
    PROMOTION_STARTED = "Layer Promotion Started"
    APPROVAL_REQUESTED = "Layer Approval Requested"
    APPROVAL_COUNTED = "Layer Approval Counted"
    APPROVAL_COMMENTED = "Layer Approval Commented"
    APPROVAL_REFUSED = "Layer Approval Refused"
    APPROVAL_GRANTED = "Layer Approval Granted"
    APPROVAL_DENIED = "Layer Approval Denied"
    APPROVAL_EXPIRED = "Layer Approval Expired"
    ALARMS_CHECKED = "Layer Alarms Checked"
    STAGE_HELD = "Layer Stage Held"
    HOLD_OVERRIDDEN = "Layer Hold Overridden"
    OVERRIDE_REFUSED = "Layer Override Refused"
    STAGE_RESUMED = "Layer Stage Resumed"
    BAKE_STARTED = "Layer Bake Started"
    BAKE_PASSED = "Layer Bake Passed"
    VERSION_PUBLISHED = "Layer Version Published"
    VERSION_MISMATCHED = "Layer Version Mismatched"
    CANARY_PASSED = "Layer Canary Passed"
    CANARY_NOT_EXERCISED = "Layer Canary Not Exercised"
    CANARY_FAILED = "Layer Canary Failed"
    CONSUMERS_PASSED = "Layer Consumers Passed"
    CONSUMERS_NOT_EXERCISED = "Layer Consumers Not Exercised"
    CONSUMERS_FAILED = "Layer Consumers Failed"
    VERSION_GRANTED = "Layer Version Granted"
    VERSION_READ = "Layer Version Read"
    VERSION_UNREADABLE = "Layer Version Unreadable"
    POINTER_ACTIVATED = "Layer Pointer Activated"
    POINTER_RESTORED = "Layer Pointer Restored"
    POINTER_STUCK = "Layer Pointer Stuck"
    DEBT_INCURRED = "Layer Debt Incurred"
    DEBT_PAID = "Layer Debt Paid"
    DEBT_DEFAULTED = "Layer Debt Defaulted"
    DEBT_STRUCK = "Layer Debt Struck"
    PROMOTION_SUCCEEDED = "Layer Promotion Succeeded"
    PROMOTION_FAILED = "Layer Promotion Failed"
    PROMOTION_SUPERSEDED = "Layer Promotion Superseded"
    RELEASE_SUCCEEDED = "Layer Release Succeeded"
    RELEASE_FAILED = "Layer Release Failed"
    RELEASE_SUPERSEDED = "Layer Release Superseded"
    LIVE_CANARY_FAILED = "Layer Live Canary Failed"
    LIVE_CANARY_RECOVERED = "Layer Live Canary Recovered"
    ROLLBACK_STARTED = "Layer Rollback Started"
    ROLLBACK_SUCCEEDED = "Layer Rollback Succeeded"
    ROLLBACK_FAILED = "Layer Rollback Failed"
    ROLLBACK_REFUSED = "Layer Rollback Refused"


class Links(Value):
    """Where the AWS console shows more; who is not signed in there is asked to."""

    dashboard: str = Field(description="Layerlift's dashboard: releases, and what waits.")
    report: str | None = Field(default=None, description="The inspection report.")
    layer_version: str | None = Field(default=None, description="The published version.")


class Detail(Value):
    """The ``detail`` of every event; a field that has no meaning for a type is absent."""

    schema_version: Literal["1"] = Field(
        default="1", description="The version of the detail's schema."
    )
    id: str = Field(description="Stable over repetitions: drop an event whose id you have seen.")
    time: datetime = Field(description="When it happened, UTC.")
    layer: str | None = Field(default=None, description="The layer's name.")
    version: str | None = Field(default=None, description="The release's semantic version.")
    digest: str | None = Field(default=None, description="SHA-256 of the zip, hexadecimal.")
    attempt: int | None = Field(default=None, description="Which try at promoting the release.")
    stage: str | None = Field(default=None, description="The stage's name.")
    target: Target | None = Field(default=None, description="The account and region.")
    outcome: str | None = Field(default=None, description="The step's answer, one word.")
    reason: str | None = Field(default=None, description="Why, for a person.")
    layer_arn: str | None = Field(default=None, description="The published version's ARN.")
    version_number: int | None = Field(default=None, description="Lambda's version number.")
    canary: tuple[CanaryRun, ...] | None = Field(
        default=None, description="What the canary, or a consumer's, measured."
    )
    pointer: str | None = Field(default=None, description="The SSM parameter that holds the ARN.")
    actor: str | None = Field(
        default=None, description="Who decided: the ARN that STS vouched for."
    )
    comment: str | None = Field(default=None, description="What the one who decided said.")
    request: RequestFacts | None = Field(
        default=None, description="What those who decide should know."
    )
    expires_at: datetime | None = Field(
        default=None, description="When the wait ends by itself, UTC."
    )
    held_by: tuple[str, ...] | None = Field(
        default=None, description="The alarms that hold the stage, by name."
    )
    is_frozen: bool | None = Field(
        default=None, description="Whether a freeze window holds the stage."
    )
    debts: tuple[Target, ...] | None = Field(
        default=None, description="The targets that are still owed the release."
    )
    object_key: str | None = Field(default=None, description="The dropped object's key.")
    report_url: str | None = Field(
        default=None, description="Where the inspection report is, an s3:// URI."
    )
    findings: tuple[Finding, ...] | None = Field(
        default=None, description="What the inspection found wrong."
    )
    links: Links | None = Field(
        default=None, description="Addresses in the AWS console, added on the way to the bus."
    )


class Event(Value):
    """An event as the audit trail keeps it and the bus carries it."""

    type: EventType
    detail: Detail


def event_id(*parts: object) -> str:
    """Return the id of what ``parts`` name: 32 hexadecimal digits, the same for the same parts."""
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
