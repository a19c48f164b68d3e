"""Functions that use a layer try a new version before they get it; nothing of that stays behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from layerlift.domain.policy import Policy
from tests.e2e.application import STACK, Application, python_layer
from tests.e2e.test_canaries import canary_functions

REGION = "eu-central-1"
CHECKOUT = "checkout-api"
PAYLOADS = "payloads/checkout.json"
HANDLER = """
import os
import pricing

def handler(event, context):
    # Only the function itself may tell a secret; its clones have none.
    assert "TOKEN" not in os.environ or context.function_name == "checkout-api"
    return {"statusCode": 200, "total": pricing.total(event["items"])}
"""
TRIED = Policy.model_validate(
    {
        "version": 1,
        "stages": [
            {
                "name": "dev",
                "waves": [[REGION]],
                "canary": {
                    "consumers": [
                        {
                            "function": "arn:aws:lambda:*:*:function:checkout-*",
                            "payload_key": PAYLOADS,
                            "expect": {"statusCode": 200, "total": 42},
                        }
                    ]
                },
            }
        ],
    }
)
"""The payload is one that was recorded; the answer is what was right then."""

FIRST = python_layer({"pricing.py": "def total(items):\n    return sum(items)\n"})
# It can be imported, so the layer's own canary finds nothing wrong with it.
BREAKING = python_layer({"pricing.py": "def total(items, *, tax):\n    return sum(items) + tax\n"})
MENDED = python_layer({"pricing.py": "def total(items, *, tax=0):\n    return sum(items) + tax\n"})


@contextmanager
def checkout(application: Application, layer_arn: str) -> Iterator[Any]:
    """Deploy a function that uses a layer version, with a version published."""
    client = application.session.client("lambda", region_name=REGION)
    client.create_function(
        FunctionName=CHECKOUT,
        Role=f"arn:aws:iam::000000000000:role/{STACK}-canary-{REGION}",
        Runtime="python3.13",
        Handler="checkout.handler",
        Code={"ZipFile": python_layer({"checkout.py": HANDLER}, prefix="")},
        Layers=[layer_arn],
        Environment={"Variables": {"TOKEN": "secret"}},
        Publish=True,
    )
    try:
        yield client
    finally:
        client.delete_function(FunctionName=CHECKOUT)


def test_a_release_that_breaks_a_consumer_goes_no_further_and_the_mended_one_does(
    application: Application,
) -> None:
    application.session.client("s3").put_object(
        Bucket=application.plane.artifact_bucket, Key=PAYLOADS, Body=b'{"items": [20, 22]}'
    )
    with application.policy(TRIED):
        first = application.released("pricing", "1.0.0", FIRST)
        assert first.state == "succeeded", first.reason
        (target,) = first.stages[0].targets
        assert target.consumers is not None
        assert target.consumers.outcome == "not_exercised", "nobody can use it before it is there"
        with checkout(application, str(target.layer_arn)) as client:
            broken = application.released("pricing", "1.1.0", BREAKING)
            mended = application.released("pricing", "1.1.1", MENDED)
            listed = client.get_function(FunctionName=CHECKOUT)["Configuration"]["Layers"]

    assert broken.state == "failed"
    assert "missing 1 required keyword-only argument: 'tax'" in broken.reason
    assert "With version 1 of pricing-dev, which it has now, it works." in broken.reason
    (target,) = broken.stages[0].targets
    assert target.canary is not None
    assert target.canary.outcome == "passed", "only the consumer finds out"

    assert mended.state == "succeeded", mended.reason
    (target,) = mended.stages[0].targets
    assert target.consumers is not None
    assert target.consumers.outcome == "passed", target.consumers.reason
    (numbers,) = target.consumers.variants
    assert (numbers.invocations, numbers.errors) == (3, 0)
    assert str(numbers.consumer).endswith(f":function:{CHECKOUT}:1")

    assert [layer["Arn"] for layer in listed] == [first.stages[0].targets[0].layer_arn]
    pointer = application.pointer("pricing", "dev", REGION)
    assert pointer is not None
    assert pointer.version == "1.1.1"
    assert canary_functions(application) == []
    said = application.command("status", "pricing", "--json")
    assert "secret" not in said.stdout
    assert json.loads(said.stdout)["releases"][0]["stages"][0]["targets"][0]["consumers"]
