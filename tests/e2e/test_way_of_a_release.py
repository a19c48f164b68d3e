"""A dropped zip reaches prod, and what it leaves behind is right everywhere."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from examples.build import build_layer
from tests.e2e.application import Application

LAYER = "http-client"
REGIONS = {
    "dev": ["eu-central-1"],
    "staging": ["eu-central-1", "us-east-1"],
    "prod": [
        "eu-central-1",
        "us-east-1",
        "eu-west-1",
        "us-west-2",
        "ap-northeast-1",
        "ap-southeast-2",
    ],
}
SCHEMAS = Path(__file__).parents[2] / "events" / "schemas"


@pytest.fixture(scope="module")
def bus(application: Application) -> Iterator[str]:
    """A queue that hears everything on the bus, as five lines of a user's template would."""
    sqs, events = application.session.client("sqs"), application.session.client("events")
    queue = sqs.create_queue(QueueName="everything")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    name = application.outputs["EventBusName"]
    pattern = json.dumps({"source": ["layerlift"]})
    events.put_rule(Name="everything", EventBusName=name, EventPattern=pattern)
    events.put_targets(
        Rule="everything", EventBusName=name, Targets=[{"Id": "queue", "Arn": arn["QueueArn"]}]
    )
    yield queue
    events.remove_targets(Rule="everything", EventBusName=name, Ids=["queue"])
    events.delete_rule(Name="everything", EventBusName=name)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return build_layer(LAYER, "1.4.0", tmp_path_factory.mktemp("layer")).read_bytes()


@pytest.fixture(scope="module")
def released(application: Application, bus: str, content: bytes) -> dict[str, Any]:
    """Drop with plain boto3, approve with the command, and return what `status --json` says."""
    artifact = application.drop(f"incoming/{LAYER}-1.4.0.zip", content)
    assert application.answer(artifact).outcome == "claimed"
    waiting = application.wait_for_approval(LAYER, "1.4.0")
    assert [stage.state for stage in waiting.stages] == ["active", "active", "waiting"]
    assert application.pointer(LAYER, "prod", "eu-central-1") is None
    approved = application.command("approve", LAYER, "1.4.0", "prod", "--comment", "go")
    assert approved.returncode == 0, approved.stderr
    assert application.wait_for_end(LAYER, "1.4.0").state == "succeeded"
    status = application.command("status", LAYER, "--json")
    assert status.returncode == 0, status.stderr
    return dict(json.loads(status.stdout)["releases"][0])


def test_status_tells_every_target_of_every_stage(released: dict[str, Any], content: bytes) -> None:
    assert released["layer"] == LAYER
    assert released["version"] == "1.4.0"
    assert released["digest"] == hashlib.sha256(content).hexdigest()
    assert released["state"] == "succeeded"
    shown = {s["stage"]: [t["region"] for t in s["targets"]] for s in released["stages"]}
    assert shown == REGIONS
    targets = [target for stage in released["stages"] for target in stage["targets"]]
    assert {target["state"] for target in targets} == {"active"}
    assert {target["account"] for target in targets} == {"000000000000"}


def test_the_report_lies_where_the_status_says_with_the_bill_of_materials(
    application: Application, released: dict[str, Any]
) -> None:
    s3 = application.session.client("s3")
    bucket, key = released["report_url"].removeprefix("s3://").split("/", 1)
    report = json.load(s3.get_object(Bucket=bucket, Key=key)["Body"])
    assert (report["accepted"], report["sha256"]) == (True, released["digest"])
    assert (report["kind"], report["architectures"]) == ("python", ["x86_64", "arm64"])
    assert "python3.13" in report["runtimes"]
    sbom = json.load(s3.get_object(Bucket=bucket, Key=key.replace(".json", ".cdx.json"))["Body"])
    assert {part["name"] for part in sbom["components"]} == {
        package["name"] for package in report["packages"]
    }
    assert "httpx" in {package["name"] for package in report["packages"]}
    told = application.command("report", LAYER, "1.4.0", "--json")
    assert json.loads(told.stdout) == report, told.stderr


def test_every_target_has_the_dropped_bytes_once(
    application: Application, released: dict[str, Any], content: bytes
) -> None:
    wanted = base64.b64encode(hashlib.sha256(content).digest()).decode()
    for stage in released["stages"]:
        for target in stage["targets"]:
            name = f"{LAYER}-{stage['stage']}"
            assert application.versions(name, target["region"]) == [target["version_number"]]
            client = application.session.client("lambda", region_name=target["region"])
            version = client.get_layer_version_by_arn(Arn=target["layer_arn"])
            assert version["Content"]["CodeSha256"] == wanted == target["code_sha256"]
            assert version["Description"].startswith("v1.4.0 sha256:")


def test_consumers_find_it_by_its_pointer(
    application: Application, released: dict[str, Any]
) -> None:
    for stage in released["stages"]:
        for target in stage["targets"]:
            pointer = application.pointer(LAYER, stage["stage"], target["region"])
            assert pointer is not None
            assert (pointer.arn, pointer.version) == (target["layer_arn"], "1.4.0")
    shown = application.command("arn", LAYER, "--stage", "prod", "--region", "us-west-2")
    assert shown.stdout.strip() == application.pointer(LAYER, "prod", "us-west-2").arn  # type: ignore[union-attr]


def test_canaries_leave_nothing_behind(application: Application, released: dict[str, Any]) -> None:
    for region in REGIONS["prod"]:
        client = application.session.client("lambda", region_name=region)
        names = [function["FunctionName"] for function in client.list_functions()["Functions"]]
        assert [name for name in names if "-canary-" in name] == []


def test_every_step_is_on_the_bus_and_fits_its_schema(
    application: Application, bus: str, released: dict[str, Any]
) -> None:
    heard = _hear(application, bus, until="Layer Release Succeeded")
    for event in heard:
        name = event["detail-type"].lower().replace(" ", "-")
        schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
        jsonschema.validate(event["detail"], schema)
    ids = [event["detail"]["id"] for event in heard]
    assert len(set(ids)) == len(ids)
    kinds = [event["detail-type"] for event in heard]
    assert kinds.count("Layer Version Published") == 9
    assert kinds.count("Layer Canary Passed") == 9
    assert kinds.count("Layer Pointer Activated") == 9
    assert kinds.count("Layer Promotion Succeeded") == 3
    assert kinds.count("Layer Approval Granted") == 1
    links = {event["detail"].get("report_url") for event in heard if _is_of(event, LAYER)}
    assert links == {released["report_url"]}


def test_what_the_functions_logged_holds_no_task_token(
    application: Application, released: dict[str, Any]
) -> None:
    table = application.resource("TaskTokenTable")
    held = application.session.client("dynamodb").scan(TableName=table)["Items"]
    tokens = [item["body"]["M"]["token"]["S"] for item in held]
    assert tokens
    logs = application.session.client("logs")
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName="/layerlift/layerlift/functions"
    )
    lines = [event["message"] for page in pages for event in page["events"]]
    assert lines
    assert [line for line in lines if any(token in line for token in tokens)] == []


def _is_of(event: dict[str, Any], layer: str) -> bool:
    return bool(event["detail"]["layer"] == layer)


def _hear(application: Application, queue: str, *, until: str) -> list[dict[str, Any]]:
    sqs = application.session.client("sqs")
    heard: list[dict[str, Any]] = []
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            heard.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        if any(event["detail-type"] == until for event in heard):
            return heard
    raise AssertionError(f"{until} was not heard, only {[e['detail-type'] for e in heard]}")
