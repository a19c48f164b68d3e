from collections.abc import Iterator

import pytest

from tests.chaos.plan import LAYERS, POLICIES, RELEASES, Round, plan_round, rounds
from tests.chaos.proxy import Call, Fault, FaultProxy, Kind

PUBLISH = Call("lambda", "us-east-1", "POST /2018-10-31/layers/l/versions")


def many() -> Iterator[Round]:
    return (plan_round(seed, number) for seed in range(20) for number in range(1, 4))


def test_the_same_seed_gives_the_same_plan() -> None:
    assert list(rounds(7, 60)) == list(rounds(7, 60))


def test_another_seed_gives_another_plan() -> None:
    assert list(rounds(7, 60)) != list(rounds(8, 60))


def test_a_round_is_the_same_whatever_came_before_it() -> None:
    assert list(rounds(7, 60))[2] == plan_round(7, 3)


@pytest.mark.parametrize("wanted", [1, LAYERS * RELEASES, LAYERS * RELEASES + 1, 300])
def test_a_campaign_has_at_least_the_releases_that_are_asked_for(wanted: int) -> None:
    planned = sum(len(plan.drops) for plan in rounds(1, wanted))
    assert wanted <= planned < wanted + LAYERS * RELEASES


def test_every_kind_of_fault_and_every_policy_is_drawn() -> None:
    assert {strike.kind for plan in many() for strike in plan.strikes} == set(Kind)
    assert {plan.policy for plan in many()} == set(POLICIES)
    assert {stop.machine for plan in many() for stop in plan.stops} == {"release", "promotion"}


def test_the_registry_is_never_away_for_good() -> None:
    """Whole regions go away, and the home region is not one of them."""
    away = [strike for plan in many() for strike in plan.strikes if strike.kind is Kind.AWAY]
    assert away
    assert "eu-central-1" not in {strike.region for strike in away}


def test_a_fault_lets_the_first_calls_through() -> None:
    proxy = FaultProxy()
    with proxy.fault(Fault(Kind.ERROR, "lambda", skip=2, times=1)) as _:
        struck = [proxy.struck(PUBLISH) is not None for _ in range(4)]
    assert struck == [False, False, True, False]


def test_only_the_calls_that_a_fault_is_about_count_as_let_through() -> None:
    proxy = FaultProxy()
    with proxy.fault(Fault(Kind.ERROR, "lambda", skip=1, times=1)):
        assert proxy.struck(Call("ssm", "us-east-1", "PutParameter")) is None
        assert proxy.struck(PUBLISH) is None
        assert proxy.struck(PUBLISH) is not None


def test_a_fault_counts_what_it_has_struck() -> None:
    proxy, fault = FaultProxy(), Fault(Kind.ERROR, times=2)
    with proxy.fault(fault):
        for _ in range(5):
            proxy.struck(PUBLISH)
    assert fault.struck == 2
