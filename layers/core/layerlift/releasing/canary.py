"""Canary: functions in the target try what the layer brings, before anyone else can."""

from dataclasses import replace

from layerlift.domain.canary import CanaryRecord, CanaryResult
from layerlift.domain.events import EventType
from layerlift.domain.names import parse_version
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import LivePointer, Release, TargetProgress, TargetState
from layerlift.ports.aws import Canaries
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.canary_plans import Defaults, plan_canaries
from layerlift.releasing.canary_verdict import Trial, Verdict, judge
from layerlift.releasing.progress import Place
from layerlift.releasing.records import Held, canary_key, live_key, load, revision, write_canary
from layerlift.releasing.trail import Clock, commit_with_event, release_event

_EVENTS = {
    Outcome.PASSED: EventType.CANARY_PASSED,
    Outcome.NOT_EXERCISED: EventType.CANARY_NOT_EXERCISED,
    Outcome.CANARY_FAILED: EventType.CANARY_FAILED,
}


class _AlreadyJudged(Exception):
    """Another run of the same canary has recorded its verdict in between."""


def run_canary(
    place: Place, *, defaults: Defaults, registry: Registry, canaries: Canaries, clock: Clock
) -> StepResult:
    """Return ``passed``, ``not_exercised`` or ``canary_failed``, and record which with its numbers.

    The verdict of an attempt is found once: asked again, the step answers the one that it recorded.

    :raises Unavailable: if the target could not be reached or throttled; nothing was decided.
    """
    progress = place.published(registry)
    held = _recorded(place, registry)
    if held is not None and _is_of(held.value, progress):
        return _answer(held.value)
    verdict = _try_out(place, progress, place.release(registry), defaults, registry, canaries)
    record = _record(place, progress, verdict, clock)
    try:
        _commit(place, record, verdict, held, registry, clock)
    except _AlreadyJudged:
        other = _recorded(place, registry)
        return _answer(record if other is None else other.value)
    return _answer(record)


def _answer(record: CanaryRecord) -> StepResult:
    return StepResult(outcome=Outcome(record.result.outcome), reason=record.result.reason)


def _recorded(place: Place, registry: Registry) -> Held[CanaryRecord] | None:
    key = canary_key(place.ref.layer, place.ref.version, place.stage, place.target)
    return load(registry, CanaryRecord, key)


def _is_of(record: CanaryRecord, progress: TargetProgress) -> bool:
    return record.attempt == progress.attempt and record.layer_arn == progress.layer_arn


def _try_out(
    place: Place,
    progress: TargetProgress,
    release: Release,
    defaults: Defaults,
    registry: Registry,
    canaries: Canaries,
) -> Verdict:
    gate = release.stage(place.stage).canary
    plans, missing = plan_canaries(release, gate, defaults)
    readings = canaries.run(place.target, str(progress.layer_arn), plans)
    check = release.contents.check
    expect = None if check is None else check.expect
    trials = [Trial(plan, read, expect) for plan, read in zip(plans, readings, strict=True)]
    verdict = judge(trials, missing, gate, _canary_of_live(place, registry))
    if verdict.outcome is not Outcome.CANARY_FAILED:
        return verdict
    # The reason becomes the whole promotion's, where others would ask where.
    return replace(verdict, reason=f"The canary in {place.target} failed. {verdict.reason}")


def _canary_of_live(place: Place, registry: Registry) -> CanaryRecord | None:
    """Return the canary of another release that is live in the target, None if there is none."""
    ref = place.ref
    live = load(registry, LivePointer, live_key(ref.layer, place.stage, place.target))
    pointer = None if live is None else live.value.pointer
    if pointer is None or pointer.version == ref.version:
        return None
    key = canary_key(ref.layer, parse_version(pointer.version), place.stage, place.target)
    held = load(registry, CanaryRecord, key)
    return None if held is None else held.value


def _record(place: Place, progress: TargetProgress, verdict: Verdict, clock: Clock) -> CanaryRecord:
    return CanaryRecord(
        layer=place.ref.layer,
        version=place.ref.version,
        attempt=place.ref.attempt,
        stage=place.stage,
        target=place.target,
        layer_arn=str(progress.layer_arn),
        result=CanaryResult(
            outcome=verdict.outcome,
            reason=verdict.reason,
            variants=verdict.variants,
            ran_at=clock(),
        ),
    )


def _commit(
    place: Place,
    record: CanaryRecord,
    verdict: Verdict,
    held: Held[CanaryRecord] | None,
    registry: Registry,
    clock: Clock,
) -> None:
    progress = place.published(registry)
    event = release_event(
        _EVENTS[verdict.outcome],
        place.ref,
        clock(),
        stage=place.stage,
        target=place.target,
        outcome=verdict.outcome,
        reason=verdict.reason,
        layer_arn=record.layer_arn,
        version_number=progress.version_number,
        canary=record.result.variants,
    )
    has_failed = verdict.outcome is Outcome.CANARY_FAILED
    state = TargetState.FAILED if has_failed else TargetState.CANARIED

    def changes() -> tuple[Write, ...]:
        current = _recorded(place, registry)
        if current is not None and revision(current) != revision(held):
            raise _AlreadyJudged
        return (
            place.update(registry, clock, state, reason=verdict.reason),
            write_canary(record, revision(held)),
        )

    commit_with_event(registry, event, changes)
