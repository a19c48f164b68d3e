"""The rest of AWS as the steps see it: small protocols, one per concern."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from layerlift.domain.events import Event
from layerlift.domain.gates.alarms import WatchedAlarms
from layerlift.domain.layer_statements import LayerStatement
from layerlift.domain.names import Digest, LayerName
from layerlift.domain.pointers import Pointer
from layerlift.domain.release import Artifact
from layerlift.domain.targets import Target
from layerlift.ports.byte_source import ByteSource

REQUESTER_TAG = "layerlift-requester"
"""The object tag that holds the user id of who dropped a zip. A bucket policy can hold it to the
truth, by ``s3:RequestObjectTag/layerlift-requester`` and ``${aws:userid}``."""


class DroppedObject(ByteSource, Protocol):
    """One version of one object, not yet read."""

    artifact: Artifact


class Artifacts(Protocol):
    """The artifact bucket, and the buckets in the targets."""

    def find(self, bucket: str, key: str, version_id: str | None) -> DroppedObject | None:
        """Return that version (None: the current one) of an object, None if it is not there."""

    def requester(self, artifact: Artifact) -> str | None:
        """Return the user id that the drop says it is by, None if it does not say."""

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


class Probe(StrEnum):
    """The code of a canary function: it tries what the layer brings, and answers."""

    PYTHON = "python"
    NODEJS = "nodejs"
    NONE = "none"
    """A custom runtime is tried by that it answers."""


@dataclass(frozen=True)
class CanaryPlan:
    """One canary function: where it runs, what it is asked, how often, and for how long each.

    ``event`` is what the probe takes (see ``probe/canary_probe.py``). ``cold`` invocations are made
    at the same time, then ``warm`` ones after each other.
    """

    probe: Probe
    runtime: str
    architecture: str
    event: Mapping[str, Any]
    cold: int
    warm: int
    seconds: int


@dataclass(frozen=True)
class Failure:
    """Something of the layer that does not work, and why."""

    what: str
    error: str


@dataclass(frozen=True)
class Invocation:
    """What one invocation of a canary found; times are in milliseconds, None where not known.

    ``error`` is that of an invocation that gave no answer, ``error_kind`` Lambda's name for it.
    ``exercised`` counts by kind;
    ``answer`` is the JSON that the layer's own check, or its runtime, answered.
    """

    is_cold: bool = False
    startup_ms: int | None = None
    duration_ms: int | None = None
    error: str = ""
    error_kind: str = ""
    timed_out: bool = False
    exercised: Mapping[str, int] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    not_exercised: tuple[str, ...] = ()
    answer: str | None = None


@dataclass(frozen=True)
class CanaryReading:
    """What a canary found, one by one.

    ``not_offered`` is Lambda's word where the region has not the runtime or the architecture, and
    nothing was invoked.
    """

    invocations: tuple[Invocation, ...] = ()
    not_offered: str = ""


@dataclass(frozen=True)
class Leftover:
    """A canary function that is there, and when it was made."""

    name: str
    made_at: datetime


class Canaries(Protocol):
    """Functions in a target that run with a layer version before anyone else can."""

    def run(
        self, target: Target, layer_arn: str, plans: Sequence[CanaryPlan]
    ) -> tuple[CanaryReading, ...]:
        """Make a function of each plan, invoke it, and remove it whatever happens.

        They run side by side; the readings are in the order of the plans.
        """

    def leftovers(self, target: Target) -> tuple[Leftover, ...]:
        """Return the canary functions of this control plane that are in the target."""

    def remove(self, target: Target, name: str) -> None:
        """Remove a canary function; one that is gone is no error."""


class LayerPermissions(Protocol):
    """The policies of layer versions in a target: who may read them."""

    def read(self, target: Target, layer_arn: str) -> tuple[LayerStatement, ...]:
        """Return what the version's policy says, empty if it has none."""

    def add(self, target: Target, layer_arn: str, statement: LayerStatement) -> None:
        """Add a statement; one that has its id already is left as it is."""

    def remove(self, target: Target, layer_arn: str, sid: str) -> None:
        """Remove the statement with that id; what is not there is no error."""


class Readers(Protocol):
    """The eyes of those who use a layer: credentials that are not its owner's."""

    def read(self, reader: str, target: Target, layer_arn: str) -> LayerVersion:
        """Read a layer version in the target as the role ``reader`` (its ARN).

        :raises AccessRefused: if the role may not be taken on, or may not read the version.
        """


class Pointers(Protocol):
    """The SSM parameters consumers read."""

    def read(self, target: Target, names: tuple[str, str]) -> Pointer | None:
        """Return what the pair of parameters says, None unless both are there."""

    def write(
        self, target: Target, names: tuple[str, str], pointer: Pointer, *, is_new: bool = False
    ) -> None:
        """Make the pair say ``pointer``; a parameter that already does is left alone.

        ``is_new`` says that the pair has just been read and neither parameter said so: then both
        are written without another look.
        """

    def remove(self, target: Target, names: tuple[str, str]) -> None:
        """Remove the pair; what is not there is no error."""


class PointerSight(Protocol):
    """The SSM parameters consumers read, for those who only look."""

    def look(self, target: Target, names: tuple[str, str]) -> tuple[str | None, str | None]:
        """Return what the two parameters say now, None for one that is not there.

        It answers within 10 seconds.

        :raises AccessRefused: if a permission is missing.
        :raises Unavailable: if the target could not be reached in that time.
        """


@dataclass(frozen=True)
class AlarmState:
    """A metric or composite alarm. ``state`` is CloudWatch's: OK, ALARM or INSUFFICIENT_DATA.

    ``link`` is where people see it.
    """

    name: str
    state: str
    link: str


@dataclass(frozen=True)
class AlarmReading:
    """What a target has to each of the questions of :class:`WatchedAlarms`, be it nothing."""

    target: Target
    answers: Mapping[str, tuple[AlarmState, ...]]


class Alarms(Protocol):
    """CloudWatch alarms in a target."""

    def read(self, target: Target, wanted: Sequence[WatchedAlarms]) -> AlarmReading:
        """Return the state of the wanted alarms that exist in the target."""


class Promotions(Protocol):
    """Running state machine executions."""

    def resume(self, task_token: str, output: Mapping[str, Any]) -> bool:
        """Let the execution that waits on the token go on; False if none waits any more."""

    def is_running(self, execution: str) -> bool:
        """Say whether the execution with that ARN is still running."""

    def stop(self, execution: str, cause: str) -> None:
        """End the execution with that ARN; one that has ended already is no error."""


class Executions(Protocol):
    """A state machine that the steps start."""

    def start(self, name: str, given: Mapping[str, Any]) -> bool:
        """Start an execution with an input, once for each name; False if there was one."""


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
