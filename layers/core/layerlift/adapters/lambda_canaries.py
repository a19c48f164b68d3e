"""Canary functions: created with a layer version attached, invoked, and removed."""

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from importlib.resources import files
from typing import Any

from layerlift.adapters.clients import AwsClients, aws_errors, error_code
from layerlift.domain.errors import Fault
from layerlift.domain.report import Module
from layerlift.domain.targets import Target, canary_log_group, canary_role
from layerlift.ports.aws import CanaryReading, ModuleFailure

_TIMEOUT_SECONDS = 45
"""Shorter than a client waits for the answer, so that a canary that hangs says so itself."""

_MEMORY_MB = 512
_PROBE = "canary_probe"
_EPOCH = (1980, 1, 1, 0, 0, 0)


class LambdaCanaries:
    """The :class:`~layerlift.ports.aws.Canaries` of an AWS account."""

    def __init__(self, clients: AwsClients, control_plane: str, partition: str) -> None:
        self._clients = clients
        self._control_plane = control_plane
        self._partition = partition

    def run(
        self,
        target: Target,
        *,
        layer_arn: str,
        runtime: str,
        architecture: str,
        modules: Sequence[Module],
    ) -> CanaryReading:
        client = self._clients.client("lambda", target)
        name = canary_name(self._control_plane, layer_arn)
        role = canary_role(self._control_plane, target, partition=self._partition)
        logs = canary_log_group(self._control_plane)
        with aws_errors(f"running the canary {name} in {target}"):
            try:
                _create(client, name, role, layer_arn, runtime, architecture, logs)
                client.get_waiter("function_active_v2").wait(
                    FunctionName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
                )
                reading = _invoke(client, name, modules)
            except BaseException:
                with suppress(Fault):  # Why it failed is the better reason.
                    _remove(client, name)
                raise
            _remove(client, name)
            return reading


def canary_name(control_plane: str, layer_arn: str) -> str:
    """Return the name of the canary function of a layer version.

    Derived from what it tests, so that a run that is repeated finds what a killed one left.
    """
    return f"{control_plane}-canary-{hashlib.sha256(layer_arn.encode()).hexdigest()[:16]}"


def _create(
    client: Any,
    name: str,
    role: str,
    layer_arn: str,
    runtime: str,
    architecture: str,
    logs: str,
) -> None:
    from botocore.exceptions import ClientError

    try:
        client.create_function(
            FunctionName=name,
            Role=role,
            Runtime=runtime,
            Architectures=[architecture],
            Handler=f"{_PROBE}.handler",
            Code={"ZipFile": _probe_zip()},
            Layers=[layer_arn],
            Timeout=_TIMEOUT_SECONDS,
            MemorySize=_MEMORY_MB,
            LoggingConfig={"LogGroup": logs},
            Description=f"Layerlift canary of {layer_arn}"[:256],
        )
    except ClientError as problem:
        # A leftover of a run that was killed: it is the same function, so it is used.
        if error_code(problem) != "ResourceConflictException":
            raise


def _probe_zip() -> bytes:
    buffer = io.BytesIO()
    source = files("layerlift.probe").joinpath(f"{_PROBE}.py").read_bytes()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(f"{_PROBE}.py", _EPOCH)
        # Without it the file would be unreadable for the function's user.
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, source)
    return buffer.getvalue()


def _invoke(client: Any, name: str, modules: Sequence[Module]) -> CanaryReading:
    payload = {"modules": [module.model_dump() for module in modules]}
    answer = client.invoke(FunctionName=name, Payload=json.dumps(payload).encode())
    body = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        said = body.get("errorMessage", body) if isinstance(body, dict) else body
        return CanaryReading(0, (ModuleFailure("the canary function", str(said)),))
    if not isinstance(body, dict) or "failures" not in body:
        raise Fault(f"the canary {name} answered {body!r}, which is not a reading")
    failures = tuple(ModuleFailure(f["module"], f["error"]) for f in body["failures"])
    return CanaryReading(int(body["imported"]), failures)


def _remove(client: Any, name: str) -> None:
    from botocore.exceptions import ClientError

    with aws_errors(f"removing the canary {name}"):
        try:
            client.delete_function(FunctionName=name)
        except ClientError as problem:
            if error_code(problem) != "ResourceNotFoundException":
                raise
