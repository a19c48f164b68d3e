"""Check alarms: whether a promotion may go on, before its first wave and after each.

After a wave its bake comes first, and an alarm that fires ends the promotion: something is live.
Before the first wave nothing is, so an alarm holds it; and no wave starts in a freeze window.
"""

from layerlift.domain.errors import Fault
from layerlift.domain.events import EventType
from layerlift.domain.gates.freezes import frozen
from layerlift.domain.names import StageName
from layerlift.domain.outcomes import CheckResult, Outcome
from layerlift.domain.release import Release, ReleaseRef
from layerlift.domain.watching import Overrides
from layerlift.ports.aws import Alarms
from layerlift.ports.registry import Registry
from layerlift.releasing.alarm_problems import Problem, explain, read_problems
from layerlift.releasing.bake import bake
from layerlift.releasing.hold import Obstacles, hold
from layerlift.releasing.override import read_overrides
from layerlift.releasing.records import load, release_key
from layerlift.releasing.trail import Clock, commit_with_event, release_event
from layerlift.releasing.waves import Wave


def check_alarms(
    ref: ReleaseRef,
    stage: StageName,
    number: int,
    *,
    registry: Registry,
    alarms: Alarms,
    clock: Clock,
) -> CheckResult:
    """Return ``quiet``, ``alarm``, or ``superseded``; or ``held`` or ``baking``: look again.

    ``number`` is how many waves are live. Missing alarms, and those without data, count as the
    policy says; those that somebody has overridden do not count.

    :raises Unavailable: if CloudWatch could not be asked.
    """
    held = load(registry, Release, release_key(ref.layer, ref.version))
    if held is None:
        raise Fault(f"{ref.layer} {ref.version} is not in the registry")
    release = held.value
    wave = Wave(ref, release.stage(stage), number)
    overrides = read_overrides(registry, ref, stage)
    problems = _problems(wave, overrides, alarms)
    if problems and (number or wave.plan.alarms.firing_before == "fail"):
        return _verdict(wave, Outcome.ALARM, explain(problems), registry, clock)
    baking = bake(wave, registry=registry, clock=clock) if number else None
    if baking is not None:
        return baking
    waiting = None if wave.is_last else _hold(wave, problems, overrides, release, registry, clock)
    if waiting is None:
        return _verdict(wave, Outcome.QUIET, "", registry, clock)
    if waiting.outcome is Outcome.ALARM:
        return _verdict(wave, Outcome.ALARM, waiting.reason, registry, clock)
    return waiting


def _problems(wave: Wave, overrides: Overrides | None, alarms: Alarms) -> tuple[Problem, ...]:
    if not wave.plan.alarms:
        return ()
    ignored = frozenset[str]() if overrides is None else overrides.alarms
    found = read_problems(wave.plan, alarms)
    return tuple(problem for problem in found if problem.alarm not in ignored)


def _hold(
    wave: Wave,
    problems: tuple[Problem, ...],
    overrides: Overrides | None,
    release: Release,
    registry: Registry,
    clock: Clock,
) -> CheckResult | None:
    is_broken = overrides is not None and overrides.breaks_freeze
    now = clock()
    ice = None if is_broken else frozen(wave.plan.freezes, now)
    return hold(wave, Obstacles(problems, ice), release, now, registry=registry, clock=clock)


def _verdict(
    wave: Wave, outcome: Outcome, reason: str, registry: Registry, clock: Clock
) -> CheckResult:
    """Tell what the look has decided, if there was anything to look at."""
    if not wave.plan.alarms:
        return CheckResult(outcome=outcome, reason="The policy names no alarm.")
    event = release_event(
        EventType.ALARMS_CHECKED,
        wave.ref,
        clock(),
        stage=wave.stage,
        occasion=f"{wave.moment}: {reason}",
        outcome=outcome,
        reason=reason or f"All alarms were quiet {wave.moment}.",
    )
    commit_with_event(registry, event, tuple)
    return CheckResult(outcome=outcome, reason=reason)
