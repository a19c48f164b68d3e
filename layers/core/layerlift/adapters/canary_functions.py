"""One canary function: what it is made of, its name, and its way from creation to removal."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from layerlift.adapters.clients import aws_errors, error_code
from layerlift.domain.errors import Unavailable
from layerlift.ports.aws import CanaryPlan, Probe

_MEMORY_MB = 512
_EPOCH = (1980, 1, 1, 0, 0, 0)
_BOOTSTRAP_ONLY = "bootstrap-only"
_FILES = {Probe.PYTHON: "canary_probe.py", Probe.NODEJS: "canary_probe.js"}

PLANE_TAG = "layerlift:canary"
"""Names the control plane of a canary function: what was left behind is found by it."""

MADE_TAG = "layerlift:made"
"""When it was made, ISO 8601."""

_UNKNOWN_HERE = ("runtime", "architecture")
"""What CreateFunction's InvalidParameterValueException names if a region lacks one of them; and not
for a role that is too new, which "cannot be assumed by Lambda".
https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"""


class NotOffered(Exception):
    """The region does not offer the runtime or the architecture; the message is Lambda's."""


@dataclass(frozen=True)
class CanaryFunction:
    """What a canary function is made of; the same parts give the same ``name``."""

    control_plane: str
    layer_arn: str
    role: str
    log_group: str
    plan: CanaryPlan
    purpose: str = ""

    @property
    def name(self) -> str:
        """Its name, so that a run that is repeated finds what a killed one left."""
        plan = self.plan
        parts = (self.layer_arn, plan.runtime, plan.architecture, str(plan.seconds), self.purpose)
        digest = hashlib.sha256("\x1f".join(parts).encode() + _code(plan.probe)).hexdigest()
        return f"{self.control_plane}-canary-{digest[:16]}"

    def create(self, client: Any) -> None:
        """Create it; one that is there already is the same, left by a run that was killed.

        :raises NotOffered: if the region lacks its runtime or architecture.
        :raises Unavailable: if Lambda cannot assume its role yet.
        """
        from botocore.exceptions import ClientError

        try:
            client.create_function(
                FunctionName=self.name,
                Role=self.role,
                Runtime=self.plan.runtime,
                Architectures=[self.plan.architecture],
                Handler="canary_probe.handler",
                Code={"ZipFile": _code(self.plan.probe)},
                Layers=[self.layer_arn],
                Timeout=self.plan.seconds,
                MemorySize=_MEMORY_MB,
                LoggingConfig={"LogGroup": self.log_group},
                Description=f"Layerlift canary of {self.layer_arn}"[:256],
                Tags={
                    PLANE_TAG: self.control_plane,
                    MADE_TAG: datetime.now(UTC).isoformat(timespec="seconds"),
                },
            )
        except ClientError as problem:
            if error_code(problem) != "ResourceConflictException":
                raise _understood(problem) from problem
        client.get_waiter("function_active_v2").wait(
            FunctionName=self.name, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
        )


def remove_function(client: Any, name: str) -> None:
    """Remove a canary function; one that is gone is no error."""
    from botocore.exceptions import ClientError

    with aws_errors(f"removing the canary {name}"):
        try:
            client.delete_function(FunctionName=name)
        except ClientError as problem:
            if error_code(problem) != "ResourceNotFoundException":
                raise


def _understood(problem: Any) -> Exception:
    """Return what CreateFunction's refusal means, the refusal itself if nothing more is known."""
    error = problem.response.get("Error", {})
    message = str(error.get("Message", ""))
    if error_code(problem) in ("InvalidParameterValueException", "ValidationException"):
        if "cannot be assumed" in message:
            return Unavailable(message)
        if any(word in message.lower() for word in _UNKNOWN_HERE):
            return NotOffered(message)
    found: Exception = problem
    return found


@cache
def _code(probe: Probe) -> bytes:
    """Return the function's zip, the same bytes every time.

    Lambda takes no function without code; beside a layer's bootstrap it is never looked at.
    """
    name = _FILES.get(probe)
    content = b"" if name is None else files("layerlift.probe").joinpath(name).read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name or _BOOTSTRAP_ONLY, _EPOCH)
        # Without it the file would be unreadable for the function's user.
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, content)
    return buffer.getvalue()
