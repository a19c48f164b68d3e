"""The deployed application as the tests drive it: by the doors its users have."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from layerlift.adapters.ssm_pointers import SsmPointers
from layerlift.bootstrap import CLIENTS
from layerlift.domain.names import LayerName, StageName
from layerlift.domain.pointers import Pointer, pointer_names
from layerlift.domain.policy import Policy
from layerlift.domain.release import Artifact, Drop
from layerlift.domain.targets import Target
from layerlift.releasing.policies import apply_policy, read_policy
from layerlift.releasing.status import ReleaseStatus, read_status
from layerlift_cli.control_plane import ControlPlane, find_control_plane
from layerlift_cli.watch import await_answer

PATIENCE_SECONDS = 120.0
STACK = "layerlift"


def python_layer(files: Mapping[str, str], *, prefix: str = "python/") -> bytes:
    """Return a zip of Python sources; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(prefix + name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


@dataclass
class Application:
    """One deployed control plane."""

    state_dir: Path
    session: boto3.Session = field(default_factory=boto3.Session)

    def __post_init__(self) -> None:
        self.plane: ControlPlane = find_control_plane(STACK, self.session)
        self.registry = self.plane.registry
        stack = self.session.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
        self.outputs = {o["OutputKey"]: o["OutputValue"] for o in stack["Outputs"]}

    def drop(self, key: str, content: bytes) -> Artifact:
        """Put an object with plain boto3, as any S3 client would."""
        answer = self.session.client("s3").put_object(
            Bucket=self.plane.artifact_bucket, Key=key, Body=content
        )
        return Artifact(bucket=self.plane.artifact_bucket, key=key, version_id=answer["VersionId"])

    def answer(self, artifact: Artifact) -> Drop:
        """Wait for what the control plane makes of a drop."""
        return await_answer(self.registry, artifact)

    def release(self, layer: str, version: str) -> ReleaseStatus:
        """Return what `status` says of a release."""
        for status in read_status(self.registry, LayerName(layer)).releases:
            if status.version == version:
                return status
        raise AssertionError(f"{layer} {version} is not listed")

    def wait_for(
        self, layer: str, version: str, reached: Callable[[ReleaseStatus], bool]
    ) -> ReleaseStatus:
        """Wait until a release has got somewhere; fail with where it is instead."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            status = self.release(layer, version)
            if reached(status):
                return status
            if time.monotonic() > deadline:
                raise AssertionError(f"not reached: {status.model_dump_json(indent=1)}")
            time.sleep(0.3)

    def wait_for_end(self, layer: str, version: str) -> ReleaseStatus:
        """Wait until nothing more happens to a release."""
        return self.wait_for(
            layer, version, lambda s: s.state in ("succeeded", "failed", "superseded")
        )

    def wait_for_approval(self, layer: str, version: str) -> ReleaseStatus:
        """Wait until a stage of a release asks for approval."""
        return self.wait_for(
            layer, version, lambda s: any(stage.state == "waiting" for stage in s.stages)
        )

    def released(self, layer: str, version: str, content: bytes) -> ReleaseStatus:
        """Drop a release and wait for its end."""
        answer = self.answer(self.drop(f"incoming/{layer}/{version}.zip", content))
        assert answer.outcome == "claimed", answer.reason
        return self.wait_for_end(layer, version)

    def pointer(self, layer: str, stage: str, region: str) -> Pointer | None:
        """Read a pointer as a consumer does."""
        names = pointer_names(StageName(stage), LayerName(layer))
        return SsmPointers(CLIENTS).read(Target(account="", region=region), names)

    def versions(self, name: str, region: str) -> list[int]:
        """Return the version numbers of a published layer."""
        client = self.session.client("lambda", region_name=region)
        listed = client.list_layer_versions(LayerName=name)["LayerVersions"]
        return [version["Version"] for version in listed]

    def executions(self, status: str) -> list[str]:
        """Return the release executions with a status."""
        client = self.session.client("stepfunctions")
        listed = client.list_executions(
            stateMachineArn=self.outputs["ReleaseStateMachineArn"], statusFilter=status
        )
        return [execution["executionArn"] for execution in listed["executions"]]

    def start(self, artifact: Artifact) -> dict[str, Any]:
        """Deliver the event of a drop once more, and return how its execution ends."""
        client = self.session.client("stepfunctions")
        detail = {"bucket": {"name": artifact.bucket}, "object": {"key": artifact.key}}
        started = client.start_execution(
            stateMachineArn=self.outputs["ReleaseStateMachineArn"],
            input=json.dumps({"detail": detail}),
        )
        return self.ended(started["executionArn"])

    def ended(self, execution: str) -> dict[str, Any]:
        """Wait for an execution's end and describe it."""
        client = self.session.client("stepfunctions")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            described = client.describe_execution(executionArn=execution)
            if described["status"] != "RUNNING":
                return dict(described)
            assert time.monotonic() < deadline, f"{execution} is still running"
            time.sleep(0.3)

    def function(self, step: str) -> str:
        """Return the deployed name of a step's function, like ``Publish``."""
        return self.resource(f"{step}Function")

    def resource(self, logical_id: str) -> str:
        """Return the deployed name of a resource of the stack."""
        resource = self.session.client("cloudformation").describe_stack_resource(
            StackName=STACK, LogicalResourceId=logical_id
        )
        return resource["StackResourceDetail"]["PhysicalResourceId"]

    def invoke(self, step: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Invoke a step's function as the state machine does."""
        answer = self.session.client("lambda").invoke(
            FunctionName=self.function(step), Payload=json.dumps(payload).encode()
        )
        body: dict[str, Any] = json.loads(answer["Payload"].read())
        return body

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the `layerlift` command as a user does."""
        return subprocess.run(
            [str(Path(sys.prefix) / "bin" / "layerlift"), *arguments],
            env=os.environ | {"LAYERLIFT_STACK": STACK, "COLUMNS": "80"},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    @contextmanager
    def policy(self, policy: Policy) -> Iterator[None]:
        """Have another policy in force for a while."""
        before = read_policy(self.registry)
        assert before is not None
        apply_policy(self.registry, policy)
        try:
            yield
        finally:
            apply_policy(self.registry, before)


DEV_ONLY = Policy.model_validate(
    {"version": 1, "stages": [{"name": "dev", "waves": [["eu-central-1"]]}]}
)
"""One stage in one region: for what every stage does the same."""
