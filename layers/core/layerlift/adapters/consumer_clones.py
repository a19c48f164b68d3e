"""One clone of a consumer: what it takes over from the function's version, and what it does not.

Taken over are the code, runtime, handler, architecture, memory, temporary storage and layers, one
of them replaced. Left behind are event sources, aliases, concurrency, tags, file systems, tracing,
dead-letter queue and network: a clone is reached by nobody but its canary. Role and environment
come with it only if the policy says so.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layerlift.adapters.canary_functions import NotOffered, canary_name, make_function
from layerlift.domain.errors import Unavailable
from layerlift.domain.targets import Target, canary_log_group, canary_role
from layerlift.ports.consumers import Clone

MAX_CODE_BYTES = 50 * 1024 * 1024
"""What CreateFunction takes as bytes.
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

SECRET_LENGTH = 8
"""Ours: a shorter value of a variable, like ``true`` or ``prod``, is taken for no secret."""

_SECONDS = 60
"""How long the download of a function's code is waited for between two bytes."""

_OK = 200

_TAKEN_OVER = ("Runtime", "Handler", "Architectures", "MemorySize", "EphemeralStorage")


@dataclass(frozen=True)
class CloneFunction:
    """A function that stands in for a consumer in one target."""

    control_plane: str
    partition: str
    target: Target
    clone: Clone

    @property
    def name(self) -> str:
        """Its name, so that a run that is repeated finds what a killed one left.

        A version's ARN stands for code and settings, which never change.
        """
        clone = self.clone
        parts = (clone.version.arn, clone.layer_arn, str(clone.seconds))
        modes = f"{clone.has_own_role}/{clone.has_environment}"
        return canary_name(self.control_plane, *parts, modes)

    def create(self, client: Any) -> tuple[str, ...]:
        """Create it from the function's version; return what of its environment nobody is told.

        :raises NotOffered: if it cannot be made here, with the reason.
        :raises NotOurs: if a function of its name is made of other parts.
        :raises Unavailable: if the code could not be fetched, or Lambda cannot assume the role yet.
        """
        arn, _, number = self.clone.version.arn.rpartition(":")
        described = client.get_function(FunctionName=arn, Qualifier=number)
        settings = described["Configuration"]
        environment = self._environment(settings)
        make_function(
            client,
            self.name,
            self.control_plane,
            **{key: settings[key] for key in _TAKEN_OVER if key in settings},
            **environment,
            Role=settings["Role"] if self.clone.has_own_role else self._canary_role(),
            Code={"ZipFile": _code(described["Code"]["Location"], settings["CodeSha256"])},
            Layers=self._layers(settings),
            Timeout=self.clone.seconds,
            LoggingConfig={"LogGroup": canary_log_group(self.control_plane)},
            Description=f"Layerlift canary of {self.clone.version.arn}"[:256],
        )
        return _secrets(environment)

    def _canary_role(self) -> str:
        return canary_role(self.control_plane, self.target, partition=self.partition)

    def _layers(self, settings: Mapping[str, Any]) -> list[str]:
        """Return the layers in their order, with the one to try in the place of what is there."""
        replaced = self.clone.version.layer_arn
        arns = (layer["Arn"] for layer in settings["Layers"])
        return [self.clone.layer_arn if arn == replaced else arn for arn in arns]

    def _environment(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        if not self.clone.has_environment:
            return {}
        environment = settings.get("Environment", {})
        if "KMSKeyArn" in settings or "Error" in environment:
            raise NotOffered("its environment is encrypted with a key of its own, and not copied")
        return {"Environment": {"Variables": environment.get("Variables", {})}}


def _secrets(environment: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the values of variables that may be secrets, the longest first."""
    values: Mapping[str, str] = environment.get("Environment", {}).get("Variables", {})
    kept = {value for value in values.values() if len(value) >= SECRET_LENGTH}
    return tuple(sorted(kept, key=len, reverse=True))


def _code(location: str, code_sha256: str) -> bytes:
    """Return a version's zip from the link that Lambda gave, a credential that is told nobody.

    :raises Unavailable: if it could not be fetched whole.
    """
    from botocore.awsrequest import AWSRequest
    from botocore.exceptions import BotoCoreError
    from botocore.httpsession import URLLib3Session

    doing = "fetching the code of a consumer"
    try:
        answer = URLLib3Session(timeout=_SECONDS).send(AWSRequest("GET", location).prepare())
    except BotoCoreError as problem:
        # The link is a credential, and the problem repeats it.
        raise Unavailable(f"{doing}: {type(problem).__name__}") from None
    content: bytes = answer.content
    if answer.status_code != _OK:
        raise Unavailable(f"{doing}: S3 answered {answer.status_code}")
    if base64.b64encode(hashlib.sha256(content).digest()).decode() != code_sha256:
        raise Unavailable(f"{doing}: what came does not have its CodeSha256")
    return content
