"""Reconcile: what was left behind is seen to on a schedule, beside promotions that run.

In this order: promotions whose execution is gone, releases whose execution is gone, pointers that
should have gone back, and debts.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from layerlift.domain.debts import Debt, DebtState
from layerlift.domain.errors import Fault
from layerlift.domain.model import Value
from layerlift.domain.names import LayerName, StageName
from layerlift.domain.release import (
    PromotionLock,
    Release,
    ReleaseRef,
    ReleaseState,
    StageProgress,
    StageState,
    TargetProgress,
    TargetState,
)
from layerlift.domain.targets import Target
from layerlift.ports.aws import Executions, Pointers, Promotions
from layerlift.ports.registry import Registry
from layerlift.releasing.debts import outstanding, strike_own
from layerlift.releasing.records import (
    DEBTS_INDEX,
    LOCKS_INDEX,
    MOVES_INDEX,
    RELEASES_INDEX,
    STUCK_INDEX,
    load,
    release_key,
    stage_key,
)
from layerlift.releasing.recovery import end_orphan, recover
from layerlift.releasing.reserving import is_alive
from layerlift.releasing.trail import Clock

_AT_MOST = 200
"""Records of a kind that one run looks at: what is left comes with a later run."""

_STOPPED = "The execution of the release was stopped or timed out."
_ENDED_BADLY = (StageState.FAILED, StageState.SUPERSEDED, StageState.ROLLED_BACK)


class Reconciled(Value):
    """What a run found and did. The counts of debts and stuck pointers are from before it."""

    recovered: tuple[str, ...]
    """Layers and stages whose promotion was gone, like ``http-client in prod``."""
    ended: tuple[str, ...]
    """Releases whose execution was gone."""
    started: tuple[str, ...]
    """Executions that pay what is owed."""
    debts: int
    stuck: int
    problems: tuple[str, ...]
    """What could not be seen to this time."""


@dataclass(frozen=True)
class Reconciler:
    """The ports that a run needs; ``tick`` is the time that the schedule gives it."""

    registry: Registry
    pointers: Pointers
    promotions: Promotions
    repayments: Executions
    clock: Clock

    def run(self, tick: datetime, owner: str) -> Reconciled:
        """See to everything once; with the same ``tick`` again, nothing is started twice.

        ``owner`` tells this run from every other.
        """
        problems: list[str] = []
        recovered = self._recover(owner, problems)
        ended = self._end_orphans()
        debts = self._debts()
        stuck = self._stuck()
        started = self._repay(debts, stuck, tick)
        return Reconciled(
            recovered=recovered,
            ended=ended,
            started=started,
            debts=len(debts),
            stuck=len(stuck),
            problems=tuple(problems),
        )

    def _recover(self, owner: str, problems: list[str]) -> tuple[str, ...]:
        done: list[str] = []
        for stored in self.registry.query_index(LOCKS_INDEX, limit=_AT_MOST):
            lock = PromotionLock.model_validate(stored.body)
            name = f"{lock.layer} in {lock.stage}"
            try:
                if is_alive(lock, self.promotions, self.clock()):
                    continue
                recover(
                    lock.layer,
                    lock.stage,
                    owner,
                    registry=self.registry,
                    pointers=self.pointers,
                    promotions=self.promotions,
                    clock=self.clock,
                )
            except Fault as problem:
                # One stage that cannot be seen to must not keep the others waiting.
                problems.append(f"{name}: {problem}")
            else:
                done.append(name)
        return tuple(done)

    def _end_orphans(self) -> tuple[str, ...]:
        """End the newest releases whose execution is gone, between two stages or in none."""
        done: list[str] = []
        for stored in self.registry.query_index(RELEASES_INDEX, limit=_AT_MOST):
            if stored.body.get("state") != ReleaseState.PROMOTING:
                continue
            release = Release.model_validate(stored.body)
            if not self._is_in_a_stage(release) and end_orphan(
                release.ref,
                _STOPPED,
                registry=self.registry,
                promotions=self.promotions,
                clock=self.clock,
            ):
                done.append(f"{release.layer} {release.version}")
        return tuple(done)

    def _is_in_a_stage(self, release: Release) -> bool:
        states = (self._state(release.ref, plan.name) for plan in release.stages)
        return any(state in (StageState.RUNNING, StageState.WAITING) for state in states)

    def _state(self, ref: ReleaseRef, stage: StageName) -> StageState | None:
        held = load(self.registry, StageProgress, stage_key(ref, stage))
        return held.value.state if held is not None and held.value.attempt == ref.attempt else None

    def _debts(self) -> tuple[Debt, ...]:
        """Return the open debts in order, without those of releases that are there no more."""
        found = self.registry.query_index(DEBTS_INDEX, limit=_AT_MOST)
        places = dict.fromkeys(
            (debt.layer, debt.stage) for debt in (Debt.model_validate(s.body) for s in found)
        )
        payable: list[Debt] = []
        for layer, stage in places:
            for debt in outstanding(self.registry, layer, stage):
                if debt.state is DebtState.OPEN and self._is_payable(debt):
                    payable.append(debt)
        return tuple(payable)

    def _is_payable(self, debt: Debt) -> bool:
        state = self._state(debt.release, debt.stage)
        if state is None or state in _ENDED_BADLY:
            why = f"{debt.release.version} is not in {debt.stage} any more."
            strike_own(debt.release, debt.stage, why, registry=self.registry, clock=self.clock)
            return False
        return state is StageState.ACTIVE

    def _stuck(self) -> tuple[TargetProgress, ...]:
        """Return the targets whose pointers could not go back, or may have been moved since."""
        stuck = self.registry.query_index(STUCK_INDEX, limit=_AT_MOST)
        moved = self.registry.query_index(MOVES_INDEX, limit=_AT_MOST)
        found = (TargetProgress.model_validate(stored.body) for stored in (*stuck, *moved))
        return tuple(progress for progress in found if self._may_be_wrong(progress))

    def _may_be_wrong(self, progress: TargetProgress) -> bool:
        if progress.state is TargetState.STUCK:
            return True
        # Before that time, the step that moves the pointer may still be at work.
        if progress.moving_until is None or progress.moving_until > self.clock():
            return False
        ref = self._ref(progress)
        is_back = progress.state is TargetState.INACTIVE
        return is_back or self._state(ref, progress.stage) in _ENDED_BADLY

    def _repay(
        self, debts: Sequence[Debt], stuck: Sequence[TargetProgress], tick: datetime
    ) -> tuple[str, ...]:
        """Start one execution for each layer and stage that owes its targets something."""
        places = dict.fromkeys(
            [(s.layer, s.stage) for s in stuck] + [(d.layer, d.stage) for d in debts]
        )
        started: list[str] = []
        for layer, stage in places:
            given = {
                "layer": layer,
                "stage": stage,
                "stuck": [
                    _task(self._ref(s), s.target)
                    for s in stuck
                    if (s.layer, s.stage) == (layer, stage)
                ],
                "debts": [
                    _task(d.release, d.target)
                    for d in debts
                    if (d.layer, d.stage) == (layer, stage)
                ],
            }
            name = repayment_name(layer, stage, tick)
            if self.repayments.start(name, given):
                started.append(name)
        return tuple(started)

    def _ref(self, progress: TargetProgress) -> ReleaseRef:
        held = load(self.registry, Release, release_key(progress.layer, progress.version))
        if held is None:
            raise Fault(f"{progress.layer} {progress.version} is not in the registry")
        return held.value.ref.model_copy(update={"attempt": progress.attempt})


def repayment_name(layer: LayerName, stage: StageName, tick: datetime) -> str:
    """Return the name of the execution that a tick starts: up to 80 characters, once for each."""
    digest = hashlib.sha256(layer.encode()).hexdigest()[:16]
    return f"{stage}-{digest}-{tick:%Y%m%dT%H%M%S}"


def _task(ref: ReleaseRef, target: Target) -> dict[str, Any]:
    return {"release": ref.model_dump(mode="json"), "target": target.model_dump(mode="json")}
