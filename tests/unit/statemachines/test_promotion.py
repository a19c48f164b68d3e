"""The way of a release through a stage, state by state."""

from typing import Any

import pytest

from tests.unit.statemachines.machines import filled_in
from tests.unit.statemachines.walker import Answers, End, Problem, Walk, crash

A, B, C = ({"account": "1", "region": region} for region in ("eu-a", "us-b", "ap-c"))
WAVES = [[A], [B, C]]
REF = {"layer": "a", "version": "1.0.0", "digest": "ab", "attempt": 1}
UNAVAILABLE = {"outcome": "unavailable", "reason": "It is throttled."}
LAMBDA_BUSY = Problem("Lambda.ServiceException", "busy")
TIMEOUT = Problem("States.Timeout")


def says(outcome: str, reason: str = "") -> dict[str, str]:
    return {"outcome": outcome, "reason": reason}


HAPPY: Answers = {
    "Lock": says("locked"),
    "RequestApproval": says("approved"),
    "CheckAlarms": says("quiet"),
    "Publish": says("published"),
    "Canary": says("passed", "Imported 1 module."),
    "Activate": says("active"),
    "Restore": says("inactive", "It says 0.9.0 again."),
    "Record": says("recorded"),
}


def walk(waves: Any = WAVES, approval: bool = False, **answers: Any) -> End:
    stage = {"name": "prod", "waves": waves, "approvals": {"required": int(approval)}}
    given = {"release": REF, "stage": stage}
    return Walk(filled_in("promotion"), HAPPY | answers).run(given)


def only_in(target: dict[str, str], problem: Any, otherwise: dict[str, str]) -> Any:
    return lambda payload: problem if payload["target"] == target else otherwise


def regions(end: End, step: str) -> list[str]:
    return [payload["target"]["region"] for payload in end.called(step)]


def order(end: End) -> list[str]:
    return [name for name, _ in end.calls]


def recorded(end: End) -> list[str]:
    return [payload["state"] for payload in end.called("Record")]


def assert_taken_back(end: End, reason: str) -> None:
    """Every pointer was put back, the failure was recorded, and the execution failed."""
    assert sorted(regions(end, "Restore")) == ["ap-c", "eu-a", "us-b"]
    assert order(end)[-1] == "Record"
    assert recorded(end) == ["failed"]
    assert end.called("Record")[0]["reason"] == reason
    assert (end.status, end.error, end.cause) == ("FAILED", "PromotionFailed", reason)


def test_wave_by_wave_a_release_is_published_proven_and_pointed_to() -> None:
    end = walk()
    assert (end.status, end.output) == ("SUCCEEDED", says("active"))
    assert order(end) == [
        "Lock",
        "CheckAlarms",
        *("Publish", "Canary", "Activate"),
        "CheckAlarms",
        *("Publish", "Canary", "Publish", "Canary", "Activate", "Activate"),
        "CheckAlarms",
        "Record",
    ]
    assert regions(end, "Activate") == ["eu-a", "us-b", "ap-c"]
    assert recorded(end) == ["active"]
    assert [payload["moment"] for payload in end.called("CheckAlarms")] == [
        "before the first wave",
        "after wave 1",
        "after wave 2",
    ]


@pytest.mark.parametrize("waves", [[[A]], [[A, B, C]], [[A], [B], [C]]])
def test_waves_of_any_shape_are_gone_through(waves: Any) -> None:
    end = walk(waves)
    expected = [target["region"] for wave in waves for target in wave]
    assert regions(end, "Activate") == expected
    assert end.status == "SUCCEEDED"


@pytest.mark.parametrize("waves", [[[A]], [[A, B, C]], [[A], [B], [C]]])
def test_waves_of_any_shape_are_taken_back_whole(waves: Any) -> None:
    end = walk(waves, CheckAlarms=says("alarm", "It fires."))
    assert regions(end, "Restore") == [target["region"] for wave in waves for target in wave]


def test_a_stage_that_asks_for_approval_waits_for_it_before_anything_happens() -> None:
    end = walk(approval=True)
    assert order(end)[:3] == ["Lock", "RequestApproval", "CheckAlarms"]
    (request,) = end.called("RequestApproval")
    assert request == {"release": REF, "stage": "prod", "task_token": "token"}


def test_a_stage_that_asks_for_none_does_not_wait() -> None:
    assert walk().called("RequestApproval") == []


@pytest.mark.parametrize("outcome", ["denied", "expired"])
def test_without_approval_nothing_is_published_and_the_promotion_fails(outcome: str) -> None:
    end = walk(approval=True, RequestApproval=says(outcome, "Denied by ada: no."))
    assert end.called("Publish") == []
    assert_taken_back(end, "Denied by ada: no.")


@pytest.mark.parametrize("step", ["Lock", "RequestApproval"])
def test_a_superseded_promotion_ends_quietly_and_is_recorded(step: str) -> None:
    end = walk(approval=True, **{step: says("superseded", "A newer one waits.")})
    assert (end.status, end.output) == ("SUCCEEDED", says("superseded", "A newer one waits."))
    assert recorded(end) == ["superseded"]
    assert end.called("Publish") == []
    assert end.called("Restore") == []


@pytest.mark.parametrize("answer", [says("busy", "Another is on its way."), UNAVAILABLE])
def test_a_stage_that_is_taken_is_waited_for(answer: dict[str, str]) -> None:
    end = walk(Lock=[answer] * 5 + [says("locked")])
    assert end.status == "SUCCEEDED"
    assert end.waited == 25


def test_an_alarm_before_the_first_wave_moves_nothing() -> None:
    end = walk(CheckAlarms=says("alarm", "The alarm 'x' is firing."))
    assert end.called("Publish") == []
    assert_taken_back(end, "The alarm 'x' is firing.")


@pytest.mark.parametrize("wave", [1, 2])
def test_an_alarm_after_a_wave_takes_the_whole_stage_back(wave: int) -> None:
    end = walk(CheckAlarms=[says("quiet")] * wave + [says("alarm", "It fires.")])
    assert len(end.called("Activate")) == (1 if wave == 1 else 3)
    assert_taken_back(end, "It fires.")


def test_alarms_that_cannot_be_read_are_waited_for_and_never_taken_for_quiet() -> None:
    end = walk(CheckAlarms=[UNAVAILABLE] * 3 + [says("quiet")])
    assert end.status == "SUCCEEDED"
    assert_taken_back(walk(CheckAlarms=UNAVAILABLE), "It is throttled.")


@pytest.mark.parametrize("step", ["Publish", "Canary"])
@pytest.mark.parametrize("outcome", ["canary_failed", "digest_mismatch", "something new"])
def test_one_target_that_is_not_proven_keeps_its_wave_from_being_pointed_to(
    step: str, outcome: str
) -> None:
    answer = only_in(B, says(outcome, "us-b is bad."), HAPPY[step])
    end = walk(**{step: answer})
    assert regions(end, "Activate") == ["eu-a"]
    assert_taken_back(end, "us-b is bad.")


def test_all_that_is_wrong_is_said() -> None:
    end = walk([[A, B, C]], Canary=lambda p: says("canary_failed", f"{p['target']['region']}."))
    assert_taken_back(end, "eu-a. us-b. ap-c.")


@pytest.mark.parametrize("step", ["Publish", "Canary", "Activate"])
def test_a_target_that_is_unavailable_for_a_while_is_waited_for(step: str) -> None:
    answers = [UNAVAILABLE] * 7 + [HAPPY[step]]
    end = walk([[A]], **{step: answers})
    assert end.status == "SUCCEEDED"
    assert end.waited == 4 * 1 + 3 * 5


@pytest.mark.parametrize(
    ("step", "tries", "doing"),
    [
        ("Publish", 40, "Publishing in us-b"),
        ("Canary", 10, "The canary in us-b"),
        ("Activate", 20, "Moving the pointer in us-b"),
    ],
)
def test_a_target_that_stays_unavailable_fails_the_stage(step: str, tries: int, doing: str) -> None:
    end = walk(**{step: only_in(B, UNAVAILABLE, HAPPY[step])})
    assert regions(end, step).count("us-b") == tries
    assert_taken_back(end, f"{doing} could not be done for too long: It is throttled.")


@pytest.mark.parametrize(
    ("step", "doing"),
    [
        ("Publish", "Publishing in us-b"),
        ("Canary", "The canary in us-b"),
        ("Activate", "Moving the pointer in us-b"),
    ],
)
def test_a_target_whose_step_crashes_fails_the_stage_and_not_the_machine(
    step: str, doing: str
) -> None:
    end = walk(**{step: only_in(B, crash("AccessDenied"), HAPPY[step])})
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


def test_a_lock_that_cannot_be_taken_fails_the_promotion() -> None:
    end = walk(Lock=crash("AccessDenied"))
    assert end.called("Restore") == [], "nothing can have been moved without the lock"
    assert recorded(end) == ["failed"]
    assert end.cause == "Taking the lock of the stage could not be done: AccessDenied"


LAMBDAS = ["Lock", "RequestApproval", "CheckAlarms", "Publish", "Canary", "Activate", "Record"]


@pytest.mark.parametrize("step", LAMBDAS)
def test_what_lambda_may_fail_with_is_repeated(step: str) -> None:
    answers = [LAMBDA_BUSY] * 6 + [TIMEOUT] * 2 + [HAPPY[step]]
    end = walk([[A]], approval=True, **{step: answers})
    assert end.status == "SUCCEEDED"
    assert end.waited > 0


@pytest.mark.parametrize("step", LAMBDAS)
def test_what_lambda_keeps_failing_with_fails_the_promotion(step: str) -> None:
    end = walk([[A]], approval=True, **{step: LAMBDA_BUSY})
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
    end = walk(
        CheckAlarms=says("alarm", "It fires."),
        Restore=only_in(B, problem, HAPPY["Restore"]),
    )
    assert set(regions(end, "Restore")) == {"eu-a", "us-b", "ap-c"}
    assert end.cause == f"It fires. {doing}"
    assert recorded(end) == ["failed"]


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


def test_what_is_recorded_names_the_execution_that_holds_the_lock() -> None:
    end = walk()
    (lock,), (record,) = end.called("Lock"), end.called("Record")
    assert record["execution"] == lock["execution"]
