"""What the state machines hand to the steps: one model per shape of event."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from layerlift.domain.identity import Proof, Recall, Waiver
from layerlift.domain.model import Value
from layerlift.domain.names import LayerName, SemanticVersion, StageName
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
    """A stage whose alarms to check after ``wave`` waves; 0 is before the first."""

    release: ReleaseRef
    stage: StageName
    wave: int


class OverrideCommand(Value):
    """What shall no longer hold this attempt at a release in a stage, and a proof of who says so.

    Errors do not repeat the proof.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    layer: LayerName
    version: SemanticVersion
    stage: StageName
    attempt: int
    waiver: Waiver
    proof: Proof


class RequestApprovalCommand(Value):
    """A stage that wants an approval, and the token that lets its promotion go on.

    Errors do not repeat the token.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    release: ReleaseRef
    stage: StageName
    task_token: str


class TargetCommand(Value):
    """A release in one target of a stage."""

    release: ReleaseRef
    stage: StageName
    target: Target


class Verdict(Value):
    """What a step answered in one target; an outcome of the state machine's own is a word, too."""

    outcome: str
    reason: str = ""


class SettleCommand(Value):
    """A wave of which some targets are out of reach: a verdict for each target, in order."""

    release: ReleaseRef
    stage: StageName
    targets: tuple[Target, ...]
    verdicts: tuple[Verdict, ...]


class LayerStageCommand(Value):
    """A layer in a stage, and the execution (its ARN) that asks."""

    layer: LayerName
    stage: StageName
    execution: str


class PayCommand(Value):
    """What came of paying a debt: the last step's verdict."""

    release: ReleaseRef
    stage: StageName
    target: Target
    verdict: Verdict


class RollbackCommand(Value):
    """A stage to take a release back in, and a proof of who says so.

    ``version`` and ``attempt`` name what to take back: what is not there any more is not taken
    back twice. Errors do not repeat the proof.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    layer: LayerName
    version: SemanticVersion
    stage: StageName
    attempt: int
    recall: Recall
    proof: Proof


class ReconcileCommand(Value):
    """A tick of the schedule, as EventBridge sends it; only its time matters."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    time: datetime


class StartWatchesCommand(Value):
    """A tick of the schedule, as EventBridge sends it; only its time matters."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    time: datetime


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


class RecordStuck(Value):
    """A pointer that could not be put back."""

    subject: Literal["stuck"]
    release: ReleaseRef
    stage: StageName
    target: Target
    reason: str


class RecordCommand(Value):
    """Any of the four, told apart by ``subject``."""

    entry: Annotated[
        RecordDrop | RecordStage | RecordRelease | RecordStuck, Field(discriminator="subject")
    ]
