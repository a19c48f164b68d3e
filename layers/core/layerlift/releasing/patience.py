"""Patience: how long a target may be out of reach before the others go on without it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from layerlift.domain.errors import Unavailable
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.ports.registry import Registry
from layerlift.releasing.progress import Place
from layerlift.releasing.trail import Clock

_TRIES = 5


def patiently(
    place: Place, step: Callable[[], StepResult], *, registry: Registry, clock: Clock
) -> StepResult:
    """Return what the step answers; ``unreachable`` if it was unavailable for too long.

    The time runs from the first failure in a row in this target, which the registry keeps: it
    counts over several steps and over repetitions, and ends with a step that works. The policy
    of the release says how long is too long.

    :raises Unavailable: if the registry itself is out of reach.
    """
    try:
        result = step()
    except Unavailable as problem:
        result = StepResult(outcome=Outcome.UNAVAILABLE, reason=str(problem))
    if result.outcome is not Outcome.UNAVAILABLE:
        return result
    since = _since(place, registry, clock)
    patience = timedelta(seconds=place.release(registry).stage(place.stage).debts.seconds)
    if clock() - since < patience:
        return result
    reason = f"{place.target} is out of reach since {since:%Y-%m-%d %H:%M:%S} UTC: {result.reason}"
    return StepResult(outcome=Outcome.UNREACHABLE, reason=reason)


def _since(place: Place, registry: Registry, clock: Clock) -> datetime:
    """Return when the target was first found out of reach, and keep it if that is now."""
    for _ in range(_TRIES):
        held = place.progress(registry)
        if held is not None and held.value.unreachable_since is not None:
            return held.value.unreachable_since
        now = clock()
        if registry.commit(place.unreachable(registry, clock, now)):
            return now
    raise Unavailable(f"the progress of {place.ref.layer} in {place.target} kept changing")
