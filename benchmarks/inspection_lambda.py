"""The big layer on the way it takes in AWS: from S3, by the deployed function, on the emulator."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import Figure
from benchmarks.resident_memory import peak_megabytes
from layerlift.domain.names import object_key, parse_layer_name, parse_version
from layerlift_cli.local.checkout import Checkout
from layerlift_cli.local.environment import STACK
from layerlift_cli.local.lifecycle import deployed
from layerlift_cli.progress import ConsoleProgress
from layerlift_cli.session import Caller

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_lambda import LambdaClient

WARM_ROUNDS = 5

INVOCATION_SECONDS = 300
"""The function's own timeout, in template.yaml."""


def measure(checkout: Checkout, layer: Path, reference: Callable[[Path], None]) -> Iterator[Figure]:
    """Yield the first invocation of a fresh deployment, and the least time of later ones."""
    with (
        tempfile.TemporaryDirectory(prefix="layerlift-bench-") as place,
        deployed(checkout, Path(place), ConsoleProgress()) as emulator,
    ):
        plane, session = Caller(STACK, None, None).control_plane()
        command = _put(session, plane.artifact_bucket, layer)
        function, client = _function(session), _client(session)
        cold = _seconds(lambda: _inspect(client, function, command))
        warm, read = [], []
        for _ in range(WARM_ROUNDS):
            warm.append(_seconds(lambda: _inspect(client, function, command)))
            read.append(_seconds(lambda: reference(layer)))
        yield Figure(
            id="inspect_lambda_memory",
            value=_peak(function, emulator.process.pid),
            unit="MB resident at most, of the function's process, boto3 included",
            reference="a function of 512 MB",
            reference_value=512.0,
        )
    for name, seconds in (("cold", cold), ("warm", min(warm))):
        yield Figure(
            id="inspect_lambda" if name == "warm" else f"inspect_lambda_{name}",
            value=seconds,
            unit=f"s, {name} function, {layer.stat().st_size / 1e6:.1f} MB from S3",
            reference="zipfile reading each entry once, and sha256, of the same file on disk",
            reference_value=min(read),
        )


def _put(session: boto3.Session, bucket: str, layer: Path) -> bytes:
    """Put the layer where a drop belongs, without the release that follows a drop."""
    s3 = session.client("s3")
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    key = object_key(parse_layer_name("big"), parse_version("1.0.0"))
    with layer.open("rb") as file:
        answer = s3.put_object(Bucket=bucket, Key=key, Body=file)
    command = {"bucket": bucket, "key": key, "version_id": answer["VersionId"]}
    return json.dumps(command).encode()


def _function(session: boto3.Session) -> str:
    resource = session.client("cloudformation").describe_stack_resource(
        StackName=STACK, LogicalResourceId="InspectFunction"
    )
    return resource["StackResourceDetail"]["PhysicalResourceId"]


def _client(session: boto3.Session) -> LambdaClient:
    from botocore.config import Config

    # Asked once: a second invocation would be measured along with the first.
    patient = Config(read_timeout=INVOCATION_SECONDS, retries={"total_max_attempts": 1})
    return session.client("lambda", config=patient)


def _inspect(client: LambdaClient, function: str, command: bytes) -> None:
    answer = client.invoke(FunctionName=function, Payload=command)
    result = json.loads(answer["Payload"].read())
    if result.get("outcome") != "accepted":
        raise RuntimeError(f"the big layer was not accepted: {result}")


def _peak(function: str, session: int) -> float:
    """Return the most memory of any process that ran the function in the emulator's session."""
    variable = f"AWS_LAMBDA_FUNCTION_NAME={function}".encode()
    return max(
        peak_megabytes(process.name)
        for process in Path("/proc").iterdir()
        if process.name.isdigit()
        and _session(process) == session
        and variable in (process / "environ").read_bytes().split(b"\0")
    )


def _session(process: Path) -> int | None:
    try:
        return os.getsid(int(process.name))
    except ProcessLookupError:
        return None


def _seconds(action: Callable[[], None]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
