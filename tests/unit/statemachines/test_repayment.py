"""What a stage owes its targets, state by state."""

from typing import Any

import pytest

from tests.unit.statemachines.machines import filled_in
from tests.unit.statemachines.walker import Answers, End, Problem, Walk, crash

A, B = ({"account": "1", "region": region} for region in ("eu-a", "us-b"))
OLD, NEW = ({"layer": "a", "version": v, "digest": "ab", "attempt": 1} for v in ("1.0.0", "1.1.0"))
LAMBDA_BUSY, TIMEOUT = Problem("Lambda.ServiceException", "busy"), Problem("States.Timeout")


def says(outcome: str, reason: str = "") -> dict[str, str]:
    return {"outcome": outcome, "reason": reason}


HAPPY: Answers = {
    "Reserve": says("reserved"),
    "Restore": says("inactive"),
    "Publish": says("published"),
    "Canary": says("passed"),
    "TryConsumers": says("passed"),
    "Grant": says("granted"),
    "Activate": says("active"),
    "Pay": lambda payload: says("paid" if payload["verdict"]["outcome"] == "active" else "owed"),
}
PAYMENT = ["Publish", "Canary", "TryConsumers", "Grant", "Activate", "Pay"]


def walk(stuck: Any = (), debts: Any = (), **answers: Any) -> End:
    given = {
        "layer": "a",
        "stage": "prod",
        "stuck": [{"release": ref, "target": target} for ref, target in stuck],
        "debts": [{"release": ref, "target": target} for ref, target in debts],
    }
    return Walk(filled_in("repayment"), HAPPY | answers).run(given)


def order(end: End) -> list[str]:
    return [name for name, _ in end.calls]


def verdicts(end: End) -> list[str]:
    return [payload["verdict"]["outcome"] for payload in end.called("Pay")]


def test_a_debt_is_paid_with_the_canary_first() -> None:
    end = walk(debts=[(NEW, B)])
    assert order(end) == ["Reserve", *PAYMENT]
    assert end.called("Activate") == [{"release": NEW, "stage": "prod", "target": B}]
    assert (end.status, verdicts(end)) == ("SUCCEEDED", ["active"])


def test_debts_are_paid_one_after_the_other_in_the_order_given() -> None:
    end = walk(debts=[(OLD, B), (NEW, B), (NEW, A)])
    paid = [(p["release"]["version"], p["target"]["region"]) for p in end.called("Pay")]
    assert paid == [("1.0.0", "us-b"), ("1.1.0", "us-b"), ("1.1.0", "eu-a")]
    assert order(end)[1:] == PAYMENT * 3


def test_pointers_go_back_before_anything_is_paid() -> None:
    end = walk(stuck=[(OLD, A)], debts=[(NEW, B)])
    assert order(end)[:3] == ["Reserve", "Restore", "Publish"]


def test_a_stage_that_is_in_use_is_left_alone() -> None:
    end = walk(debts=[(NEW, B)], Reserve=says("busy", "a is being moved in prod."))
    assert order(end) == ["Reserve"]
    assert (end.status, end.output) == ("SUCCEEDED", says("busy", "a is being moved in prod."))


@pytest.mark.parametrize("step", ["Publish", "Canary", "TryConsumers", "Grant", "Activate"])
@pytest.mark.parametrize("outcome", ["unreachable", "unavailable", "canary_failed"])
def test_what_ends_a_payment_is_handed_on_and_the_next_debt_is_tried(
    step: str, outcome: str
) -> None:
    end = walk(debts=[(OLD, B), (NEW, A)], **{step: [says(outcome, "Why."), HAPPY[step]]})
    assert verdicts(end) == [outcome, "active"]
    assert end.called("Pay")[0]["verdict"]["reason"] == "Why."
    assert end.status == "SUCCEEDED"


@pytest.mark.parametrize("step", ["Publish", "Canary", "TryConsumers", "Grant", "Activate"])
def test_a_step_that_crashes_ends_one_payment_and_not_the_others(step: str) -> None:
    end = walk(debts=[(OLD, B), (NEW, A)], **{step: [crash("denied"), HAPPY[step]]})
    assert verdicts(end) == ["broken", "active"]


@pytest.mark.parametrize("step", ["Restore", "Pay"])
def test_what_crashes_at_an_end_does_not_end_the_rest(step: str) -> None:
    end = walk(stuck=[(OLD, A)], debts=[(OLD, B), (NEW, A)], **{step: crash("denied")})
    assert end.status == "SUCCEEDED"
    assert len(end.called("Pay")) == 2


@pytest.mark.parametrize("step", list(HAPPY))
def test_what_lambda_may_fail_with_is_repeated(step: str) -> None:
    answers = [LAMBDA_BUSY] * 6 + [TIMEOUT] * 2 + [HAPPY[step]]
    end = walk(stuck=[(OLD, A)], debts=[(NEW, B)], **{step: answers})
    assert (end.status, verdicts(end)) == ("SUCCEEDED", ["active"] * len(verdicts(end)))


def test_a_stage_that_cannot_be_held_is_a_fault() -> None:
    end = walk(debts=[(NEW, B)], Reserve=crash("denied"))
    assert (end.status, end.error) == ("FAILED", "StepBroken")
    assert end.cause == "Holding the stage could not be done: denied"
