"""Gate: what a stage waits at now, told from the records that the steps have left."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from layerlift.domain.approval import Approval
from layerlift.domain.gates.freezes import frozen
from layerlift.domain.release import StagePlan, StageState, TargetState
from layerlift.domain.track import OWED, REPLACED, SETTLED, Gate
from layerlift.domain.watching import WaveWatch


def gate_of(
    plan: StagePlan,
    state: StageState,
    watches: Sequence[WaveWatch],
    approval: Approval | None,
    now: datetime,
) -> Gate | None:
    """Return what a stage in ``state`` waits at, None if at nothing."""
    if state is StageState.WAITING and approval is not None and approval.decision is None:
        return _approval(approval)
    if state is StageState.HELD:
        held = next((watch for watch in watches if watch.held_for), None)
        return None if held is None else _hold(plan, held, now)
    if state is StageState.BAKING:
        baking = [watch for watch in watches if watch.bakes_until and not watch.has_baked]
        return _bake(plan, baking[-1]) if baking else None
    return None


def _approval(approval: Approval) -> Gate:
    got, needed = len(approval.approved_by), approval.rules.required
    has = f"It has {got} of the {needed} approvals it needs."
    return Gate(
        kind="approval",
        reason="Nobody has approved yet." if needed == 1 else has,
        since=approval.requested_at,
        until=approval.expires_at,
        approved=got,
        required=needed,
    )


def _hold(plan: StagePlan, watch: WaveWatch, now: datetime) -> Gate:
    ice = frozen(plan.freezes, now) if watch.is_frozen else None
    until = None if ice is None else ice.until
    if not watch.is_frozen and watch.firing_since is not None:
        until = watch.firing_since + timedelta(seconds=plan.alarms.hold_seconds)
    return Gate(
        kind="freeze" if watch.is_frozen else "alarms",
        reason=watch.held_for,
        since=watch.held_since,
        until=until,
        wave=watch.wave,
        alarms=watch.held_by,
    )


def _bake(plan: StagePlan, watch: WaveWatch) -> Gate:
    until = watch.bakes_until
    return Gate(
        kind="bake",
        reason=f"Wave {watch.wave} bakes for {plan.bake}.",
        since=None if until is None else until - timedelta(seconds=plan.bake_seconds),
        until=until,
        wave=watch.wave,
    )


_THROUGH = {TargetState.ACTIVE, OWED}
_TROUBLE = (TargetState.STUCK, TargetState.FAILED)


def wave_state(states: Iterable[str]) -> str:
    """Return one word for a wave whose targets are in ``states``.

    ``stuck`` or ``failed`` if any is, the word itself if all say the same, ``settled`` if the
    others are owed the release, and ``running`` for what is under way.
    """
    found = set(states)
    for word in _TROUBLE:
        if word in found:
            return word.value
    if len(found) == 1:
        (word_for_all,) = found
        whole = {TargetState.PENDING, TargetState.ACTIVE, TargetState.INACTIVE, OWED, REPLACED}
        return str(word_for_all) if word_for_all in whole else StageState.RUNNING.value
    return SETTLED if found <= _THROUGH else StageState.RUNNING.value
