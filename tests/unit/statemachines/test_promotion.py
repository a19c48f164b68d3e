"""The way of a release through a stage, state by state."""

from typing import Any

import pytest

from layerlift.domain.gates.bakes import bake_interval
from tests.unit.statemachines.machines import filled_in
from tests.unit.statemachines.walker import Answers, End, Problem, Walk, crash

A, B, C = ({"account": "1", "region": region} for region in ("eu-a", "us-b", "ap-c"))
WAVES = [[A], [B, C]]
REF = {"layer": "a", "version": "1.0.0", "digest": "ab", "attempt": 1}
GRANTS = {"accounts": ["222222222222"]}
UNAVAILABLE = {"outcome": "unavailable", "reason": "It is throttled."}
LAMBDA_BUSY = Problem("Lambda.ServiceException", "busy")
TIMEOUT = Problem("States.Timeout")


def says(outcome: str, reason: str = "") -> dict[str, str]:
    return {"outcome": outcome, "reason": reason}


HAPPY: Answers = {
    "Lock": says("locked"),
    "Recover": says("recovered"),
    "Settle": says("settled"),
    "RequestApproval": says("approved"),
    "CheckAlarms": says("quiet"),
    "Publish": says("published"),
    "Canary": says("passed", "Imported 1 module."),
    "TryConsumers": says("passed"),
    "Grant": says("granted"),
    "Activate": says("active"),
    "Restore": says("inactive", "It says 0.9.0 again."),
    "Record": says("recorded"),
}


def walk(
    waves: Any = WAVES,
    approval: bool = False,
    *,
    grants: Any = None,
    consumers: bool = False,
    attempt: int = 1,
    **answers: Any,
) -> End:
    stage = {"name": "prod", "waves": waves, "approvals": {"required": int(approval)}}
    stage |= {"canary": {"consumers": [{"tags": {"canary": "yes"}}] if consumers else []}}
    if grants is not None:
        stage |= {"grants": {"accounts": [], "organization": None, "reader": None} | grants}
    given = {"release": REF | {"attempt": attempt}, "stage": stage}
    return Walk(filled_in("promotion"), HAPPY | answers).run(given)


def only_in(target: dict[str, str], problem: Any, otherwise: dict[str, str]) -> Any:
    return lambda payload: problem if payload["target"] == target else otherwise


def regions(end: End, step: str) -> list[str]:
    return [payload["target"]["region"] for payload in end.called(step)]


def order(end: End) -> list[str]:
    return [name for name, _ in end.calls]


def recorded(end: End) -> list[str]:
    """Return the states of the stage that were recorded, without pointers that are stuck."""
    return [payload["state"] for payload in end.called("Record") if payload["subject"] == "stage"]


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
    assert [payload["wave"] for payload in end.called("CheckAlarms")] == [0, 1, 2]


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


@pytest.mark.parametrize(
    "grants", [{"accounts": ["222222222222"]}, {"organization": "o-a1b2c3d4e5"}]
)
def test_a_wave_is_granted_whole_after_its_canaries_and_before_a_pointer_moves(grants: Any) -> None:
    end = walk([[A], [B, C]], grants=grants)
    assert end.status == "SUCCEEDED"
    assert [name for name in order(end) if name in ("Canary", "Grant", "Activate")] == [
        *("Canary", "Grant", "Activate"),
        *("Canary", "Canary", "Grant", "Grant", "Activate", "Activate"),
    ]
    assert end.called("Grant")[0] == {"release": REF, "stage": "prod", "target": A}


@pytest.mark.parametrize("grants", [None, {}])
def test_a_stage_that_grants_nothing_has_no_such_step(grants: Any) -> None:
    assert walk(grants=grants).called("Grant") == []


def test_what_an_earlier_attempt_may_have_granted_is_gone_through_again() -> None:
    end = walk(grants={}, attempt=2)
    assert regions(end, "Grant") == ["eu-a", "us-b", "ap-c"]
    assert end.status == "SUCCEEDED"


def test_nothing_is_granted_while_a_canary_of_the_wave_fails() -> None:
    failing = only_in(B, says("canary_failed", "us-b is bad."), HAPPY["Canary"])
    end = walk([[A, B]], grants=GRANTS, Canary=failing)
    assert end.called("Grant") == []


def test_a_version_that_a_consumer_cannot_read_keeps_its_wave_from_being_pointed_to() -> None:
    answer = only_in(B, says("unreadable", "The reader cannot read it."), HAPPY["Grant"])
    end = walk(grants=GRANTS, Grant=answer)
    assert regions(end, "Activate") == ["eu-a"]
    assert_taken_back(end, "The reader cannot read it.")


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


def waits(outcome: str, seconds: int) -> dict[str, Any]:
    return says(outcome, f"It is {outcome}.") | {"wait_seconds": seconds}


def test_a_held_stage_waits_as_long_as_it_is_told_and_goes_on_by_itself() -> None:
    end = walk(CheckAlarms=[waits("held", 15)] * 3 + [waits("held", 300), says("quiet")])
    assert end.status == "SUCCEEDED"
    assert end.waited == 345
    assert end.trail.count("Held") == 4
    assert end.called("Publish")


def test_a_stage_whose_hold_ends_badly_moves_nothing() -> None:
    end = walk(CheckAlarms=[waits("held", 15), says("alarm", "It held for 24h.")])
    assert end.called("Publish") == []
    assert_taken_back(end, "It held for 24h.")


def test_a_held_stage_gives_way_to_a_newer_release() -> None:
    end = walk(CheckAlarms=[waits("held", 15), says("superseded", "1.0.1 takes its place.")])
    assert end.output == says("superseded", "1.0.1 takes its place.")
    assert (recorded(end), end.called("Restore")) == (["superseded"], [])


def test_the_next_wave_starts_when_the_one_before_has_baked() -> None:
    bakes = [waits("baking", 90)] * 20
    answers = [says("quiet"), *bakes, says("quiet"), *bakes, says("quiet")]
    end = walk(CheckAlarms=answers)
    assert (end.status, end.waited) == ("SUCCEEDED", 2 * 1800)
    names = [name for name, _ in end.calls if name in ("CheckAlarms", "Activate")]
    assert names[:22] == ["CheckAlarms", "Activate", *["CheckAlarms"] * 20]
    assert [payload["wave"] for payload in end.called("CheckAlarms")] == [0, *[1] * 21, *[2] * 21]


def test_an_alarm_that_fires_during_the_bake_rolls_back_and_the_next_wave_is_not_touched() -> None:
    answers = [says("quiet"), waits("baking", 90), says("alarm", "It fires.")]
    end = walk(CheckAlarms=answers)
    assert (regions(end, "Publish"), regions(end, "Activate")) == (["eu-a"], ["eu-a"])
    assert_taken_back(end, "It fires.")


@pytest.mark.parametrize("outcome", ["held", "baking"])
def test_the_patience_with_a_region_begins_anew_after_every_wait(outcome: str) -> None:
    round_of = [waits(outcome, 15), *[UNAVAILABLE] * 50]
    assert walk(CheckAlarms=[*round_of * 3, says("quiet")]).status == "SUCCEEDED"


def test_a_day_of_baking_costs_two_cents_of_state_transitions() -> None:
    interval = bake_interval(86_400, waves=1)
    looks = 86_400 // interval
    with_bake = walk(
        [[A]], CheckAlarms=[says("quiet"), *[waits("baking", interval)] * looks, says("quiet")]
    )
    transitions = len(with_bake.trail) - len(walk([[A]]).trail)
    assert with_bake.waited == 86_400
    assert (looks, transitions) == (288, 288 * 3)
    # Dollars a state transition of a standard workflow, https://aws.amazon.com/step-functions/pricing
    assert transitions * 0.025 / 1000 == pytest.approx(0.0216)


@pytest.mark.parametrize("step", ["Publish", "Canary", "TryConsumers"])
@pytest.mark.parametrize("outcome", ["canary_failed", "digest_mismatch", "something new"])
def test_one_target_that_is_not_proven_keeps_its_wave_from_being_pointed_to(
    step: str, outcome: str
) -> None:
    answer = only_in(B, says(outcome, "us-b is bad."), HAPPY[step])
    end = walk(consumers=True, **{step: answer})
    assert regions(end, "Activate") == ["eu-a"]
    assert_taken_back(end, "us-b is bad.")


def test_what_could_not_be_exercised_goes_on_and_is_no_reason_for_another_targets_failure() -> None:
    nothing = says("not_exercised", "Nothing could be tried.")
    assert walk(Canary=nothing).status == "SUCCEEDED"
    end = walk([[A, B, C]], Canary=only_in(B, says("canary_failed", "us-b."), nothing))
    assert_taken_back(end, "us-b.")


def test_consumers_try_what_the_canary_has_passed_and_only_if_there_are_some() -> None:
    end = walk([[A, B]], consumers=True, Canary=only_in(B, says("canary_failed"), HAPPY["Canary"]))
    assert regions(end, "TryConsumers") == ["eu-a"]
    nothing = says("not_exercised", "Nothing could be tried.")
    assert regions(walk([[A]], consumers=True, Canary=nothing), "TryConsumers") == ["eu-a"]
    assert walk().called("TryConsumers") == []


def test_all_that_is_wrong_is_said() -> None:
    end = walk([[A, B, C]], Canary=lambda p: says("canary_failed", f"{p['target']['region']}."))
    assert_taken_back(end, "eu-a. us-b. ap-c.")


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


def test_what_is_recorded_names_the_execution_that_holds_the_lock() -> None:
    end = walk()
    (lock,), (record,) = end.called("Lock"), end.called("Record")
    assert record["execution"] == lock["execution"]


AWAY = says("unreachable", "us-b is out of reach since 12:00:00 UTC.")


def go_on_without(*away: dict[str, str]) -> Any:
    """Answer as the step does that the policy allows these debts."""
    return lambda payload: (
        says("settled")
        | {"targets": [target for target in payload["targets"] if target not in away]}
    )


@pytest.mark.parametrize("step", ["Publish", "Canary", "TryConsumers"])
def test_a_target_that_cannot_be_reached_does_not_hold_the_others(step: str) -> None:
    end = walk(consumers=True, **{step: only_in(B, AWAY, HAPPY[step]), "Settle": go_on_without(B)})
    assert end.status == "SUCCEEDED"
    assert regions(end, "Activate") == ["eu-a", "ap-c"]
    (settled,) = end.called("Settle")
    assert settled["targets"] == [B, C]
    assert [verdict["outcome"] for verdict in settled["verdicts"]] == ["unreachable", "passed"]
    assert recorded(end) == ["active"]


@pytest.mark.parametrize("problem", [TIMEOUT, Problem("Sandbox.Timedout", "timed out")], ids=str)
@pytest.mark.parametrize("step", ["Publish", "Canary", "Grant", "Activate"])
def test_a_target_in_which_a_step_never_ends_in_time_is_out_of_reach_for_it(
    step: str, problem: Problem
) -> None:
    away = only_in(B, problem, HAPPY[step])
    end = walk(grants=GRANTS, **{step: away, "Settle": go_on_without(B)})
    assert end.status == "SUCCEEDED"
    (settled,) = end.called("Settle")
    verdict = next(v for v in settled["verdicts"] if v["outcome"] == "unreachable")
    assert "us-b did not end in time, however often it was tried" in verdict["reason"]
    assert regions(end, step).count("us-b") == 3, "it is tried again before it is given up"


def test_a_wave_of_which_nobody_can_be_reached_moves_nothing_and_the_next_goes_on() -> None:
    end = walk([[B], [A, C]], Publish=only_in(B, AWAY, HAPPY["Publish"]), Settle=go_on_without(B))
    assert end.status == "SUCCEEDED"
    assert regions(end, "Activate") == ["eu-a", "ap-c"]


def test_a_target_that_goes_away_before_its_pointer_moves_does_not_hold_the_others() -> None:
    end = walk(Activate=only_in(B, AWAY, HAPPY["Activate"]), Settle=go_on_without(B))
    assert end.status == "SUCCEEDED"
    (settled,) = end.called("Settle")
    assert [verdict["outcome"] for verdict in settled["verdicts"]] == ["unreachable", "active"]


def test_targets_that_go_away_one_after_the_other_are_settled_each_in_its_turn() -> None:
    end = walk(
        [[A, B, C]],
        Publish=only_in(B, AWAY, HAPPY["Publish"]),
        Activate=only_in(C, AWAY, HAPPY["Activate"]),
        Settle=[go_on_without(B), go_on_without(C)],
    )
    assert end.status == "SUCCEEDED"
    assert [payload["targets"] for payload in end.called("Settle")] == [[A, B, C], [A, C]]


def test_more_targets_out_of_reach_than_allowed_take_the_stage_back() -> None:
    answer = says("overdrawn", "2 of the targets cannot be reached.")
    end = walk(Publish=only_in(B, AWAY, HAPPY["Publish"]), Settle=answer)
    assert regions(end, "Activate") == ["eu-a"]
    assert_taken_back(end, "2 of the targets cannot be reached.")


def test_a_canary_that_failed_is_never_a_debt() -> None:
    failed = only_in(C, says("canary_failed", "ap-c is bad."), AWAY)
    end = walk([[B, C]], Canary=failed)
    assert end.called("Settle") == []
    assert end.status == "FAILED"


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


def test_a_registry_that_is_away_while_debts_are_settled_is_waited_for() -> None:
    away = only_in(B, AWAY, HAPPY["Publish"])
    end = walk(Publish=away, Settle=[UNAVAILABLE, UNAVAILABLE, go_on_without(B)])
    assert end.status == "SUCCEEDED"
    assert_taken_back(walk(Publish=away, Settle=UNAVAILABLE), "It is throttled.")


def test_what_a_stopped_promotion_has_left_is_put_back_before_the_next_begins() -> None:
    end = walk(Lock=[says("abandoned", "0.9.0 has left it half done."), says("locked")])
    assert order(end)[:3] == ["Lock", "Recover", "Lock"]
    assert end.status == "SUCCEEDED"


def test_a_stage_that_another_is_just_recovering_is_waited_for() -> None:
    end = walk(Lock=[says("abandoned"), says("busy"), says("locked")], Recover=says("busy"))
    assert order(end)[:4] == ["Lock", "Recover", "Lock", "Lock"]
    assert end.waited > 0


def test_a_stage_that_cannot_be_recovered_fails_the_promotion() -> None:
    end = walk(Lock=says("abandoned", "0.9.0 has left it half done."), Recover=UNAVAILABLE)
    assert (end.status, recorded(end)) == ("FAILED", ["failed"])
    assert end.cause == "0.9.0 has left it half done."


def test_a_release_that_was_rolled_back_goes_no_further() -> None:
    end = walk(Lock=says("rolled_back", "It was rolled back in dev by ada."))
    assert end.called("Publish") == []
    assert (end.status, end.cause) == ("FAILED", "It was rolled back in dev by ada.")
