"""How far a release is in a target: read and written by every step that happens in one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from layerlift.domain.errors import Fault
from layerlift.domain.names import StageName
from layerlift.domain.release import Release, ReleaseRef, TargetProgress, TargetState
from layerlift.domain.targets import Target
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.records import Held, load, release_key, revision, target_key, write_target
from layerlift.releasing.trail import Clock


@dataclass(frozen=True)
class Place:
    """One release in one target of one stage: what a step in a target is about."""

    ref: ReleaseRef
    stage: StageName
    target: Target

    def release(self, registry: Registry) -> Release:
        """Return the release.

        :raises Fault: if the registry does not know it.
        """
        held = load(registry, Release, release_key(self.ref.layer, self.ref.version))
        if held is None:
            raise Fault(f"{self.ref.layer} {self.ref.version} is not in the registry")
        return held.value

    def progress(self, registry: Registry) -> Held[TargetProgress] | None:
        """Return this attempt's progress, None if it has not got here yet."""
        held = self._stored(registry)
        return held if held is not None and held.value.attempt == self.ref.attempt else None

    def published(self, registry: Registry) -> Held[TargetProgress]:
        """Return this attempt's progress, which has to be at least ``published``.

        :raises Fault: if it is not: the state machine has called steps out of order.
        """
        held = self.progress(registry)
        if held is None or held.value.layer_arn is None:
            raise Fault(f"{self.ref.layer} {self.ref.version} is not published in {self.target}")
        return held

    def canaried(self, registry: Registry) -> Held[TargetProgress]:
        """Return this attempt's progress, whose canary has to have passed.

        :raises Fault: if it has not: the state machine has called steps out of order.
        """
        held = self.published(registry)
        if held.value.state not in (TargetState.CANARIED, TargetState.ACTIVE):
            raise Fault(
                f"the canary of {self.ref.layer} {self.ref.version} has not passed in {self.target}"
            )
        return held

    def update(self, registry: Registry, clock: Clock, state: TargetState, **fields: Any) -> Write:
        """Return the write that brings the progress to ``state`` and changes ``fields``.

        A step that has something to record has reached the target.

        :raises Fault: if a newer attempt is under way: a step can outlive its execution, and what
            the newer one has to put back must not be forgotten.
        """
        held = self._stored(registry)
        if held is not None and held.value.attempt > self.ref.attempt:
            raise Fault(
                f"{self.ref.layer} {self.ref.version} has a newer attempt than "
                f"{self.ref.attempt} in {self.target}"
            )
        if held is None or held.value.attempt != self.ref.attempt:
            progress = TargetProgress(
                layer=self.ref.layer,
                version=self.ref.version,
                attempt=self.ref.attempt,
                stage=self.stage,
                target=self.target,
                state=state,
                changed_at=clock(),
                **({"moving_until": _moving(held)} | fields),
            )
        else:
            return self.advance(held, clock, state, **fields)
        return write_target(progress, self.ref, revision(held))

    def advance(
        self, held: Held[TargetProgress], clock: Clock, state: TargetState, **fields: Any
    ) -> Write:
        """Return the write that brings what was read to ``state``, if nobody has changed it since.

        A step that has something to record has reached the target.
        """
        change = {"state": state, "changed_at": clock(), "unreachable_since": None, **fields}
        return self.amend(held, **change)

    def amend(self, held: Held[TargetProgress], **fields: Any) -> Write:
        """Return the write that changes ``fields`` of what was read, and nothing else.

        Neither the state nor since when it is so changes, and the target need not be in reach.
        """
        return write_target(held.value.model_copy(update=fields), self.ref, held.revision)

    def unreachable(self, registry: Registry, clock: Clock, since: datetime) -> Write:
        """Return the write that keeps since when the target is out of reach."""
        held = self.progress(registry)
        state = TargetState.PENDING if held is None else held.value.state
        return self.update(registry, clock, state, unreachable_since=since)

    def _stored(self, registry: Registry) -> Held[TargetProgress] | None:
        return load(registry, TargetProgress, target_key(self.ref, self.stage, self.target))


def _moving(earlier: Held[TargetProgress] | None) -> datetime | None:
    """Return until when a step of an earlier attempt may still move the pointer."""
    return None if earlier is None else earlier.value.moving_until
