"""Sweep: canary functions that a killed run has left are removed later."""

from collections.abc import Sequence
from datetime import timedelta

from layerlift.domain.errors import Fault
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.targets import Target
from layerlift.ports.aws import Canaries
from layerlift.ports.registry import Registry
from layerlift.releasing.policies import read_policy
from layerlift.releasing.trail import Clock

KEPT = timedelta(hours=1)
"""How old a canary function may get: many times what its run can take."""


def sweep_canaries(target: Target, *, canaries: Canaries, clock: Clock) -> tuple[str, ...]:
    """Remove the canary functions in ``target`` that are too old; return their names.

    :raises Fault: if the target could not be reached, or refuses.
    """
    names = tuple(
        leftover.name
        for leftover in canaries.leftovers(target)
        if clock() - leftover.made_at > KEPT
    )
    for name in names:
        canaries.remove(target, name)
    return names


def sweep_everywhere(
    account: str, *, registry: Registry, canaries: Canaries, clock: Clock
) -> StepResult:
    """Sweep every target of the policy in force; one that cannot be reached holds up no other.

    :raises Fault: after all were tried, if one could not be swept.
    """
    policy = read_policy(registry)
    regions = () if policy is None else policy.regions
    removed: list[str] = []
    problems: list[str] = []
    for region in regions:
        target = Target(account=account, region=region)
        try:
            names = sweep_canaries(target, canaries=canaries, clock=clock)
        except Fault as problem:
            problems.append(str(problem))
        else:
            removed += [f"{name} in {target}" for name in names]
    if problems:
        raise Fault("; ".join(problems))
    return StepResult(outcome=Outcome.SWEPT, reason=_told(removed))


def _told(removed: Sequence[str]) -> str:
    return f"Removed {', '.join(removed)}." if removed else "Nothing was left behind."
