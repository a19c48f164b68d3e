"""A control plane in memory: the real steps over fake ports, with short names for tests."""

from collections.abc import Callable

from layerlift.domain.errors import Unavailable
from layerlift.domain.outcomes import Outcome, StepResult
from tests.fakes.names import (
    ACCOUNT,
    ADA,
    BOB,
    BUCKET,
    CONSUMER,
    CONTROL_PLANE,
    DEV,
    DUBLIN,
    FRANKFURT,
    GRANTING,
    LAYER,
    PLANE,
    POLICY,
    PROD,
    READER,
    VIRGINIA,
    execution,
    report_of,
)
from tests.fakes.people import People
from tests.fakes.stage_steps import StageSteps

__all__ = [
    "ACCOUNT",
    "ADA",
    "BOB",
    "BUCKET",
    "CONSUMER",
    "CONTROL_PLANE",
    "DEV",
    "DUBLIN",
    "FRANKFURT",
    "GRANTING",
    "LAYER",
    "PLANE",
    "POLICY",
    "PROD",
    "READER",
    "VIRGINIA",
    "World",
    "execution",
    "report_of",
    "until_settled",
]


class World(StageSteps, People):
    """Everything a step touches."""


def until_settled(
    world: World, step: Callable[[], StepResult], *, tries: int = 40, seconds: float = 5
) -> StepResult:
    """Repeat a step while it is unavailable, as often and as slowly as the state machine does."""
    for _ in range(tries):
        try:
            result = step()
        except Unavailable:
            result = StepResult(outcome=Outcome.UNAVAILABLE)
        if result.outcome != Outcome.UNAVAILABLE:
            return result
        world.clock.advance(seconds=seconds)
    raise AssertionError(f"still unavailable after {tries} tries: {result.reason}")
