"""The rest of AWS as the steps see it: small protocols, one per concern."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from layerlift.domain.events import Event
from layerlift.domain.names import Digest, LayerName
from layerlift.domain.pointers import Pointer
from layerlift.domain.release import Artifact
from layerlift.domain.report import Module
from layerlift.domain.targets import Target
from layerlift.ports.byte_source import ByteSource


class DroppedObject(ByteSource, Protocol):
    """One version of one object, not yet read."""

    artifact: Artifact


class Artifacts(Protocol):
    """The artifact bucket, and the buckets in the targets."""

    def find(self, bucket: str, key: str, version_id: str | None) -> DroppedObject | None:
        """Return that version (None: the current one) of an object, None if it is not there."""

    def put_report(self, bucket: str, key: str, report: str) -> None:
        """Keep an inspection report or a bill of materials (JSON) beside the artifacts."""

    def get_report(self, bucket: str, key: str) -> str:
        """Return a report that was kept."""

    def find_report(self, bucket: str, key: str) -> str | None:
        """Return a report that was kept, None if it has been removed since."""

    def copy(self, artifact: Artifact, size: int, target: Target, bucket: str, key: str) -> None:
        """Have exactly that object version under ``key`` in the target's bucket."""


@dataclass(frozen=True)
class LayerVersion:
    """A published layer version. ``code_sha256`` is base64, as Lambda gives it."""

    number: int
    arn: str
    description: str
    code_sha256: str | None = None


class Layers(Protocol):
    """Lambda's layer versions in one target."""

    def versions(self, name: LayerName) -> Iterator[LayerVersion]:
        """Yield the versions, newest first, paging as the caller goes on; no digests here."""

    def describe(self, name: LayerName, number: int) -> LayerVersion | None:
        """Return one version with its digest, None if it does not exist."""

    def publish(
        self,
        name: LayerName,
        *,
        description: str,
        bucket: str,
        key: str,
        runtimes: Sequence[str],
        architectures: Sequence[str],
    ) -> LayerVersion:
        """Publish a version, asking Lambda once.

        :raises AnswerLost: if the request may have been carried out.
        :raises Unavailable: if it certainly was not, and may be tried again.
        :raises AccessRefused: if a permission is missing.
        """


@dataclass(frozen=True)
class ModuleFailure:
    """A module that could not be imported from the layer, and why."""

    module: str
    error: str


@dataclass(frozen=True)
class CanaryReading:
    """What one canary invocation found. ``imported`` counts modules."""

    imported: int
    failures: tuple[ModuleFailure, ...]


class Canaries(Protocol):
    """Functions in a target that run with a layer version before anyone else can."""

    def run(
        self,
        target: Target,
        *,
        layer_arn: str,
        runtime: str,
        architecture: str,
        modules: Sequence[Module],
    ) -> CanaryReading:
        """Create a function with the layer attached, invoke it, and remove it whatever happens."""


class Pointers(Protocol):
    """The SSM parameters consumers read."""

    def read(self, target: Target, names: tuple[str, str]) -> Pointer | None:
        """Return what the pair of parameters says, None unless both are there."""

    def write(self, target: Target, names: tuple[str, str], pointer: Pointer) -> None:
        """Make the pair say ``pointer``; a parameter that already does is left alone."""

    def remove(self, target: Target, names: tuple[str, str]) -> None:
        """Remove the pair; what is not there is no error."""


@dataclass(frozen=True)
class AlarmReading:
    """Of the alarms asked for: those that are in ALARM, and all that exist in the target."""

    target: Target
    firing: frozenset[str]
    known: frozenset[str]


class Alarms(Protocol):
    """CloudWatch alarms in a target."""

    def read(self, target: Target, names: Sequence[str], prefixes: Sequence[str]) -> AlarmReading:
        """Return what is known of the alarms with these names or name prefixes."""


class Promotions(Protocol):
    """Running state machine executions."""

    def resume(self, task_token: str, output: Mapping[str, Any]) -> bool:
        """Let the execution that waits on the token go on; False if none waits any more."""

    def is_running(self, execution: str) -> bool:
        """Say whether the execution with that ARN is still running."""


class Schedules(Protocol):
    """Decisions that are made when a time is up, unless somebody decides before."""

    def once(self, name: str, at: datetime, decision: Mapping[str, Any]) -> None:
        """Have ``decision`` made at that time, once for each name."""


class Bus(Protocol):
    """The event bus."""

    def put(self, events: Iterable[Event]) -> tuple[str, ...]:
        """Put the events; return the ids of those that the bus did not take."""


LayersIn = Callable[[Target], Layers]
"""Gives the :class:`Layers` of a target."""


def content_key(layer: LayerName, digest: Digest) -> str:
    """Return the key of an artifact's bytes in a target's bucket."""
    return f"{layer}/{digest}.zip"
