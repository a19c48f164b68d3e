"""What keeps the alarms of a stage from being quiet, in its targets and where else it looks."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from layerlift.domain.gates.alarms import WatchedAlarms
from layerlift.domain.release import StagePlan
from layerlift.domain.targets import Target
from layerlift.ports.aws import AlarmReading, Alarms, AlarmState

_AT_ONCE = 8
"""Regions asked at the same time: the calls wait for the network, not for the processor."""

_SHOWN = 10
"""How many problems are told in full: a reason is read in a notification."""


@dataclass(frozen=True)
class Problem:
    """An alarm that is not quiet. ``alarm`` is what an override names, ``words`` what is wrong."""

    alarm: str
    words: str


def read_problems(plan: StagePlan, alarms: Alarms) -> tuple[Problem, ...]:
    """Return what is wrong with the alarms that the plan names, in all their regions.

    :raises Unavailable: if CloudWatch could not be asked in one of them.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        readings = tuple(
            pool.map(
                lambda place: alarms.read(place, _wanted(plan, place)),
                _places(plan),
            )
        )
    firing = [problem for reading in readings for problem in _firing(reading, plan)]
    return (*firing, *_missing(readings, plan))


def explain(problems: Sequence[Problem]) -> str:
    """Return the problems as one sentence, empty if there is none."""
    shown = "; ".join(problem.words for problem in problems[:_SHOWN])
    more = len(problems) - _SHOWN
    rest = f"; and {more} more" if more > 0 else ""
    return f"{shown[0].upper()}{shown[1:]}{rest}." if shown else ""


def _places(plan: StagePlan) -> tuple[Target, ...]:
    """Return the targets, and the further regions that the plan names alarms in."""
    account = plan.targets[0].account
    further = (Target(account=account, region=region) for region in plan.alarms.regions)
    return tuple(dict.fromkeys((*plan.targets, *further)))


def _wanted(plan: StagePlan, place: Target) -> tuple[WatchedAlarms, ...]:
    everywhere = (plan.alarms.everywhere,) if place in plan.targets else ()
    own = plan.alarms.regions.get(place.region)
    return everywhere if own is None else (*everywhere, own)


def _firing(reading: AlarmReading, plan: StagePlan) -> Iterator[Problem]:
    known = {alarm.name: alarm for found in reading.answers.values() for alarm in found}
    for name in sorted(known):
        words = _wrong_with(known[name], plan)
        if words:
            where = f"in {reading.target} ({known[name].link})"
            yield Problem(name, f"the alarm {name!r} {words} {where}")


def _wrong_with(alarm: AlarmState, plan: StagePlan) -> str:
    if alarm.state == "ALARM":
        return "is firing"
    counts = plan.alarms.insufficient_data == "firing"
    has_no_data = alarm.state == "INSUFFICIENT_DATA"
    return "has no data, which the policy counts as firing," if counts and has_no_data else ""


def _missing(readings: Iterable[AlarmReading], plan: StagePlan) -> Iterator[Problem]:
    if plan.alarms.missing == "quiet":
        return
    answered: dict[str, bool] = {}
    for reading in readings:
        for question, found in reading.answers.items():
            answered[question] = answered.get(question, False) or bool(found)
    for question in sorted(name for name, is_known in answered.items() if not is_known):
        words = (
            f"the policy names the alarm {question!r}, and there is none: make it (a policy "
            "without it counts for later releases only)"
        )
        yield Problem(question, words)
