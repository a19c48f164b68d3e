"""Consumers: found by their ARN or their tags, and named if they cannot be cloned."""

from dataclasses import replace
from typing import Any

import pytest

from layerlift.adapters.consumer_clones import MAX_CODE_BYTES
from layerlift.adapters.lambda_consumer_canaries import _MAX_LOOKED_AT
from layerlift.domain.gates.consumers import Consumer
from layerlift.ports.consumers import Search
from tests.integration.adapters.consumer_clones import (
    CHECKOUTS,
    LAYER,
    OLD,
    PREFIX,
    TARGET,
    VERSION,
    canaries,
    listed,
    versions,
)


def test_functions_are_found_by_arn_and_their_newest_published_version_counts(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    listed(stubber, "orders", "checkout-b", "checkout-a", "checkout-c")
    versions(stubber, "checkout-a", "$LATEST")
    versions(stubber, "checkout-b", "$LATEST", "9", "10")
    found = canaries(clients).find(TARGET, CHECKOUTS, LAYER)
    version = replace(VERSION, arn=f"{PREFIX}:function:checkout-b:10")
    assert found == Search((version,), looked_at=2, is_cut=True)


def test_a_function_without_the_layer_is_no_consumer(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    listed(stubber, "checkout-a", "checkout-b")
    near = OLD.replace("http-client-dev", "http-client-dev-extra")
    versions(stubber, "checkout-a", "1", Layers=[{"Arn": near}])
    versions(stubber, "checkout-b", "1", Layers=[])
    assert canaries(clients).find(TARGET, CHECKOUTS, LAYER) == Search(looked_at=2)


@pytest.mark.parametrize(
    ("settings", "flaw"),
    [
        ({"PackageType": "Image"}, "it is a container image"),
        ({"CodeSize": MAX_CODE_BYTES + 1}, "its code has 52,428,801 bytes"),
    ],
)
def test_what_cannot_be_cloned_is_named_with_the_reason(
    stubbed: Any, settings: dict[str, Any], flaw: str
) -> None:
    clients, stubber = stubbed("lambda")
    listed(stubber, "checkout-a")
    versions(stubber, "checkout-a", "1", **settings)
    found = canaries(clients).find(TARGET, CHECKOUTS, LAYER)
    assert found.found == ()
    assert found.unfit[0].startswith(f"checkout-a: {flaw}")


def test_canaries_are_no_consumers_and_what_is_gone_is_none(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    every = Consumer(function="arn:aws:lambda:*:*:function:*")
    listed(stubber, "layerlift-canary-0123456789abcdef", "orders")
    stubber.add_client_error(
        "list_versions_by_function", "ResourceNotFoundException", http_status_code=404
    )
    assert canaries(clients).find(TARGET, every, LAYER) == Search(looked_at=1)


def test_of_very_many_functions_the_first_are_looked_at(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    names = [f"checkout-{number:03}" for number in range(_MAX_LOOKED_AT + 1)]
    listed(stubber, *names)
    for name in names[:_MAX_LOOKED_AT]:
        versions(stubber, name, "$LATEST")
    found = canaries(clients).find(TARGET, CHECKOUTS, LAYER)
    assert (found.looked_at, found.is_cut) == (_MAX_LOOKED_AT, True)


def test_functions_are_found_by_all_of_their_tags(stubbed: Any) -> None:
    clients, stubber = stubbed("resourcegroupstaggingapi")
    filters = [{"Key": "stage", "Values": ["dev"]}, {"Key": "team", "Values": ["checkout"]}]
    stubber.add_response(
        "get_resources",
        {"ResourceTagMappingList": [{"ResourceARN": f"{PREFIX}:function:layerlift-canary-1"}]},
        {"ResourceTypeFilters": ["lambda:function"], "TagFilters": filters},
    )
    tagged = Consumer(tags={"team": "checkout", "stage": "dev"})
    assert canaries(clients).find(TARGET, tagged, LAYER) == Search()
