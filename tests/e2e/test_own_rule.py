"""Somebody else's stack hears of releases by the bus that the home stack exports."""

import json
import time
from typing import Any

from jsonschema import Draft202012Validator

from layerlift.domain.events import EventType
from layerlift_cli.stacks import deploy_template, outputs
from tests.e2e.application import DEV_ONLY, PATIENCE_SECONDS, STACK, Application, python_layer
from tools.reference.schemas import detail_schema
from tools.reference.sources import ROOT

EXAMPLE = ROOT / "examples" / "own-rule" / "template.yaml"
NOT_WORKING = {"broken/__init__.py": "raise RuntimeError('out of order')\n"}


def received(application: Application, queue: str) -> dict[str, Any]:
    client = application.session.client("sqs")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        messages = client.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages", [])
        if messages:
            envelope: dict[str, Any] = json.loads(messages[0]["Body"])
            return envelope
    raise AssertionError("no event has arrived")


def deploy_example(application: Application) -> str:
    client = application.session.client("cloudformation")
    stack = deploy_template(client, "own-rule", EXAMPLE.read_text(), {"Layerlift": STACK})
    return outputs(stack)["QueueUrl"]


def test_the_rule_of_the_reference_hears_of_a_failed_release_and_of_nothing_else(
    application: Application,
) -> None:
    queue = deploy_example(application)
    with application.policy(DEV_ONLY):
        good = application.released("heard-of", "1.0.0", python_layer({"heard/__init__.py": ""}))
        bad = application.released("heard-of", "1.1.0", python_layer(NOT_WORKING))
    assert (good.state, bad.state) == ("succeeded", "failed")
    event = received(application, queue)
    assert event["detail-type"] == EventType.RELEASE_FAILED
    detail = event["detail"]
    Draft202012Validator(detail_schema(EventType.RELEASE_FAILED)).validate(detail)
    assert (detail["layer"], detail["version"]) == ("heard-of", "1.1.0")
    assert detail["links"]["dashboard"].endswith(f"#dashboards/dashboard/Layerlift-{STACK}")
