"""The policy in force, and what it means for a release."""

import pytest

from layerlift.domain.errors import InvalidText
from layerlift.domain.names import parse_layer_name
from layerlift.domain.policy import Policy
from layerlift.releasing.policies import apply_policy, plan_stages, read_policy
from tests.fakes.registry import MemoryRegistry
from tests.fakes.world import ACCOUNT, LAYER, POLICY


def test_a_policy_that_is_applied_is_in_force() -> None:
    registry = MemoryRegistry()
    assert read_policy(registry) is None
    assert apply_policy(registry, POLICY)
    assert read_policy(registry) == POLICY
    assert not apply_policy(registry, POLICY)


def test_a_policy_that_is_applied_at_the_same_time_as_another_wins_or_loses_whole() -> None:
    registry = MemoryRegistry()
    other = POLICY.model_copy(update={"layer_name": "{layer}"})
    registry.overlap(lambda: apply_policy(registry, other))
    assert apply_policy(registry, POLICY)
    assert read_policy(registry) == POLICY


def test_the_plan_keeps_waves_gates_and_names() -> None:
    dev, prod = plan_stages(POLICY, LAYER, ACCOUNT)
    assert (dev.approvals.required, prod.approvals.required) == (0, 1)
    assert [[t.region for t in wave] for wave in prod.waves] == [
        ["eu-central-1", "us-east-1"],
        ["eu-west-1"],
    ]
    assert {target.account for target in prod.targets} == {ACCOUNT}
    assert (prod.alarms.names, prod.alarms.prefixes) == (("errors",), ("http-client-",))


def test_a_published_name_that_gets_too_long_says_so() -> None:
    policy = Policy.model_validate(POLICY.model_dump() | {"layer_name": "{layer}-{stage}"})
    with pytest.raises(InvalidText, match="shorten the layer's name"):
        plan_stages(policy, parse_layer_name("x" * 138), ACCOUNT)


def test_the_plan_keeps_the_bake_and_the_freezes_of_all_stages_and_of_its_own() -> None:
    everywhere, here = (
        {"weekly": f"{day} 16:00 - Sun 08:00", "reason": day} for day in ("Fri", "Sat")
    )
    stage = {"name": "prod", "waves": [["eu-central-1"]], "bake": "30m", "freezes": [here]}
    policy = Policy.model_validate({"version": 1, "freezes": [everywhere], "stages": [stage]})
    registry = MemoryRegistry()
    apply_policy(registry, policy)
    kept = read_policy(registry)
    assert kept == policy
    (plan,) = plan_stages(policy, LAYER, ACCOUNT)
    assert plan.bake_seconds == 1800
    assert [freeze.reason for freeze in plan.freezes] == ["Fri", "Sat"]


def test_a_layers_own_alarms_are_named_by_layer_and_stage_in_each_region() -> None:
    named = {"names": ["x-live-canary-{stage}.{layer}", "plain"], "prefixes": ["{layer}-"]}
    stage = {
        "name": "prod",
        "waves": [["eu-central-1"]],
        "alarms": named | {"regions": {"us-east-1": named}},
    }
    policy = Policy.model_validate({"version": 1, "stages": [stage]})
    (plan,) = plan_stages(policy, parse_layer_name("http-client"), "111122223333")
    for alarms in (plan.alarms, plan.alarms.regions["us-east-1"]):
        assert alarms.names == ("x-live-canary-prod.http-client", "plain")
        assert alarms.prefixes == ("http-client-",)
