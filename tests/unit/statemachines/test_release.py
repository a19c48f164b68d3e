"""The way of a drop, state by state."""

import json
from typing import Any

import pytest

from tests.unit.statemachines.machines import filled_in
from tests.unit.statemachines.walker import Answers, End, Problem, Walk, crash

DROP = {"detail": {"bucket": {"name": "artifacts"}, "object": {"key": "incoming/a/1.0.0.zip"}}}
REF = {"layer": "a", "version": "1.0.0", "digest": "ab", "attempt": 1}
STAGES = [{"name": "dev"}, {"name": "prod"}]
ACCEPTED = {"outcome": "accepted", "reason": ""}
CLAIMED = {"outcome": "claimed", "reason": "", "release": REF, "stages": STAGES}
UNAVAILABLE = {"outcome": "unavailable", "reason": "DynamoDB is not there"}
LAMBDA_BUSY = Problem("Lambda.TooManyRequestsException", "slow down")
TIMEOUT = Problem("States.Timeout")


def recorded(payload: Any) -> dict[str, Any]:
    return {"outcome": "recorded", "reason": payload["reason"]}


HAPPY: Answers = {
    "Inspect": ACCEPTED,
    "Claim": CLAIMED,
    "Promotion": {"outcome": "active", "reason": ""},
    "Record": recorded,
}


def walk(drop: Any = DROP, **answers: Any) -> End:
    return Walk(filled_in("release"), HAPPY | answers).run(drop)


def states_recorded(end: End) -> list[Any]:
    return [payload.get("state", payload.get("outcome")) for payload in end.called("Record")]


def failed_promotion(cause: str) -> Problem:
    """Return how startExecution.sync:2 tells of a nested execution that failed."""
    nested = {"Status": "FAILED", "Error": "PromotionFailed", "Cause": cause}
    return Problem("States.TaskFailed", json.dumps(nested))


def test_a_sound_zip_is_claimed_and_promoted_stage_by_stage() -> None:
    end = walk()
    assert (end.status, end.output["outcome"]) == ("SUCCEEDED", "succeeded")
    assert [name for name, _ in end.calls] == [
        "Inspect",
        "Claim",
        "Promotion",
        "Promotion",
        "Record",
    ]
    assert [call["stage"] for call in end.called("Promotion")] == STAGES
    assert all(call["release"] == REF for call in end.called("Promotion"))
    assert states_recorded(end) == ["succeeded"]
    assert end.waited == 0


def test_each_stage_and_attempt_has_one_nested_execution_by_its_name() -> None:
    first, again = walk(), walk()
    assert first.names == again.names
    assert len(set(first.names)) == len(STAGES)
    retried = walk(Claim=CLAIMED | {"release": REF | {"attempt": 2}})
    other = walk(Claim=CLAIMED | {"release": REF | {"layer": "b"}})
    assert not set(first.names) & {*retried.names, *other.names}


def test_a_policy_of_one_stage_is_a_way_too() -> None:
    end = walk(Claim=CLAIMED | {"stages": STAGES[:1]})
    assert (end.status, len(end.called("Promotion"))) == ("SUCCEEDED", 1)


@pytest.mark.parametrize("version", [None, "v7"])
def test_the_object_version_is_handed_on_if_the_event_has_it(version: str | None) -> None:
    detail = {"bucket": {"name": "artifacts"}, "object": {"key": "k"}}
    if version is not None:
        detail["object"]["version-id"] = version
    end = walk({"detail": detail})
    assert end.called("Inspect") == [{"bucket": "artifacts", "key": "k", "version_id": version}]


def test_what_was_inspected_is_claimed_by_this_execution() -> None:
    (claim,) = walk().called("Claim")
    assert claim["inspection"] == ACCEPTED
    assert claim["execution"].endswith(":run")


def test_a_rejected_zip_is_recorded_and_no_fault() -> None:
    end = walk(Inspect={"outcome": "rejected", "reason": "Bad zip."})
    assert (end.status, end.trail[-1]) == ("SUCCEEDED", "Ended")
    assert end.output == {"outcome": "rejected", "reason": "Bad zip."}
    assert [name for name, _ in end.calls] == ["Inspect", "Record"]


@pytest.mark.parametrize("outcome", ["rejected", "unchanged"])
def test_what_is_not_claimed_is_recorded_and_no_fault(outcome: str) -> None:
    end = walk(Claim={"outcome": outcome, "reason": "Why."})
    assert (end.status, end.output["outcome"]) == ("SUCCEEDED", outcome)
    (record,) = end.called("Record")
    assert (record["subject"], record["outcome"], record["reason"]) == ("drop", outcome, "Why.")


def test_a_superseded_release_is_recorded_and_no_fault() -> None:
    end = walk(Promotion=[{"outcome": "superseded", "reason": "A newer one."}])
    assert (end.status, end.output["outcome"]) == ("SUCCEEDED", "superseded")
    assert len(end.called("Promotion")) == 1
    (record,) = end.called("Record")
    assert (record["state"], record["reason"]) == ("superseded", "A newer one.")


@pytest.mark.parametrize(("stage", "promotions"), [("dev", 1), ("prod", 2)])
def test_a_failed_promotion_fails_the_release_with_its_cause(stage: str, promotions: int) -> None:
    active = HAPPY["Promotion"]
    answers = [active] * (promotions - 1) + [failed_promotion("The canary failed.")]
    end = walk(Promotion=answers)
    assert (end.status, end.error) == ("FAILED", "ReleaseFailed")
    assert end.cause == f"a 1.0.0 failed. {stage}: The canary failed."
    assert states_recorded(end) == ["failed"]
    assert len(end.called("Promotion")) == promotions


def test_a_promotion_that_was_stopped_fails_the_release() -> None:
    end = walk(Promotion=Problem("States.TaskFailed", ""))
    assert end.cause == "a 1.0.0 failed. dev: States.TaskFailed"


@pytest.mark.parametrize("step", ["Inspect", "Claim"])
def test_a_step_that_is_unavailable_is_asked_again_later(step: str) -> None:
    end = walk(**{step: [UNAVAILABLE, UNAVAILABLE, HAPPY[step]]})
    assert end.status == "SUCCEEDED"
    assert len(end.called(step)) == 3
    assert end.waited > 0


@pytest.mark.parametrize("step", ["Inspect", "Claim"])
def test_a_step_that_stays_unavailable_breaks_with_its_reason(step: str) -> None:
    end = walk(**{step: UNAVAILABLE})
    assert (end.status, end.error) == ("FAILED", "StepBroken")
    assert end.cause == "A step was unavailable for too long: DynamoDB is not there"
    assert len(end.called(step)) == 10


STEPS = {
    "Inspect": ("Inspecting the zip", {}),
    "Claim": ("Claiming the release", {}),
    "Record": ("Recording the drop", {"Inspect": {"outcome": "rejected", "reason": "Bad."}}),
}


@pytest.mark.parametrize("step", STEPS)
def test_what_lambda_may_fail_with_is_repeated(step: str) -> None:
    _, others = STEPS[step]
    answers = [LAMBDA_BUSY] * 6 + [TIMEOUT] * 2 + [HAPPY[step]]
    if step == "Record":
        answers[-1] = {"outcome": "recorded", "reason": ""}
    end = walk(**(others | {step: answers}))
    assert end.status == "SUCCEEDED"
    assert len(end.called(step)) == 9


@pytest.mark.parametrize("problem", [LAMBDA_BUSY, TIMEOUT])
@pytest.mark.parametrize("step", STEPS)
def test_what_lambda_keeps_failing_with_breaks(step: str, problem: Problem) -> None:
    doing, others = STEPS[step]
    end = walk(**(others | {step: problem}))
    assert (end.status, end.error) == ("FAILED", "StepBroken")
    said = problem.cause or problem.error
    assert end.cause == f"{doing} could not be done: {said}"


@pytest.mark.parametrize("step", STEPS)
def test_an_exception_is_not_repeated_and_says_what_it_said(step: str) -> None:
    doing, others = STEPS[step]
    end = walk(**(others | {step: crash("AccessDenied: s3:GetObject")}))
    assert (end.status, end.error) == ("FAILED", "StepBroken")
    assert end.cause == f"{doing} could not be done: AccessDenied: s3:GetObject"
    assert len(end.called(step)) == 1


def test_a_drop_is_recorded_as_soon_as_the_registry_is_there() -> None:
    answers = [UNAVAILABLE, UNAVAILABLE, {"outcome": "recorded", "reason": ""}]
    end = walk(Inspect={"outcome": "rejected", "reason": "Bad."}, Record=answers)
    assert end.output == {"outcome": "rejected", "reason": "Bad."}
    assert len(end.called("Record")) == 3


def test_a_drop_that_cannot_be_recorded_is_no_quiet_success() -> None:
    end = walk(Inspect={"outcome": "rejected", "reason": "Bad."}, Record=UNAVAILABLE)
    assert (end.status, end.error) == ("FAILED", "StepBroken")
    assert "DynamoDB is not there" in end.cause
    assert len(end.called("Record")) == 10


@pytest.mark.parametrize("promotion", [HAPPY["Promotion"], failed_promotion("No.")])
def test_the_end_is_recorded_as_soon_as_the_registry_is_there(promotion: Any) -> None:
    answers = [UNAVAILABLE, UNAVAILABLE, {"outcome": "recorded", "reason": "Said."}]
    end = walk(Promotion=promotion, Record=answers)
    assert len(end.called("Record")) == 3
    assert end.error in ("", "ReleaseFailed")


@pytest.mark.parametrize("promotion", [HAPPY["Promotion"], failed_promotion("No.")])
def test_an_end_that_cannot_be_recorded_is_no_quiet_success(promotion: Any) -> None:
    end = walk(Promotion=promotion, Record=UNAVAILABLE)
    assert end.status == "FAILED"
    assert "DynamoDB is not there" in end.cause


def test_a_failure_that_cannot_be_recorded_says_both() -> None:
    end = walk(Promotion=failed_promotion("No."), Record=crash("denied"))
    assert end.error == "StepBroken"
    assert end.cause == "dev: No. Recording this could not be done: denied"
