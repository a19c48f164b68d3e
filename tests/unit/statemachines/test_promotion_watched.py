"""What alarms, holds and bakes do to a promotion, state by state."""

from typing import Any

import pytest

from layerlift.domain.gates.bakes import bake_interval
from layerlift.domain.names import parse_layer_name
from layerlift.domain.policy import Policy
from layerlift.releasing.policies import plan_stages
from tests.unit.statemachines.promotions import (
    UNAVAILABLE,
    A,
    assert_taken_back,
    order,
    recorded,
    regions,
    says,
    walk,
)


def planned(**gates: Any) -> dict[str, Any]:
    """Return the gates of a stage as the claim hands its plan to the state machine."""
    stage = {"name": "prod", "waves": [["eu-central-1"]], **gates}
    policy = Policy.model_validate({"version": 1, "stages": [stage]})
    (plan,) = plan_stages(policy, parse_layer_name("a"), "111122223333")
    return plan.model_dump(mode="json", include={"alarms", "bake", "freezes"})


@pytest.mark.parametrize(
    "gates",
    [
        {"alarms": {"names": ["errors", "latency"]}},
        {"alarms": {"prefixes": ["checkout-"]}},
        {"alarms": {"tags": {"team": "checkout"}}},
        {"alarms": {"regions": {"us-east-1": {"names": ["cdn-errors"]}}}},
        {"bake": "1s"},
        {
            "freezes": [
                {"weekly": "Fri 16:00 - Mon 08:00", "timezone": "Asia/Tokyo", "reason": "Weekend"}
            ]
        },
    ],
)
def test_every_gate_of_a_policy_is_looked_at_before_and_after_each_wave(gates: Any) -> None:
    assert len(walk(watched=planned(**gates)).called("CheckAlarms")) == 3


def test_where_the_policy_has_no_such_gate_nobody_is_asked() -> None:
    end = walk(approval=True, watched=planned())
    assert order(end) == [
        *("Lock", "RequestApproval", "Publish", "Canary", "Activate"),
        *("Publish", "Canary", "Publish", "Canary", "Activate", "Activate", "Record"),
    ]
    assert (end.status, recorded(end)) == ("SUCCEEDED", ["active"])


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
