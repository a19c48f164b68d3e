"""The way of a release through a stage, state by state."""

from typing import Any

import pytest

from tests.unit.statemachines.promotions import (
    GRANTS,
    HAPPY,
    REF,
    UNAVAILABLE,
    A,
    B,
    C,
    assert_taken_back,
    only_in,
    order,
    recorded,
    regions,
    says,
    walk,
)


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
    end = walk(approval=True, RequestApproval=says(outcome, "Rejected by ada: no."))
    assert end.called("Publish") == []
    assert_taken_back(end, "Rejected by ada: no.")


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


def test_what_is_recorded_names_the_execution_that_holds_the_lock() -> None:
    end = walk()
    (lock,), (record,) = end.called("Lock"), end.called("Record")
    assert record["execution"] == lock["execution"]


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
