"""A look at what is live of a layer in a stage, state by state."""

from typing import Any

import pytest

from tests.unit.statemachines.machines import filled_in
from tests.unit.statemachines.walker import Answers, End, Problem, Walk, crash

A, B = ({"account": "1", "region": region} for region in ("eu-a", "us-b"))
LAMBDA_BUSY, TIMEOUT = Problem("Lambda.ServiceException", "busy"), Problem("States.Timeout")


def says(outcome: str, reason: str = "") -> dict[str, str]:
    return {"outcome": outcome, "reason": reason}


def walk(answer: Any, *targets: Any, wait_seconds: int = 1) -> End:
    given = {
        "layer": "a",
        "stage": "prod",
        "targets": list(targets),
        "wait_seconds": wait_seconds,
    }
    answers: Answers = {"WatchLive": answer}
    return Walk(filled_in("watch"), answers).run(given)


def test_each_target_is_looked_at_once_when_it_is_the_layers_turn() -> None:
    end = walk(says("passed"), A, B, wait_seconds=7)
    expected = [{"layer": "a", "stage": "prod", "target": target} for target in (A, B)]
    assert end.called("WatchLive") == expected
    assert (end.status, end.waited) == ("SUCCEEDED", 7)


@pytest.mark.parametrize("outcome", ["canary_failed", "not_exercised", "skipped", "ended"])
def test_what_a_look_finds_is_no_fault_of_the_look(outcome: str) -> None:
    end = walk([says(outcome, "Why."), says("passed")], A, B)
    assert end.status == "SUCCEEDED"
    assert end.output["targets"] == [says(outcome, "Why."), says("passed")]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (says("unavailable", "throttled"), "throttled"),
        (crash("denied"), "Looking at what is live in eu-a could not be done: denied"),
    ],
)
def test_a_target_that_could_not_be_looked_at_fails_the_execution_after_all_others(
    answer: Any, reason: str
) -> None:
    end = walk([answer, says("passed")], A, B)
    assert len(end.called("WatchLive")) == 2
    assert (end.status, end.error, end.cause) == ("FAILED", "NotLookedAt", reason)


def test_all_that_could_not_be_looked_at_is_named() -> None:
    end = walk([says("unavailable", "one"), says("unavailable", "two")], A, B)
    assert end.cause == "one; two"


def test_what_lambda_may_fail_with_is_repeated() -> None:
    end = walk([LAMBDA_BUSY] * 6 + [TIMEOUT] * 2 + [says("passed")], A)
    assert end.status == "SUCCEEDED"


def test_what_goes_on_failing_is_not_repeated_for_ever() -> None:
    end = walk(TIMEOUT, A)
    assert (end.status, len(end.called("WatchLive"))) == ("FAILED", 3)
