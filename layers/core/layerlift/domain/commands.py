"""What the state machines hand to the steps: one model per shape of event."""

from typing import Annotated, Literal

from pydantic import Field

from layerlift.domain.model import Value
from layerlift.domain.names import StageName
from layerlift.domain.outcomes import InspectResult, Outcome
from layerlift.domain.release import ReleaseRef, ReleaseState, StageState
from layerlift.domain.targets import Target


class InspectCommand(Value):
    """An object version to look at; ``version_id`` is None where the event does not tell."""

    bucket: str
    key: str
    version_id: str | None = None


class ClaimCommand(Value):
    """An accepted zip, and the execution (its ARN) that wants to make it a release."""

    inspection: InspectResult
    execution: str


class StageCommand(Value):
    """A release in a stage, and the promotion (its execution's ARN) that takes it there."""

    release: ReleaseRef
    stage: StageName
    execution: str


class CheckAlarmsCommand(Value):
    """A stage whose alarms to check; ``moment`` tells the checks of one promotion apart."""

    release: ReleaseRef
    stage: StageName
    moment: str


class RequestApprovalCommand(Value):
    """A stage that wants an approval, and the token that lets its promotion go on."""

    release: ReleaseRef
    stage: StageName
    task_token: str


class TargetCommand(Value):
    """A release in one target of a stage."""

    release: ReleaseRef
    stage: StageName
    target: Target


class RecordDrop(Value):
    """A drop that became no release."""

    subject: Literal["drop"]
    inspection: InspectResult
    outcome: Outcome
    reason: str


class RecordStage(Value):
    """How a promotion ended."""

    subject: Literal["stage"]
    release: ReleaseRef
    stage: StageName
    state: StageState
    reason: str
    execution: str


class RecordRelease(Value):
    """How a release ended."""

    subject: Literal["release"]
    release: ReleaseRef
    state: ReleaseState
    reason: str


class RecordCommand(Value):
    """Any of the three, told apart by ``subject``."""

    entry: Annotated[RecordDrop | RecordStage | RecordRelease, Field(discriminator="subject")]
