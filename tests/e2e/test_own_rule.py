"""Somebody else's stack hears of releases by the bus that the home stack exports."""

import json
import time
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from layerlift.domain.events import EventType
from layerlift_cli.completion import ask_names, remembered
from layerlift_cli.session import Caller
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


def test_the_command_opens_a_release_and_a_shell_is_told_what_the_control_plane_has(
    application: Application, tmp_path: Path
) -> None:
    with application.policy(DEV_ONLY):
        application.released("opened", "1.0.0", python_layer({"opened/__init__.py": ""}))
    opened = application.command("open", "opened", "1.0.0", "--json")
    links = json.loads(opened.stdout)
    assert f"Layerlift-{STACK}" in links["dashboard"]
    execution = links["release"].rpartition("/")[2]
    assert application.ended(execution)["status"] == "SUCCEEDED"
    missing = application.command("open", "opened", "9.9.9", "--json")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert json.loads(missing.stderr)["error"]["next"] == (
        "See those there are: layerlift status opened"
    )
    names = remembered(
        tmp_path / "names.json",
        lambda: ask_names(Caller(STACK, None, None)),
        patience=PATIENCE_SECONDS,
    )
    assert names.layers["opened"] == ("1.0.0",)
    assert names.stages == ("dev", "staging", "prod")
