"""Dropped objects, reports and copies, in memory."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from layerlift.domain.errors import Fault
from layerlift.domain.release import Artifact
from layerlift.domain.targets import Target
from layerlift.ports.aws import Artifacts, DroppedObject
from tests.fakes.wire import Wire, port_call


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
