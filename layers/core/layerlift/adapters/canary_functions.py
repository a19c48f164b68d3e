"""One canary function: what it is made of, its name, and its way from creation to removal."""

import base64
import hashlib
import io
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from layerlift.adapters.clients import aws_errors, error_code
from layerlift.domain.errors import Fault, Unavailable
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


_ACTIVE_SECONDS = 30
"""How long a function is waited for to become active; it takes seconds at most without a VPC."""

_FIRST_PAUSE_SECONDS = 0.55
"""Before the first look whether a function is active: hardly any is sooner, see
:func:`_await_active`."""

_PAUSE_SECONDS = 0.3
"""Between two looks; GetFunction takes 100 of them a second."""


class NotOffered(Exception):
    """The region does not offer the runtime or the architecture; the message is Lambda's."""


class NotOurs(Fault):
    """A function of a canary's name is there, and is made of other parts: it is somebody else's.

    Its name can be worked out beforehand. What is asked of it would be answered by other code,
    perhaps as another role; so it is neither asked nor removed.
    """


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
        return canary_name(self.control_plane, *parts, _code(plan.probe))

    def create(self, client: Any) -> None:
        """Create it; one that is there already is the same, left by a run that was killed.

        :raises NotOffered: if the region lacks its runtime or architecture.
        :raises Unavailable: if Lambda cannot assume its role yet.
        """
        make_function(
            client,
            self.name,
            self.control_plane,
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
        )


def canary_name(control_plane: str, *parts: str | bytes) -> str:
    """Return the name of the function that is made of ``parts``: the same parts, the same name.

    The roles of steps may touch functions of such names only, and consumers never have one.
    """
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() + b"\x1f" if isinstance(part, str) else part)
    return f"{canary_prefix(control_plane)}{digest.hexdigest()[:16]}"


def canary_prefix(control_plane: str) -> str:
    """Return how the names of a control plane's canary functions begin."""
    return f"{control_plane}-canary-"


def make_function(client: Any, name: str, control_plane: str, **settings: Any) -> None:
    """Create a canary function and wait until it can be invoked.

    One of that name that is there already, left by a run that was killed, is taken if it is made
    of the same parts. ``settings`` are further ones of CreateFunction.

    :raises NotOffered: if the region lacks its runtime or architecture.
    :raises NotOurs: if a function of that name is made of other parts.
    :raises Unavailable: if Lambda cannot assume its role yet.
    """
    from botocore.exceptions import ClientError

    try:
        made = client.create_function(
            FunctionName=name,
            Tags={
                PLANE_TAG: control_plane,
                MADE_TAG: datetime.now(UTC).isoformat(timespec="seconds"),
            },
            **settings,
        )
    except ClientError as problem:
        if error_code(problem) != "ResourceConflictException":
            raise _understood(problem) from problem
        made = _configuration(client, name)
        _check_ours(name, made, settings)
    _await_active(client, name, made)


def _check_ours(name: str, found: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
    """Compare what decides which code runs as whom, and with what."""
    code = base64.b64encode(hashlib.sha256(settings["Code"]["ZipFile"]).digest()).decode()
    wanted: dict[str, Any] = {
        **{key: settings[key] for key in ("Role", "Runtime", "Handler", "Layers")},
        "CodeSha256": code,
        "Environment": settings.get("Environment", {}).get("Variables", {}),
    }
    seen: dict[str, Any] = {
        **found,
        "Layers": [layer["Arn"] for layer in found.get("Layers", ())],
        "Environment": found.get("Environment", {}).get("Variables", {}),
    }
    # Never what it holds: a clone may have the secrets of its function.
    others = [key for key, value in wanted.items() if seen.get(key) != value]
    if others:
        raise NotOurs(
            f"a function named {name} is there that Layerlift has not made so (it differs in "
            f"{', '.join(others)}), so it was neither invoked nor removed. Find out whose it is, "
            "and remove it"
        )


def _await_active(client: Any, name: str, seen: Mapping[str, Any]) -> None:
    """Return once Lambda takes invocations of a function, which was last ``seen`` so.

    boto3's own waiter sleeps whole seconds. A function made of a zip is active after half a second
    to three.
    https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html

    :raises Unavailable: if it failed, or is not active after :data:`_ACTIVE_SECONDS`.
    """
    deadline = time.monotonic() + _ACTIVE_SECONDS
    pause = _FIRST_PAUSE_SECONDS
    while seen.get("State") != "Active":
        if seen.get("State") == "Failed" or time.monotonic() > deadline:
            raise Unavailable(f"{name} is {seen.get('State')}: {seen.get('StateReason', '')}")
        time.sleep(pause)
        pause = _PAUSE_SECONDS
        seen = _configuration(client, name)


def _configuration(client: Any, name: str) -> Mapping[str, Any]:
    from botocore.exceptions import ClientError

    try:
        configuration: Mapping[str, Any] = client.get_function(FunctionName=name)["Configuration"]
    except ClientError as problem:
        if error_code(problem) == "ResourceNotFoundException":
            # Another run of the same canary has come to its end, or it cannot be seen yet.
            raise Unavailable(f"the canary {name} is not there") from problem
        raise
    return configuration


def remove_function(client: Any, name: str) -> None:
    """Remove a canary function; one that is gone is no error."""
    from botocore.exceptions import ClientError

    with aws_errors(f"removing the canary {name}"):
        try:
            client.delete_function(FunctionName=name)
        except ClientError as problem:
            if error_code(problem) != "ResourceNotFoundException":
                raise


@contextmanager
def removed_afterwards(client: Any, name: str) -> Iterator[None]:
    """Remove the canary function that is made inside, whatever becomes of it.

    But for what was not made (:class:`NotOffered`), and what is another's (:class:`NotOurs`).
    """
    try:
        yield
    except (NotOffered, NotOurs):
        raise
    except BaseException:
        with suppress(Fault):  # Why it failed is the better reason.
            remove_function(client, name)
        raise
    remove_function(client, name)


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
