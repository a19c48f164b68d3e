"""A registry in memory.

``tests/integration/adapters/test_registry_contract.py`` holds it to what DynamoDB's does.
"""

import json
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from layerlift.domain.errors import Fault, Unavailable
from layerlift.ports.registry import Index, Key, Registry, Stored, Write
from tests.fakes.wire import Wire, port_call


class MemoryRegistry(Registry):
    """Records in a dictionary, with all that can go wrong on the way to a real table.

    ``expiries`` says from when on a table may forget a record; a test has to do so by itself.
    """

    def __init__(self, wire: Wire | None = None, port: str = "registry") -> None:
        self.wire = wire or Wire()
        self.port = port
        self.records: dict[Key, tuple[dict[str, Any], int, str, Index | None]] = {}
        self.expiries: dict[Key, datetime] = {}
        self._lose_answers = 0
        self._one_at_a_time = threading.Lock()

    def lose_answer(self, times: int = 1) -> None:
        """Do the next commit, and answer as if it had not been done."""
        self._lose_answers += times

    def fail_before(self) -> None:
        """Be unavailable when the next commit is asked for."""

        def fail() -> None:
            raise Unavailable("the registry is not there")

        self.wire.next(f"{self.port}.commit", "before", fail)

    def overlap(self, job: Callable[[], object]) -> None:
        """Run ``job`` between what is read next and the commit that builds on it."""
        self.wire.next(f"{self.port}.commit", "before", lambda: (job(), None)[1])

    @port_call
    def get(self, key: Key) -> Stored | None:
        return self._stored(key) if key in self.records else None

    @port_call
    def query(self, partition: str, sort_prefix: str = "") -> Sequence[Stored]:
        keys = [
            key
            for key in tuple(self.records)
            if key.partition == partition and key.sort.startswith(sort_prefix)
        ]
        return tuple(self._stored(key) for key in sorted(keys, key=lambda key: key.sort))

    @port_call
    def query_index(self, partition: str, *, limit: int) -> Sequence[Stored]:
        found = [
            (index.sort, key)
            for key, (_, _, _, index) in tuple(self.records.items())
            if index is not None and index.partition == partition
        ]
        found.sort(key=lambda pair: pair[0], reverse=True)
        return tuple(self._stored(key) for _, key in found[:limit])

    @port_call
    def page_index(self, partition: str, *, limit: int, beyond: str = "") -> Sequence[Stored]:
        found = [
            (index.sort, key)
            for key, (_, _, _, index) in tuple(self.records.items())
            if index is not None and index.partition == partition and index.sort > beyond
        ]
        found.sort(key=lambda pair: pair[0])
        return tuple(self._stored(key) for _, key in found[:limit])

    @port_call
    def commit(self, *writes: Write) -> bool:
        if len({write.key for write in writes}) < len(writes):
            raise Fault("a transaction cannot write the same record twice")
        with self._one_at_a_time:
            if any(self._revision(write.key) != write.expected for write in writes):
                return False
            for write in writes:
                body = json.loads(json.dumps(write.body))
                self.records[write.key] = (body, write.expected + 1, write.kind, write.index)
                if write.expires_at is not None:
                    self.expiries[write.key] = write.expires_at
        if self._lose_answers:
            self._lose_answers -= 1
            return False
        return True

    def kinds(self, kind: str) -> list[dict[str, Any]]:
        """Return the bodies of all records of a kind, oldest first."""
        return [body for body, _, its_kind, _ in self.records.values() if its_kind == kind]

    def _revision(self, key: Key) -> int:
        return self.records[key][1] if key in self.records else 0

    def _stored(self, key: Key) -> Stored:
        body, revision, _, _ = self.records[key]
        return Stored(key, json.loads(json.dumps(body)), revision)
