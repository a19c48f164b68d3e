"""What the registry knows around one wave of a stage: read and written by every look at it."""

from dataclasses import dataclass
from typing import Any

from layerlift.domain.names import StageName
from layerlift.domain.release import ReleaseRef, StagePlan, StageProgress, StageState
from layerlift.domain.watching import WaveWatch
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.records import (
    load,
    revision,
    stage_key,
    watch_key,
    write_stage,
    write_watch,
)
from layerlift.releasing.trail import Clock

_ENDED = (
    StageState.ACTIVE,
    StageState.FAILED,
    StageState.SUPERSEDED,
    StageState.ROLLED_BACK,
)


@dataclass(frozen=True)
class Wave:
    """The time after ``number`` waves of a stage are live; 0 is before the first."""

    ref: ReleaseRef
    plan: StagePlan
    number: int

    @property
    def stage(self) -> StageName:
        """The stage's name."""
        return self.plan.name

    @property
    def is_last(self) -> bool:
        """Whether no wave is left to start."""
        return self.number >= len(self.plan.waves)

    @property
    def moment(self) -> str:
        """What people call it."""
        return f"after wave {self.number}" if self.number else "before the first wave"

    def watch(self, registry: Registry) -> WaveWatch:
        """Return what has been seen of it in this attempt so far."""
        held = load(registry, WaveWatch, watch_key(self.ref, self.stage, self.number))
        if held is not None and held.value.attempt == self.ref.attempt:
            return held.value
        return WaveWatch(
            layer=self.ref.layer,
            version=self.ref.version,
            attempt=self.ref.attempt,
            stage=self.stage,
            wave=self.number,
        )

    def changes(
        self, registry: Registry, clock: Clock, state: StageState, reason: str = "", **seen: Any
    ) -> tuple[Write, ...]:
        """Return the writes that bring the stage to ``state``, and change what has been ``seen``.

        A stage that has ended stays as it is: a look that was held up must not wake it.
        """
        held = load(registry, WaveWatch, watch_key(self.ref, self.stage, self.number))
        watch = self.watch(registry).model_copy(update=seen)
        stage = load(registry, StageProgress, stage_key(self.ref, self.stage))
        write = write_watch(watch, self.ref, revision(held))
        is_current = stage is not None and stage.value.attempt == self.ref.attempt
        if stage is not None and is_current and stage.value.state in _ENDED:
            return (write,)
        progress = StageProgress(
            layer=self.ref.layer,
            version=self.ref.version,
            attempt=self.ref.attempt,
            stage=self.stage,
            state=state,
            reason=reason,
            changed_at=clock(),
        )
        return write, write_stage(progress, self.ref, revision(stage))
