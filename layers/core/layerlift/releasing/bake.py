"""Bake: a wave is live, and for a while its alarms are watched before anything else happens."""

import math
from datetime import timedelta

from layerlift.domain.events import EventType
from layerlift.domain.gates.bakes import bake_interval
from layerlift.domain.outcomes import CheckResult, Outcome
from layerlift.domain.release import StageState
from layerlift.ports.registry import Registry
from layerlift.releasing.trail import Clock, commit_with_event, release_event
from layerlift.releasing.waves import Wave


def bake(wave: Wave, *, registry: Registry, clock: Clock) -> CheckResult | None:
    """Begin or go on with the wave's bake; None if it is over, or the policy asks for none.

    The alarms are the caller's business: whoever calls this has found them quiet.
    """
    plan, now = wave.plan, clock()
    if not plan.bake_seconds or wave.watch(registry).has_baked:
        return None
    if wave.watch(registry).bakes_until is None:
        _begin(wave, registry, clock)
    until = wave.watch(registry).bakes_until
    if until is not None and now < until:
        left = math.ceil((until - now).total_seconds())
        interval = bake_interval(plan.bake_seconds, len(plan.waves)) if plan.alarms else left
        return CheckResult(
            outcome=Outcome.BAKING,
            reason=f"Wave {wave.number} bakes until {until:%Y-%m-%d %H:%M:%S} UTC.",
            wait_seconds=min(interval, left),
        )
    event = release_event(
        EventType.BAKE_PASSED,
        wave.ref,
        now,
        stage=wave.stage,
        occasion=wave.moment,
        outcome=Outcome.QUIET,
        reason=f"Wave {wave.number} has baked for {plan.bake}.",
    )
    commit_with_event(
        registry,
        event,
        lambda: wave.changes(registry, clock, StageState.RUNNING, has_baked=True),
    )
    return None


def _begin(wave: Wave, registry: Registry, clock: Clock) -> None:
    now = clock()
    until = now + timedelta(seconds=wave.plan.bake_seconds)
    reason = f"Wave {wave.number} bakes for {wave.plan.bake}."
    event = release_event(
        EventType.BAKE_STARTED,
        wave.ref,
        now,
        stage=wave.stage,
        occasion=wave.moment,
        outcome=Outcome.BAKING,
        reason=reason,
        expires_at=until,
    )
    commit_with_event(
        registry,
        event,
        lambda: wave.changes(registry, clock, StageState.BAKING, reason, bakes_until=until),
    )
