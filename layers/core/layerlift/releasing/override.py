"""Override: somebody lets a held stage go on, in spite of alarms by name or of a freeze window.

The fix of what makes an alarm fire may be in the very release that the alarm holds. An override
counts for one attempt at one release in one stage, its bakes included, and for nothing else. Who
overrides proves who that is, and has to be one of those who may approve the stage.
"""

from datetime import datetime

from layerlift.domain.commands import OverrideCommand
from layerlift.domain.errors import Unavailable
from layerlift.domain.events import Event, EventType
from layerlift.domain.identity import Identity, Waiver
from layerlift.domain.names import StageName
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import Release, ReleaseRef
from layerlift.domain.watching import Override, Overrides, WaveWatch
from layerlift.ports.identity import IdentityProofs
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.identification import (
    ControlPlaneName,
    Refusal,
    identify,
    refuse,
    state,
)
from layerlift.releasing.records import (
    Held,
    load,
    overrides_key,
    release_key,
    revision,
    write_overrides,
    write_proof,
)
from layerlift.releasing.trail import Clock, audit_entry, release_event
from layerlift.releasing.waves import Wave

_TRIES = 5


def read_overrides(registry: Registry, ref: ReleaseRef, stage: StageName) -> Overrides | None:
    """Return the overrides of this attempt, None if there are none."""
    held = load(registry, Overrides, overrides_key(ref.layer, ref.version, stage))
    return _current(held, ref)


def _current(held: Held[Overrides] | None, ref: ReleaseRef) -> Overrides | None:
    if held is None or (held.value.digest, held.value.attempt) != (ref.digest, ref.attempt):
        return None
    return held.value


def override(
    command: OverrideCommand,
    *,
    control_plane: ControlPlaneName,
    registry: Registry,
    proofs: IdentityProofs,
    clock: Clock,
) -> StepResult:
    """Record that alarms, a freeze, or both no longer hold the stage, on behalf of who proves it.

    Returns ``overridden``, also when the same was said before, ``refused`` if the proof is not
    worth it or the stage's approvers do not include whose it is, or ``not_waiting`` if this
    attempt at the release is not held, or not by what is named. The state machine finds it at its
    next look.

    :raises Unavailable: if STS cannot be asked, or others kept overriding at the same time.
    """
    release = _find_release(command, registry)
    if isinstance(release, StepResult):
        return release
    now = clock()
    statement = state(command.waiver, release.ref, command.stage, control_plane)
    by = identify(
        command.proof,
        statement,
        release.stage(command.stage).approvals,
        account=control_plane.account,
        registry=registry,
        proofs=proofs,
        now=now,
    )
    if isinstance(by, Refusal):
        kind, occasion = EventType.OVERRIDE_REFUSED, command.proof.fingerprint
        return refuse(by, kind, occasion, release.ref, command.stage, registry, now)
    used = write_proof(command.proof, statement.binding(command.proof.nonce))
    return _waive(command.waiver, by, release, command.stage, used, registry, now)


def _find_release(command: OverrideCommand, registry: Registry) -> Release | StepResult:
    """Return the release if this attempt at it is on its way to the stage, or why not."""
    name = f"{command.layer} {command.version}"
    held = load(registry, Release, release_key(command.layer, command.version))
    if held is None or command.stage not in {plan.name for plan in held.value.stages}:
        return _not_waiting(f"{name} is not on its way to {command.stage}.")
    if held.value.attempt != command.attempt:
        return _not_waiting(
            f"{name} is at attempt {held.value.attempt}, and attempt {command.attempt} was meant."
        )
    return held.value


def _waive(
    waiver: Waiver,
    by: Identity,
    release: Release,
    stage: StageName,
    used: Write,
    registry: Registry,
    now: datetime,
) -> StepResult:
    """Commit the override, and with it that its proof has been ``used``."""
    name = f"{release.layer} {release.version}"
    for _ in range(_TRIES):
        held = load(registry, Overrides, overrides_key(release.layer, release.version, stage))
        known = _current(held, release.ref)
        if known is not None and _covers(known, waiver):
            return StepResult(outcome=Outcome.OVERRIDDEN, reason=_in_words(waiver, again=True))
        problem = _objection(waiver, stage, _watch(release, stage, registry))
        if problem:
            return _not_waiting(f"{name} {problem}")
        overrides = _overrides(waiver, by, release.ref, stage, known, now)
        entry = audit_entry(_event(waiver, by, release.ref, stage, now))
        if registry.commit(write_overrides(overrides, revision(held)), used, entry):
            return StepResult(outcome=Outcome.OVERRIDDEN, reason=_in_words(waiver))
    raise Unavailable(f"the overrides of {name} in {stage} kept changing")


def _not_waiting(reason: str) -> StepResult:
    return StepResult(outcome=Outcome.NOT_WAITING, reason=reason)


def _covers(known: Overrides, waiver: Waiver) -> bool:
    return set(waiver.alarms) <= known.alarms and waiver.freeze <= known.breaks_freeze


def _watch(release: Release, stage: StageName, registry: Registry) -> WaveWatch | None:
    """Return what holds the stage, None if nothing does."""
    plan = release.stage(stage)
    watches = (Wave(release.ref, plan, n).watch(registry) for n in range(len(plan.waves)))
    return next((watch for watch in watches if watch.held_for), None)


def _objection(waiver: Waiver, stage: StageName, watch: WaveWatch | None) -> str:
    """Return why there is nothing to override, empty if there is."""
    if watch is None:
        return f"is not held in {stage}."
    strangers = sorted(set(waiver.alarms) - set(watch.held_by))
    if strangers:
        return (
            f"is not held by {' or '.join(map(repr, strangers))}. What holds it: {watch.held_for}"
        )
    if waiver.freeze and not watch.is_frozen:
        return f"is not frozen. What holds it: {watch.held_for}"
    return ""


def _overrides(
    waiver: Waiver,
    by: Identity,
    ref: ReleaseRef,
    stage: StageName,
    known: Overrides | None,
    now: datetime,
) -> Overrides:
    """Return what is overridden from now on: what was before, and this."""
    entry = Override(
        alarms=waiver.alarms, freeze=waiver.freeze, by=by, reason=waiver.reason, at=now
    )
    return Overrides(
        layer=ref.layer,
        version=ref.version,
        digest=ref.digest,
        attempt=ref.attempt,
        stage=stage,
        entries=(*(() if known is None else known.entries), entry),
    )


def _event(waiver: Waiver, by: Identity, ref: ReleaseRef, stage: StageName, now: datetime) -> Event:
    return release_event(
        EventType.HOLD_OVERRIDDEN,
        ref,
        now,
        stage=stage,
        occasion=_in_words(waiver),
        outcome=Outcome.OVERRIDDEN,
        reason=_in_words(waiver),
        actor=by.arn,
        comment=waiver.reason,
    )


def _in_words(waiver: Waiver, *, again: bool = False) -> str:
    alarms = [f"the alarm {name!r}" for name in sorted(waiver.alarms)]
    what = " and ".join((*alarms, *(("the freeze",) if waiver.freeze else ())))
    number = len(alarms) + waiver.freeze
    if again:
        said = f"{'was' if number == 1 else 'were'} overridden before"
    else:
        said = f"{'is' if number == 1 else 'are'} overridden"
    return f"{what[0].upper()}{what[1:]} {said}."
