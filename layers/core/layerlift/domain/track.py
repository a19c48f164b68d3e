"""A release's way as people see it: stages in order, their waves, and what each waits for.

The console draws it, ``layerlift status`` prints it. States are the words of
:mod:`layerlift.domain.release`, and four more: a target is ``granted`` (its canary has passed, and
others may read the version), ``owed`` the release or ``replaced`` by another; a wave is
``settled`` if all its targets have the release but those that are owed it.
"""

from datetime import datetime
from typing import Literal

from pydantic import Field

from layerlift.domain.canary import CanaryResult
from layerlift.domain.model import Value
from layerlift.domain.release import ReleaseState

GRANTED = "granted"
"""The state of a target whose canary has passed, and whose version others may read."""

OWED = "owed"
"""The state of a target that the release is to be brought to once it can be reached."""

REPLACED = "replaced"
"""The state of a stage or target whose pointer another release has taken over since."""

SETTLED = "settled"
"""The state of a wave that is through, with targets that are owed the release."""


class TargetTrack(Value):
    """A release in one target; what is not known yet is None."""

    account: str
    region: str
    state: str
    reason: str = ""
    version_number: int | None = None
    layer_arn: str | None = None
    code_sha256: str | None = None
    changed_at: datetime | None = None
    canary: CanaryResult | None = None


class WaveTrack(Value):
    """A wave of a stage. ``number`` starts at 1."""

    number: int
    state: str
    targets: tuple[TargetTrack, ...]

    def count(self, *states: str) -> int:
        """Return how many targets are in one of ``states``."""
        return sum(target.state in states for target in self.targets)


class Gate(Value):
    """What a stage waits at now.

    ``since`` and ``until`` are when the wait began and when it ends by itself, None if that is not
    known; ``until`` of an alarm and of an approval fails the stage, of a freeze and of a bake it
    lets the stage go on.
    """

    kind: Literal["approval", "alarms", "freeze", "bake"]
    reason: str
    since: datetime | None = None
    until: datetime | None = None
    wave: int = Field(default=0, description="How many waves are live.")
    approved: int = Field(default=0, description="How many people have approved.")
    required: int = Field(default=0, description="How many people have to.")
    alarms: tuple[str, ...] = ()

    @property
    def can_be_overridden(self) -> bool:
        """Whether an approver may let the stage go on in spite of it."""
        return self.kind in ("alarms", "freeze")

    def progress(self, now: datetime) -> float | None:
        """Return how much of the wait is over, from 0 to 1; None if its end is not known."""
        if self.since is None or self.until is None or self.until <= self.since:
            return None
        whole = (self.until - self.since).total_seconds()
        return min(1.0, max(0.0, (now - self.since).total_seconds() / whole))


class StageTrack(Value):
    """A release in one stage. ``ended_at`` is when it became what it is for good, so far."""

    stage: str
    state: str
    reason: str = ""
    waves: tuple[WaveTrack, ...]
    gate: Gate | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def targets(self) -> tuple[TargetTrack, ...]:
        """Every target, in the order of the waves."""
        return tuple(target for wave in self.waves for target in wave.targets)

    def seconds(self, now: datetime) -> float | None:
        """Return how long it took, or has taken by ``now``; None if it has not begun."""
        if self.started_at is None:
            return None
        return max(0.0, ((self.ended_at or now) - self.started_at).total_seconds())


class Track(Value):
    """A release, or a drop that was rejected: that has no attempt and no stages."""

    layer: str
    version: str
    digest: str | None
    attempt: int | None
    state: ReleaseState
    reason: str = ""
    started_at: datetime
    report_url: str | None = None
    stages: tuple[StageTrack, ...] = ()

    @property
    def is_moving(self) -> bool:
        """Whether the release is on its way."""
        return self.state is ReleaseState.PROMOTING

    @property
    def current(self) -> StageTrack | None:
        """The last stage that the release has come to, None if it has come to none."""
        begun = [stage for stage in self.stages if stage.started_at is not None]
        return begun[-1] if begun else None
