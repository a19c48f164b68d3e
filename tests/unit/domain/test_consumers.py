"""Which functions the policy means as consumers, and which mistakes in it are found."""

from typing import Any

import pytest
from pydantic import ValidationError

from layerlift.domain.gates.canary import Canary
from layerlift.domain.gates.consumers import MAX_CONSUMERS, Consumer
from layerlift.domain.policy import Policy

CHECKOUTS = "arn:aws:lambda:*:*:function:checkout-*"
API = "arn:aws:lambda:eu-central-1:111122223333:function:checkout-api"


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        (CHECKOUTS, True),
        (API, True),
        ("arn:*:lambda:eu-*:111122223333:function:checkout-???", True),
        ("arn:aws:lambda:*:*:function:checkout", False),
        ("arn:aws:lambda:us-east-1:*:function:checkout-*", False),
    ],
)
def test_a_pattern_stands_for_whole_arns(pattern: str, meant: bool) -> None:
    assert Consumer(function=pattern).matches(API) is meant


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({}, "named by function or by tags"),
        ({"function": CHECKOUTS, "tags": {"a": "b"}}, "named by function or by tags"),
        ({"function": "checkout-api"}, "is not the ARN of functions"),
        ({"function": f"{API}:7"}, "is not the ARN of functions"),
        ({"function": API, "payload": "x" * 2047}, "2,049 bytes of JSON are more"),
        ({"function": API, "expect": "x" * 2047}, "2,049 bytes of JSON are more"),
        ({"function": API, "payload_key": "incoming/x.json"}, "it begins with payloads/"),
        ({"function": API, "payload_key": "payloads/"}, "it begins with payloads/"),
        ({"function": API, "payload_key": "payloads/x", "payload": 1}, "are two payloads"),
        ({"function": API, "timeout": "46s"}, "45s at most"),
        ({"function": API, "at_most": 6}, "less than or equal to 5"),
        ({"function": API, "role": "admin"}, "'canary' or 'own'"),
    ],
)
def test_a_mistake_is_found_before_a_release_meets_it(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Consumer.model_validate(wrong)


def test_by_default_a_clone_can_reach_nothing() -> None:
    consumer = Consumer(function=API)
    assert (consumer.role, consumer.environment) == ("canary", "drop")


def test_a_policy_comes_back_from_the_registry_as_it_was() -> None:
    stage = {
        "name": "dev",
        "waves": [["eu-central-1"]],
        "canary": {"consumers": [{"tags": {"a": "b"}, "payload_key": "payloads/x", "expect": 1}]},
    }
    policy = Policy.model_validate({"version": 1, "stages": [stage]})
    assert Policy.model_validate(policy.model_dump(mode="json")) == policy


def test_a_stage_has_only_so_many_consumers() -> None:
    with pytest.raises(ValidationError, match=f"at most {MAX_CONSUMERS} items"):
        Canary(consumers=(Consumer(function=API),) * (MAX_CONSUMERS + 1))
