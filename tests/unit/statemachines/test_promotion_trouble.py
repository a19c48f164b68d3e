"""Steps that are unavailable, time out or crash on the way of a promotion, state by state."""

from typing import Any

import pytest

from tests.unit.statemachines.promotions import (
    AWAY,
    GRANTS,
    HAPPY,
    LAMBDA_BUSY,
    TIMEOUT,
    UNAVAILABLE,
    A,
    B,
    assert_taken_back,
    go_on_without,
    only_in,
    recorded,
    regions,
    says,
    walk,
)
from tests.unit.statemachines.walker import End, Problem, crash


@pytest.mark.parametrize("step", ["Publish", "Canary", "TryConsumers", "Grant", "Activate"])
def test_a_target_that_is_unavailable_for_a_while_is_waited_for(step: str) -> None:
    answers = [UNAVAILABLE] * 7 + [HAPPY[step]]
    end = walk([[A]], grants=GRANTS, consumers=True, **{step: answers})
    assert end.status == "SUCCEEDED"
    assert end.waited == 4 * 1 + 3 * 5


@pytest.mark.parametrize(
    ("step", "doing"),
    [
        ("Publish", "Publishing in us-b"),
        ("Canary", "The canary in us-b"),
        ("TryConsumers", "Trying consumers in us-b"),
        ("Grant", "Granting in us-b"),
        ("Activate", "Moving the pointer in us-b"),
    ],
)
def test_a_target_that_no_step_gives_up_is_not_asked_for_ever(step: str, doing: str) -> None:
    end = walk(grants=GRANTS, consumers=True, **{step: only_in(B, UNAVAILABLE, HAPPY[step])})
    assert regions(end, step).count("us-b") == 150
    assert end.waited > 6 * 3600, "longer than a policy may have it waited for"
    assert_taken_back(end, f"{doing} could not be done for too long: It is throttled.")


@pytest.mark.parametrize(
    ("step", "doing"),
    [
        ("Publish", "Publishing in us-b"),
        ("Canary", "The canary in us-b"),
        ("TryConsumers", "Trying consumers in us-b"),
        ("Grant", "Granting in us-b"),
        ("Activate", "Moving the pointer in us-b"),
    ],
)
def test_a_target_whose_step_crashes_fails_the_stage_and_not_the_machine(
    step: str, doing: str
) -> None:
    end = walk(
        grants=GRANTS, consumers=True, **{step: only_in(B, crash("AccessDenied"), HAPPY[step])}
    )
    assert regions(end, step)[-1] == "ap-c", "the others of the wave are gone through"
    assert_taken_back(end, f"{doing} could not be done: AccessDenied")


@pytest.mark.parametrize(
    ("step", "doing"),
    [
        ("RequestApproval", "Asking for approval"),
        ("CheckAlarms", "Checking the alarms"),
    ],
)
def test_a_gate_that_crashes_is_not_open(step: str, doing: str) -> None:
    end = walk(approval=True, **{step: crash("AccessDenied")})
    assert end.called("Publish") == []
    assert_taken_back(end, f"{doing} could not be done: AccessDenied")


def test_asking_goes_on_while_something_it_needs_is_out_of_reach() -> None:
    # Where others answer `unavailable`, this one waits for a decision: so it fails, by that name.
    away = Problem("Unavailable", "S3 is throttled.")
    end = walk([[A]], approval=True, RequestApproval=[away] * 10 + [HAPPY["RequestApproval"]])
    assert end.status == "SUCCEEDED"
    assert 60 < end.waited < 600


def test_a_lock_that_cannot_be_taken_fails_the_promotion() -> None:
    end = walk(Lock=crash("AccessDenied"))
    assert end.called("Restore") == [], "nothing can have been moved without the lock"
    assert recorded(end) == ["failed"]
    assert end.cause == "Taking the lock of the stage could not be done: AccessDenied"


LAMBDAS = [
    *("Lock", "RequestApproval", "CheckAlarms", "Publish", "Canary", "TryConsumers", "Grant"),
    *("Activate", "Record"),
]


@pytest.mark.parametrize("step", LAMBDAS)
def test_what_lambda_may_fail_with_is_repeated(step: str) -> None:
    answers = [LAMBDA_BUSY] * 6 + [TIMEOUT] * 2 + [HAPPY[step]]
    end = walk([[A]], approval=True, grants=GRANTS, consumers=True, **{step: answers})
    assert end.status == "SUCCEEDED"
    assert end.waited > 0


@pytest.mark.parametrize("step", LAMBDAS)
def test_what_lambda_keeps_failing_with_fails_the_promotion(step: str) -> None:
    end = walk([[A]], approval=True, grants=GRANTS, consumers=True, **{step: LAMBDA_BUSY})
    assert (end.status, end.error) == ("FAILED", "PromotionFailed")
    assert "could not be done: busy" in end.cause


def test_a_restore_goes_on_whatever_lambda_fails_with() -> None:
    answers = [LAMBDA_BUSY] * 6 + [TIMEOUT] * 2 + [HAPPY["Restore"]]
    end = walk(CheckAlarms=says("alarm", "It fires."), Restore=answers)
    assert_taken_back_with_repeats(end, "It fires.")


def assert_taken_back_with_repeats(end: End, reason: str) -> None:
    assert set(regions(end, "Restore")) == {"eu-a", "us-b", "ap-c"}
    assert recorded(end) == ["failed"]
    assert end.cause == reason


def test_a_pointer_that_cannot_be_put_back_at_once_is_waited_for() -> None:
    answers = only_in(B, UNAVAILABLE, HAPPY["Restore"])
    seen = []

    def restore(payload: Any) -> Any:
        seen.append(payload["target"])
        return HAPPY["Restore"] if seen.count(B) > 5 else answers(payload)

    end = walk(CheckAlarms=says("alarm", "It fires."), Restore=restore)
    assert regions(end, "Restore").count("us-b") == 6
    assert end.cause == "It fires."


@pytest.mark.parametrize(
    ("problem", "doing"),
    [
        (crash("denied"), "Putting the pointer in us-b back could not be done: denied"),
        (
            UNAVAILABLE,
            "Putting the pointer back in us-b could not be done for too long: It is throttled.",
        ),
    ],
)
def test_a_pointer_that_cannot_be_put_back_is_said_and_the_others_are(
    problem: Any, doing: str
) -> None:
    def record(payload: Any) -> Any:
        stuck = payload["subject"] == "stuck"
        return says("stuck", payload["reason"]) if stuck else HAPPY["Record"]

    end = walk(
        CheckAlarms=says("alarm", "It fires."),
        Restore=only_in(B, problem, HAPPY["Restore"]),
        Record=record,
    )
    assert set(regions(end, "Restore")) == {"eu-a", "us-b", "ap-c"}
    assert end.cause == f"It fires. {doing}"
    (stuck,) = [p for p in end.called("Record") if p["subject"] == "stuck"]
    assert (stuck["target"], stuck["reason"]) == (B, doing)
    assert recorded(end) == ["failed"]


def test_a_stuck_pointer_that_cannot_be_recorded_is_still_said() -> None:
    def record(payload: Any) -> Any:
        return crash("no registry") if payload["subject"] == "stuck" else HAPPY["Record"]

    end = walk(
        CheckAlarms=says("alarm", "It fires."),
        Restore=only_in(B, crash("denied"), HAPPY["Restore"]),
        Record=record,
    )
    assert end.cause == "It fires. Putting the pointer in us-b back could not be done: denied"


def test_a_superseded_promotion_is_recorded_as_soon_as_the_registry_is_there() -> None:
    answers = [UNAVAILABLE, UNAVAILABLE, HAPPY["Record"]]
    end = walk(Lock=says("superseded", "A newer one."), Record=answers)
    assert end.output == says("superseded", "A newer one.")
    assert recorded(end) == ["superseded"] * 3


def test_a_superseded_promotion_that_cannot_be_recorded_fails() -> None:
    end = walk(Lock=says("superseded", "A newer one."), Record=UNAVAILABLE)
    assert (end.status, end.error) == ("FAILED", "PromotionFailed")


def test_a_live_stage_is_recorded_as_soon_as_the_registry_is_there() -> None:
    end = walk(Record=[UNAVAILABLE, UNAVAILABLE, HAPPY["Record"]])
    assert (end.status, recorded(end)) == ("SUCCEEDED", ["active"] * 3)


@pytest.mark.parametrize("answer", [UNAVAILABLE, crash("denied")])
def test_a_stage_that_cannot_be_recorded_as_live_is_taken_back(answer: Any) -> None:
    def record(payload: Any) -> Any:
        return answer if payload["state"] == "active" else HAPPY["Record"]

    end = walk(Record=record)
    assert regions(end, "Restore") == ["eu-a", "us-b", "ap-c"]
    assert recorded(end)[-1] == "failed"
    assert (end.status, end.error) == ("FAILED", "PromotionFailed")
    assert end.called("Record")[-1]["reason"]


@pytest.mark.parametrize("answer", [UNAVAILABLE, crash("denied")])
def test_a_failure_that_cannot_be_recorded_is_a_failure(answer: Any) -> None:
    end = walk(CheckAlarms=says("alarm", "It fires."), Record=answer)
    assert (end.status, end.error) == ("FAILED", "PromotionFailed")
    assert end.cause.startswith("It fires.")


@pytest.mark.parametrize("step", ["Settle", "Recover"])
def test_a_step_for_trouble_is_repeated_as_any_other(step: str) -> None:
    answers = [LAMBDA_BUSY] * 6 + [TIMEOUT] * 2
    trouble: dict[str, Any] = {
        "Settle": {"Publish": only_in(B, AWAY, HAPPY["Publish"]), "Settle": go_on_without(B)},
        "Recover": {"Lock": [says("abandoned"), says("locked")], "Recover": HAPPY["Recover"]},
    }[step]
    end = walk(**trouble | {step: [*answers, trouble[step]]})
    assert end.status == "SUCCEEDED"
    crashed = walk(**trouble | {step: crash("denied")})
    assert crashed.status == "FAILED"
    assert "could not be done: denied" in crashed.cause
