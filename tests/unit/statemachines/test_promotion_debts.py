"""Targets out of reach, state by state: who is waited for, and who is owed."""

import pytest

from tests.unit.statemachines.promotions import (
    AWAY,
    GRANTS,
    HAPPY,
    TIMEOUT,
    UNAVAILABLE,
    A,
    B,
    C,
    assert_taken_back,
    go_on_without,
    only_in,
    recorded,
    regions,
    says,
    walk,
)
from tests.unit.statemachines.walker import Problem


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


def test_a_registry_that_is_away_while_debts_are_settled_is_waited_for() -> None:
    away = only_in(B, AWAY, HAPPY["Publish"])
    end = walk(Publish=away, Settle=[UNAVAILABLE, UNAVAILABLE, go_on_without(B)])
    assert end.status == "SUCCEEDED"
    assert_taken_back(walk(Publish=away, Settle=UNAVAILABLE), "It is throttled.")
