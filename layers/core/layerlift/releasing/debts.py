"""Debts: a target that is out of reach is owed the release, and does not hold the others."""

from collections.abc import Sequence

from layerlift.domain.commands import Verdict
from layerlift.domain.debts import Debt, DebtState
from layerlift.domain.errors import Fault
from layerlift.domain.events import EventType
from layerlift.domain.names import LayerName, StageName
from layerlift.domain.outcomes import Outcome, SettleResult, StepResult
from layerlift.domain.release import Release, ReleaseRef
from layerlift.domain.targets import Target
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.progress import Place
from layerlift.releasing.records import (
    debt_key,
    debts_prefix,
    layer_partition,
    load,
    load_all,
    release_key,
    revision,
    write_debt,
)
from layerlift.releasing.trail import Clock, commit_with_event, release_event

_NEVER_OWED = (Outcome.CANARY_FAILED, Outcome.DIGEST_MISMATCH)
"""What would be no better tomorrow: the release does not work in that target."""


def outstanding(registry: Registry, layer: LayerName, stage: StageName) -> tuple[Debt, ...]:
    """Return what a stage owes its targets of a layer, in the order of the releases."""
    debts = load_all(registry, Debt, layer_partition(layer), debts_prefix(stage))
    mine = (debt for debt in debts if debt.is_outstanding)
    return tuple(sorted(mine, key=lambda debt: (debt.claimed_at, str(debt.target))))


def owed_targets(registry: Registry, ref: ReleaseRef) -> tuple[Target, ...]:
    """Return the targets that are owed this very attempt at a release, each once."""
    debts = load_all(registry, Debt, layer_partition(ref.layer), "DEBT#")
    mine = (d.target for d in debts if _is_of(d, ref) and d.is_outstanding)
    return tuple(dict.fromkeys(mine))


def settle(
    ref: ReleaseRef,
    stage: StageName,
    targets: Sequence[Target],
    verdicts: Sequence[Verdict],
    *,
    registry: Registry,
    clock: Clock,
) -> SettleResult:
    """Return ``settled`` with the targets to go on with, or ``overdrawn``.

    A target that is ``unreachable`` becomes a debt, as long as no more targets are owed a release
    of the layer in the stage than the policy allows, those of earlier releases included.

    :raises Fault: if the registry does not know the release.
    """
    held = load(registry, Release, release_key(ref.layer, ref.version))
    if held is None:
        raise Fault(f"{ref.layer} {ref.version} is not in the registry")
    wave = tuple(zip(targets, verdicts, strict=True))
    away = tuple((t, v.reason) for t, v in wave if v.outcome == Outcome.UNREACHABLE)
    allowed = held.value.stage(stage).debts.allowed
    owed = {debt.target for debt in outstanding(registry, ref.layer, stage)}
    owed |= {target for target, _ in away}
    if len(owed) > allowed:
        names = ", ".join(sorted(str(target) for target in owed))
        reasons = " ".join(f"{reason}." for _, reason in away)
        reason = (
            f"{len(owed)} of the targets of {stage} cannot be reached ({names}), and the policy "
            f"allows {allowed}. {reasons}"
        )
        return SettleResult(outcome=Outcome.OVERDRAWN, reason=reason)
    for target, reason in away:
        _incur(held.value, Place(ref, stage, target), reason, registry, clock)
    reached = tuple(target for target, v in wave if v.outcome != Outcome.UNREACHABLE)
    return SettleResult(outcome=Outcome.SETTLED, targets=reached)


def _incur(release: Release, place: Place, reason: str, registry: Registry, clock: Clock) -> None:
    progress = place.progress(registry)
    since = None if progress is None else progress.value.unreachable_since
    debt = Debt(
        release=place.ref,
        stage=place.stage,
        target=place.target,
        since=since or clock(),
        claimed_at=release.claimed_at,
        reason=reason,
    )
    incur(debt, registry=registry, clock=clock)


def incur(debt: Debt, *, registry: Registry, clock: Clock) -> None:
    """Record that a target is owed a release, in place of an earlier debt for the same one."""
    event = release_event(
        EventType.DEBT_INCURRED,
        debt.release,
        clock(),
        stage=debt.stage,
        target=debt.target,
        occasion=debt.occasion,
        outcome=Outcome.OWED,
        reason=debt.reason,
    )
    commit_with_event(registry, event, lambda: (_put(debt, registry),))


def pay(place: Place, verdict: Verdict, *, registry: Registry, clock: Clock) -> StepResult:
    """Record what came of paying a debt: ``paid``, ``defaulted``, or ``owed`` still.

    A debt that was struck meanwhile stays so.
    """
    mine = (
        debt
        for debt in outstanding(registry, place.ref.layer, place.stage)
        if _is_of(debt, place.ref) and debt.target == place.target
    )
    debt = next(mine, None)
    if verdict.outcome == Outcome.ACTIVE:
        reason = "The target has what it was owed."
        kind, outcome, state = EventType.DEBT_PAID, Outcome.PAID, DebtState.PAID
    elif verdict.outcome in _NEVER_OWED:
        reason = verdict.reason
        kind, outcome, state = EventType.DEBT_DEFAULTED, Outcome.DEFAULTED, DebtState.DEFAULTED
    else:
        return StepResult(outcome=Outcome.OWED, reason=verdict.reason)
    if debt is not None:
        _close(debt, kind, state, reason, registry, clock, outcome=outcome)
    return StepResult(outcome=outcome, reason=reason)


def strike(debts: Sequence[Debt], why: str, *, registry: Registry, clock: Clock) -> None:
    """Record that nothing is owed any more, and why."""
    for debt in debts:
        _close(debt, EventType.DEBT_STRUCK, DebtState.STRUCK, why, registry, clock)


def strike_overtaken(
    ref: ReleaseRef, stage: StageName, *, registry: Registry, clock: Clock
) -> None:
    """Strike the debts of earlier releases in the targets that have this one."""
    debts = outstanding(registry, ref.layer, stage)
    lacking = {debt.target for debt in debts if _is_of(debt, ref)}
    overtaken = [d for d in debts if not _is_of(d, ref) and d.target not in lacking]
    strike(overtaken, f"{ref.version} is there.", registry=registry, clock=clock)


def strike_own(
    ref: ReleaseRef, stage: StageName, why: str, *, registry: Registry, clock: Clock
) -> None:
    """Strike what is owed of this attempt in a stage, because it is not there any more."""
    mine = [debt for debt in outstanding(registry, ref.layer, stage) if _is_of(debt, ref)]
    strike(mine, why, registry=registry, clock=clock)


def _close(
    debt: Debt,
    kind: EventType,
    state: DebtState,
    reason: str,
    registry: Registry,
    clock: Clock,
    outcome: Outcome | None = None,
) -> None:
    event = release_event(
        kind,
        debt.release,
        clock(),
        stage=debt.stage,
        target=debt.target,
        occasion=debt.occasion,
        outcome=outcome,
        reason=reason,
    )
    closed = debt.model_copy(update={"state": state, "reason": reason})
    commit_with_event(registry, event, lambda: (_put(closed, registry),))


def _put(debt: Debt, registry: Registry) -> Write:
    return write_debt(debt, revision(load(registry, Debt, debt_key(debt))))


def _is_of(debt: Debt, ref: ReleaseRef) -> bool:
    owed = debt.release
    return (owed.version, owed.attempt) == (ref.version, ref.attempt)
