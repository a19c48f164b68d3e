"""AWS as the steps see it, in memory."""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from layerlift.domain.errors import AccessRefused, AnswerLost, Fault, Unavailable
from layerlift.domain.events import Event
from layerlift.domain.gates.alarms import WatchedAlarms, prefix_question, tags_question
from layerlift.domain.layer_statements import LayerStatement
from layerlift.domain.names import LayerName
from layerlift.domain.pointers import Pointer
from layerlift.domain.release import Artifact
from layerlift.domain.targets import Target
from layerlift.ports.aws import (
    AlarmReading,
    Alarms,
    AlarmState,
    Artifacts,
    Bus,
    Canaries,
    CanaryPlan,
    CanaryReading,
    DroppedObject,
    Invocation,
    LayerPermissions,
    Layers,
    LayerVersion,
    Leftover,
    Pointers,
    Promotions,
    Readers,
    Repayments,
    Schedules,
)
from tests.fakes.wire import Wire, port_call


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class MemoryObject(DroppedObject):
    """A dropped object whose bytes are here."""

    artifact: Artifact
    content: bytes
    size: int = -1

    def __post_init__(self) -> None:
        self.size = len(self.content) if self.size < 0 else self.size

    def read_at(self, offset: int, length: int) -> bytes:
        return self.content[offset : offset + length]

    def stream(self) -> Iterator[bytes]:
        yield self.content


class MemoryArtifacts(Artifacts):
    """Buckets of bytes; an object version is found by its bucket, key and version id."""

    port = "artifacts"

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.objects: dict[tuple[str, str], list[tuple[str, bytes]]] = defaultdict(list)
        self.reports: dict[tuple[str, str], str] = {}
        self.requesters: dict[str, str] = {}
        self.copies: dict[tuple[str, str], bytes] = {}

    def drop(self, bucket: str, key: str, content: bytes) -> Artifact:
        """Put a new version of an object, as a user does."""
        versions = self.objects[bucket, key]
        versions.append(
            (f"v{len(versions) + 1}-{hashlib.sha256(content).hexdigest()[:6]}", content)
        )
        return Artifact(bucket=bucket, key=key, version_id=versions[-1][0])

    @port_call
    def find(self, bucket: str, key: str, version_id: str | None) -> DroppedObject | None:
        for version, content in reversed(self.objects[bucket, key]):
            if version_id in (None, version):
                return MemoryObject(Artifact(bucket=bucket, key=key, version_id=version), content)
        return None

    @port_call
    def requester(self, artifact: Artifact) -> str | None:
        return self.requesters.get(artifact.key)

    @port_call
    def put_report(self, bucket: str, key: str, report: str) -> None:
        self.reports[bucket, key] = report

    @port_call
    def get_report(self, bucket: str, key: str) -> str:
        return self.reports[bucket, key]

    @port_call
    def find_report(self, bucket: str, key: str) -> str | None:
        return self.reports.get((bucket, key))

    @port_call
    def copy(self, artifact: Artifact, size: int, target: Target, bucket: str, key: str) -> None:
        content = dict(self.objects[artifact.bucket, artifact.key])[artifact.version_id]
        if len(content) != size:
            raise Fault(f"{artifact.key} has {len(content)} bytes, not {size}")
        self.copies[bucket, key] = content


@dataclass
class LandsLate:
    """A publish whose answer is lost, and which takes effect after a while."""

    after: timedelta


@dataclass
class _Region:
    versions: dict[LayerName, list[LayerVersion]] = field(default_factory=lambda: defaultdict(list))
    newest: dict[LayerName, int] = field(default_factory=lambda: defaultdict(int))
    landing: list[tuple[datetime, LayerName, str, str]] = field(default_factory=list)


LOST_AND_DONE = "lost, done at once"
LOST_AND_NEVER_DONE = "lost, never done"
UNAVAILABLE = "unavailable"
REFUSED = "refused"


class MemoryLambda:
    """Layer versions of every target. ``faults`` says what becomes of the next publishes."""

    def __init__(self, wire: Wire, clock: Clock, artifacts: MemoryArtifacts) -> None:
        self.wire = wire
        self.clock = clock
        self.artifacts = artifacts
        self.faults: list[str | LandsLate | None] = []
        self.asked = 0
        self.regions: dict[Target, _Region] = defaultdict(_Region)

    def layers_in(self, target: Target) -> "MemoryLayers":
        return MemoryLayers(self, target)

    def land(self, target: Target) -> _Region:
        """Let what is due take effect; return the region."""
        region = self.regions[target]
        for entry in tuple(region.landing):
            at, name, description, digest = entry
            if at <= self.clock.now:
                region.landing.remove(entry)
                self.add(target, name, description, digest)
        return region

    def add(self, target: Target, name: LayerName, description: str, digest: str) -> LayerVersion:
        region = self.regions[target]
        region.newest[name] += 1
        number = region.newest[name]
        arn = f"arn:aws:lambda:{target.region}:{target.account}:layer:{name}:{number}"
        version = LayerVersion(number, arn, description, digest)
        region.versions[name].append(version)
        return version

    def with_digest(self, target: Target, digest: str) -> list[LayerVersion]:
        """Return every version in the target that has these bytes, also what is yet to land."""
        self.clock.advance(days=1)
        region = self.land(target)
        self.clock.advance(days=-1)
        return [v for listed in region.versions.values() for v in listed if v.code_sha256 == digest]


class MemoryLayers(Layers):
    """The layer versions of one target; numbers are never given twice."""

    port = "layers"

    def __init__(self, aws: MemoryLambda, target: Target) -> None:
        self.wire = aws.wire
        self._aws = aws
        self._target = target

    @port_call
    def versions(self, name: LayerName) -> Iterator[LayerVersion]:
        listed = self._aws.land(self._target).versions[name]
        return iter([replace(version, code_sha256=None) for version in reversed(listed)])

    @port_call
    def describe(self, name: LayerName, number: int) -> LayerVersion | None:
        listed = self._aws.land(self._target).versions[name]
        return next((version for version in listed if version.number == number), None)

    @port_call
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
        aws = self._aws
        aws.asked += 1
        content = aws.artifacts.copies[bucket, key]
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        fault = aws.faults.pop(0) if aws.faults else None
        if fault == UNAVAILABLE:
            raise Unavailable("throttled")
        if fault == REFUSED:
            raise AccessRefused("no lambda:PublishLayerVersion")
        if fault == LOST_AND_NEVER_DONE:
            raise AnswerLost("read timeout")
        if isinstance(fault, LandsLate):
            at = aws.clock.now + fault.after
            aws.regions[self._target].landing.append((at, name, description, digest))
            raise AnswerLost("read timeout")
        version = aws.add(self._target, name, description, digest)
        if fault == LOST_AND_DONE:
            raise AnswerLost("connection reset")
        return version


def trial(**fields: Any) -> Invocation:
    """Return an invocation that imported one module, or what `fields` say instead."""
    usual = {"is_cold": True, "startup_ms": 200, "duration_ms": 210, "exercised": {"modules": 1}}
    return Invocation(**(usual | fields))


class MemoryCanaries(Canaries):
    """Canaries that answer what the test says: `reading` of every function."""

    port = "canaries"

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.reading = CanaryReading((trial(),))
        self.runs: list[tuple[Target, str, tuple[CanaryPlan, ...]]] = []
        self.functions: dict[tuple[Target, str], datetime] = {}
        self.unreachable: set[Target] = set()

    @port_call
    def run(
        self, target: Target, layer_arn: str, plans: Sequence[CanaryPlan]
    ) -> tuple[CanaryReading, ...]:
        self.runs.append((target, layer_arn, tuple(plans)))
        return tuple(self.reading for _ in plans)

    @port_call
    def leftovers(self, target: Target) -> tuple[Leftover, ...]:
        if target in self.unreachable:
            raise Unavailable(f"{target} does not answer")
        made = self.functions.items()
        return tuple(Leftover(name, at) for (where, name), at in made if where == target)

    @port_call
    def remove(self, target: Target, name: str) -> None:
        self.functions.pop((target, name), None)


class MemoryPermissions(LayerPermissions):
    """Policies of layer versions, by target and ARN; an id that is there is never overwritten."""

    port = "permissions"

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.policies: dict[tuple[Target, str], dict[str, LayerStatement]] = defaultdict(dict)

    @port_call
    def read(self, target: Target, layer_arn: str) -> tuple[LayerStatement, ...]:
        return tuple(self.policies[target, layer_arn].values())

    @port_call
    def add(self, target: Target, layer_arn: str, statement: LayerStatement) -> None:
        self.policies[target, layer_arn].setdefault(statement.sid, statement)

    @port_call
    def remove(self, target: Target, layer_arn: str, sid: str) -> None:
        self.policies[target, layer_arn].pop(sid, None)


class MemoryReaders(Readers):
    """Roles that may read what was granted to their account, once it has got around."""

    port = "readers"

    def __init__(self, wire: Wire, aws: MemoryLambda, permissions: MemoryPermissions) -> None:
        self.wire = wire
        self.refusals = 0
        self.bytes: str | None = None
        self.taken_on: list[str] = []
        self._aws = aws
        self._permissions = permissions

    @port_call
    def read(self, reader: str, target: Target, layer_arn: str) -> LayerVersion:
        self.taken_on.append(reader)
        account = reader.split(":")[4]
        allowed = {s.account for s in self._permissions.policies[target, layer_arn].values()}
        if account not in allowed:
            raise AccessRefused("no resource-based policy allows it")
        if self.refusals:
            self.refusals -= 1
            raise AccessRefused("not yet")
        *_, name, number = layer_arn.split(":")
        version = self._aws.layers_in(target).describe(LayerName(name), int(number))
        assert version is not None
        return version if self.bytes is None else replace(version, code_sha256=self.bytes)


class MemoryPointers(Pointers):
    """Parameters; the two of a pair are written one after the other, so a death may part them."""

    port = "pointers"

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.parameters: dict[tuple[Target, str], str] = {}
        self.away: set[Target] = set()

    @port_call
    def read(self, target: Target, names: tuple[str, str]) -> Pointer | None:
        arn, version = (self.parameters.get((target, name)) for name in names)
        return None if arn is None or version is None else Pointer(arn=arn, version=version)

    def write(self, target: Target, names: tuple[str, str], pointer: Pointer) -> None:
        self._reach(target)
        for name, value in zip(names, (pointer.arn, pointer.version), strict=True):
            self.wire.call("pointers.write", lambda n=name, v=value: self._put(target, n, v))

    def remove(self, target: Target, names: tuple[str, str]) -> None:
        self._reach(target)
        for name in names:
            self.wire.call("pointers.remove", lambda n=name: self.parameters.pop((target, n), None))

    def _reach(self, target: Target) -> None:
        if target in self.away:
            raise Unavailable(f"{target} does not answer")

    def _put(self, target: Target, name: str, value: str) -> None:
        self.parameters[target, name] = value


class MemoryAlarms(Alarms):
    """Alarms by region: name to CloudWatch's state, or to whether it fires; and their tags."""

    port = "alarms"

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.states: dict[str, dict[str, bool | str]] = defaultdict(dict)
        self.tags: dict[str, dict[str, str]] = defaultdict(dict)

    @port_call
    def read(self, target: Target, wanted: Sequence[WatchedAlarms]) -> AlarmReading:
        answers: dict[str, tuple[AlarmState, ...]] = {}
        for one in wanted:
            for name in one.names:
                answers[name] = self._those(target, lambda known, n=name: known == n)
            for prefix in one.prefixes:
                found = self._those(target, lambda known, p=prefix: known.startswith(p))
                answers[prefix_question(prefix)] = found
            if one.tags:
                tags = one.tags.items()
                found = self._those(target, lambda known, t=tags: t <= self.tags[known].items())
                answers[tags_question(one.tags)] = found
        return AlarmReading(target, answers)

    def _those(self, target: Target, wanted: Callable[[str], bool]) -> tuple[AlarmState, ...]:
        words = {True: "ALARM", False: "OK"}
        return tuple(
            AlarmState(
                name,
                state if isinstance(state, str) else words[state],
                f"https://console/{target.region}/{name}",
            )
            for name, state in self.states[target.region].items()
            if wanted(name)
        )


class MemoryPromotions(Promotions):
    """Executions that run, and tokens that are waited for."""

    port = "promotions"

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.running: set[str] = set()
        self.waiting: set[str] = set()
        self.resumed: list[tuple[str, dict[str, Any]]] = []
        self.stopped: list[str] = []

    @port_call
    def resume(self, task_token: str, output: Mapping[str, Any]) -> bool:
        if task_token not in self.waiting:
            return False
        self.waiting.remove(task_token)
        self.resumed.append((task_token, dict(output)))
        return True

    @port_call
    def is_running(self, execution: str) -> bool:
        return execution in self.running

    @port_call
    def stop(self, execution: str, cause: str) -> None:
        self.running.discard(execution)
        self.stopped.append(execution)


class MemoryRepayments(Repayments):
    """Executions by name; a name counts once."""

    port = "repayments"

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.started: dict[str, dict[str, Any]] = {}

    @port_call
    def start(self, name: str, given: Mapping[str, Any]) -> bool:
        is_new = name not in self.started
        self.started.setdefault(name, dict(given))
        return is_new


class MemorySchedules(Schedules):
    """Decisions by name; a name counts once."""

    port = "schedules"

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.planned: dict[str, tuple[datetime, dict[str, Any]]] = {}

    @port_call
    def once(self, name: str, at: datetime, decision: Mapping[str, Any]) -> None:
        self.planned.setdefault(name, (at, dict(decision)))


class MemoryBus(Bus):
    """A bus that refuses the events whose ids are in ``refuses``."""

    port = "bus"

    def __init__(self, wire: Wire | None = None) -> None:
        self.wire = wire or Wire()
        self.batches: list[tuple[Event, ...]] = []
        self.refuses: set[str] = set()

    @port_call
    def put(self, events: Iterable[Event]) -> tuple[str, ...]:
        batch = tuple(events)
        self.batches.append(batch)
        return tuple(event.detail.id for event in batch if event.detail.id in self.refuses)
