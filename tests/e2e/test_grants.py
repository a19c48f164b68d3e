"""Another account reads a layer because the policy says so, and only then is it pointed to."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from layerlift.domain.events import EventType
from layerlift.domain.names import LayerName
from layerlift.domain.policy import Policy
from layerlift.domain.release import TargetProgress
from layerlift.ports.registry import Write
from layerlift.releasing.grant import PROPAGATION
from layerlift.releasing.records import layer_partition
from layerlift.releasing.trail import read_trail, release_trail
from tests.e2e.application import PATIENCE_SECONDS, Application, python_layer

CONSUMER = "222222222222"
READER = f"arn:aws:iam::{CONSUMER}:role/layerlift-reader"


def granting(**grants: Any) -> Policy:
    stage = {"name": "dev", "waves": [["eu-central-1", "us-east-1"]], "grants": grants}
    return Policy.model_validate({"version": 1, "stages": [stage]})


def test_a_version_is_granted_and_read_by_a_consumer_before_it_is_live(
    application: Application,
) -> None:
    with (
        _reader(trusts=application.outputs["GrantRoleArn"]),
        application.policy(granting(accounts=[CONSUMER], reader=READER)),
    ):
        content = python_layer({"granted.py": "X = 1\n"})
        status = application.released("granted", "1.0.0", content)
    assert status.state == "succeeded", status.reason
    for target in status.stages[0].targets:
        seen = _consumer("lambda", target.region).get_layer_version_by_arn(Arn=target.layer_arn)
        assert seen["Version"] == target.version_number
    trail = read_trail(application.registry, release_trail("granted", "1.0.0"))
    steps = [e.type for e in trail if e.detail.target and e.detail.target.region == "us-east-1"]
    assert steps[-3:] == [
        EventType.VERSION_GRANTED,
        EventType.VERSION_READ,
        EventType.POINTER_ACTIVATED,
    ]


def test_what_a_consumer_cannot_read_never_goes_live_and_its_grant_is_taken_back(
    application: Application,
) -> None:
    content = python_layer({"unreadable.py": "X = 1\n"})
    with (
        _reader(trusts="arn:aws:iam::333333333333:root"),
        application.policy(granting(accounts=[CONSUMER], reader=READER)),
    ):
        application.answer(application.drop("incoming/unreadable/1.0.0.zip", content))
        for _ in range(2):
            _let_the_time_of_a_grant_run_out(application, "unreadable", "1.0.0")
        failed = application.wait_for_end("unreadable", "1.0.0")
    assert failed.state == "failed"
    assert f"{READER} cannot read arn:aws:lambda:" in failed.reason
    assert application.pointer("unreadable", "dev", "us-east-1") is None
    assert {target.state for target in failed.stages[0].targets} == {"failed"}
    with application.policy(granting()):
        later = application.released("unreadable", "1.0.0", content)
    assert later.state == "succeeded", later.reason
    target = later.stages[0].targets[0]
    with pytest.raises(ClientError, match="no resource-based policy allows"):
        _consumer("lambda", target.region).get_layer_version_by_arn(Arn=target.layer_arn)


def _let_the_time_of_a_grant_run_out(application: Application, layer: str, version: str) -> None:
    """Make one that IAM has been given no minute for yet look as if the minute were over."""
    partition = layer_partition(LayerName(layer))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for stored in application.registry.query(partition, f"TARGET#{version}#"):
            progress = TargetProgress.model_validate(stored.body)
            granted_at = progress.granted_at
            if granted_at is None or datetime.now(UTC) - granted_at > PROPAGATION:
                continue
            earlier = progress.model_copy(update={"granted_at": granted_at - 2 * PROPAGATION})
            body = earlier.model_dump(mode="json")
            if application.registry.commit(Write(stored.key, body, stored.revision, "target")):
                return
        time.sleep(0.2)
    raise AssertionError(f"{layer} {version} was granted nowhere")


def _consumer(service: Any, region: str) -> Any:
    # An access key of 12 digits is the root of that account in the emulator.
    return boto3.client(
        service,
        region_name=region,
        aws_access_key_id=CONSUMER,
        aws_secret_access_key="test",
    )


@contextmanager
def _reader(*, trusts: str) -> Iterator[None]:
    """Have the reader's role in the consumer's account for a while."""
    iam = _consumer("iam", "eu-central-1")
    name = READER.rpartition("/")[2]
    iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=_document(
            {"Principal": {"AWS": trusts}, "Action": "sts:AssumeRole"}
        ),
    )
    # The emulator authorises reads of layers as ListLayers.
    actions = ["lambda:GetLayerVersion", "lambda:ListLayers"]
    iam.put_role_policy(
        RoleName=name,
        PolicyName="read",
        PolicyDocument=_document({"Action": actions, "Resource": "*"}),
    )
    try:
        yield
    finally:
        iam.delete_role_policy(RoleName=name, PolicyName="read")
        iam.delete_role(RoleName=name)


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"} | statement]})
