"""Layer versions as Lambda keeps them, their policies, and who may read them."""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from layerlift.domain.errors import AccessRefused, AnswerLost, Unavailable
from layerlift.domain.layer_statements import LayerStatement
from layerlift.domain.names import LayerName
from layerlift.domain.targets import Target
from layerlift.ports.aws import LayerPermissions, Layers, LayerVersion, Readers
from tests.fakes.artifacts import MemoryArtifacts
from tests.fakes.clock import Clock
from tests.fakes.wire import Wire, port_call


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
