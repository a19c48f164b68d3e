"""Check alarms: those that the policy names for a stage must be quiet in all its targets."""

from concurrent.futures import ThreadPoolExecutor

from layerlift.domain.errors import Fault
from layerlift.domain.events import EventType
from layerlift.domain.names import StageName
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import Release, ReleaseRef
from layerlift.ports.aws import AlarmReading, Alarms
from layerlift.ports.registry import Registry
from layerlift.releasing.records import load, release_key
from layerlift.releasing.trail import Clock, commit_with_event, release_event

_AT_ONCE = 8
"""Regions asked at the same time: the calls wait for the network, not for the processor."""


def check_alarms(
    ref: ReleaseRef,
    stage: StageName,
    moment: str,
    *,
    registry: Registry,
    alarms: Alarms,
    clock: Clock,
) -> StepResult:
    """Return ``quiet`` or ``alarm``, and record which.

    ``moment`` tells the checks of one promotion apart, like ``before wave 1``. An alarm that the
    policy names and no target knows does not count as quiet: nobody would notice a typing error.

    :raises Unavailable: if CloudWatch could not be asked.
    """
    held = load(registry, Release, release_key(ref.layer, ref.version))
    if held is None:
        raise Fault(f"{ref.layer} {ref.version} is not in the registry")
    plan = held.value.stage(stage)
    if not plan.alarms:
        return StepResult(outcome=Outcome.QUIET, reason="The policy names no alarm.")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        readings = tuple(
            pool.map(
                lambda target: alarms.read(target, plan.alarms.names, plan.alarms.prefixes),
                plan.targets,
            )
        )
    reason = _explain(readings, plan.alarms.names)
    outcome = Outcome.ALARM if reason else Outcome.QUIET
    event = release_event(
        EventType.ALARMS_CHECKED,
        ref,
        clock(),
        stage=stage,
        occasion=f"{moment}: {reason}",
        outcome=outcome,
        reason=reason or f"All alarms were quiet {moment}.",
    )
    commit_with_event(registry, event, tuple)
    return StepResult(outcome=outcome, reason=reason)


def _explain(readings: tuple[AlarmReading, ...], names: tuple[str, ...]) -> str:
    """Return what is wrong, empty if nothing is."""
    problems = [
        f"the alarm {name!r} is firing in {reading.target}"
        for reading in readings
        for name in sorted(reading.firing)
    ]
    known = frozenset[str]().union(*(reading.known for reading in readings))
    problems += [
        f"the alarm {name!r}, which the policy names, exists in no target of the stage"
        for name in names
        if name not in known
    ]
    text = "; ".join(problems)
    return f"{text[0].upper()}{text[1:]}." if text else ""
