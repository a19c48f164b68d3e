"""Hold: the next wave of a stage does not start while alarms fire or a freeze window is open."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from layerlift.domain.events import EventType
from layerlift.domain.gates.bakes import hold_interval
from layerlift.domain.gates.freezes import Frozen
from layerlift.domain.outcomes import CheckResult, Outcome
from layerlift.domain.release import PromotionLock, Release, StageState
from layerlift.domain.watching import WaveWatch
from layerlift.ports.registry import Registry
from layerlift.releasing.alarm_problems import Problem, explain
from layerlift.releasing.records import load, lock_key
from layerlift.releasing.trail import Clock, commit_with_event, release_event
from layerlift.releasing.waves import Wave


@dataclass(frozen=True)
class Obstacles:
    """What keeps a wave from starting: alarms, a freeze, both or neither."""

    problems: Sequence[Problem]
    ice: Frozen | None

    def __bool__(self) -> bool:
        return bool(self.problems) or self.ice is not None

    @property
    def reason(self) -> str:
        """All of it, for a person."""
        frozen = "" if self.ice is None else self.ice.reason
        return " ".join(part for part in (frozen, explain(self.problems)) if part)


def hold(
    wave: Wave,
    obstacles: Obstacles,
    release: Release,
    now: datetime,
    *,
    registry: Registry,
    clock: Clock,
) -> CheckResult | None:
    """Hold the stage, tell what does, and say when to look again; None if the wave may start.

    ``now`` is when the obstacles were there: a freeze that ends while they are looked at is none
    that has held the stage too long.

    Alarms that have held it for as long as the policy allows fail it (``alarm``); the time does
    not run while it is frozen as well. A newer release of the layer takes the place of one that
    is held before its first wave (``superseded``), since it may bring what quiets the alarm.
    """
    watch = wave.watch(registry)
    if not obstacles:
        if watch.held_for:
            _resume(wave, watch, registry, clock)
        return None
    newer = _newer(wave, release, registry)
    if newer is not None:
        return newer
    firing_since = (watch.firing_since or now) if obstacles.ice is None else None
    ends = _end(wave, obstacles, firing_since or now)
    if now >= ends:
        return CheckResult(
            outcome=Outcome.ALARM,
            reason=f"{obstacles.reason} That has held the stage for {wave.plan.alarms.hold_for}, "
            "the longest that the policy allows.",
        )
    since = watch.held_since or now
    if (watch.held_for, watch.firing_since) != (obstacles.reason, firing_since):
        times = {"held_since": since, "firing_since": firing_since}
        _tell(wave, watch.holds + 1, obstacles, times, ends, registry, clock)
    left = (ends - now).total_seconds()
    interval = hold_interval((now - since).total_seconds(), (ends - since).total_seconds())
    return CheckResult(
        outcome=Outcome.HELD,
        reason=obstacles.reason,
        wait_seconds=max(1, min(interval, math.ceil(left))),
    )


def _end(wave: Wave, obstacles: Obstacles, firing_since: datetime) -> datetime:
    if obstacles.ice is not None:
        return obstacles.ice.until
    return firing_since + timedelta(seconds=wave.plan.alarms.hold_seconds)


def _newer(wave: Wave, release: Release, registry: Registry) -> CheckResult | None:
    lock = load(registry, PromotionLock, lock_key(release.layer, wave.stage))
    if wave.number or lock is None or lock.value.newest_claimed_at <= release.claimed_at:
        return None
    return CheckResult(
        outcome=Outcome.SUPERSEDED,
        reason=f"{release.layer} {lock.value.newest_version} was dropped later and takes the "
        f"place of {release.version}, which was held in {wave.stage}.",
    )


def _tell(
    wave: Wave,
    number: int,
    obstacles: Obstacles,
    times: Mapping[str, datetime | None],
    ends: datetime,
    registry: Registry,
    clock: Clock,
) -> None:
    """Tell of the ``number``-th hold, as its caller counts: two looks at once tell of one."""
    held: dict[str, Any] = {
        "held_by": tuple(problem.alarm for problem in obstacles.problems),
        "is_frozen": obstacles.ice is not None,
    }
    event = release_event(
        EventType.STAGE_HELD,
        wave.ref,
        clock(),
        stage=wave.stage,
        occasion=f"{wave.moment}, hold {number}",
        outcome=Outcome.HELD,
        reason=obstacles.reason,
        expires_at=ends,
        **held,
    )
    seen: dict[str, Any] = {
        "held_for": obstacles.reason,
        **held,
        "holds": number,
        **times,
    }
    commit_with_event(
        registry,
        event,
        lambda: wave.changes(registry, clock, StageState.HELD, obstacles.reason, **seen),
    )


def _resume(wave: Wave, watch: WaveWatch, registry: Registry, clock: Clock) -> None:
    event = release_event(
        EventType.STAGE_RESUMED,
        wave.ref,
        clock(),
        stage=wave.stage,
        occasion=f"{wave.moment}, hold {watch.holds}",
        outcome=Outcome.QUIET,
        reason=f"This no longer holds the stage: {watch.held_for}",
    )
    seen: dict[str, Any] = {
        "held_for": "",
        "held_by": (),
        "is_frozen": False,
        "held_since": None,
        "firing_since": None,
    }
    commit_with_event(
        registry, event, lambda: wave.changes(registry, clock, StageState.RUNNING, **seen)
    )
