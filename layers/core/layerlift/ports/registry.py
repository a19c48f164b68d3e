"""The registry: records under keys, changed by compare-and-swap, several at once or not at all.

Keys are chosen so that "all releases of a layer", "all targets of a stage" and "what runs where"
are queries, never scans (:mod:`layerlift.releasing.records` lays them out).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Key:
    """Partition and sort key of a record."""

    partition: str
    sort: str


@dataclass(frozen=True)
class Index:
    """Partition and sort key of a record in the one secondary index."""

    partition: str
    sort: str


@dataclass(frozen=True)
class Stored:
    """A record as read: its body, and the revision a later write has to name."""

    key: Key
    body: Mapping[str, Any]
    revision: int


@dataclass(frozen=True)
class Write:
    """A record to put whole, if its stored revision is still ``expected``.

    ``expected`` is 0 for a record that must not be there yet. ``body`` holds what JSON can. From
    ``expires_at`` on the record may be gone, sooner or later; None keeps it.
    """

    key: Key
    body: Mapping[str, Any]
    expected: int
    kind: str
    index: Index | None = None
    expires_at: datetime | None = None


class Registry(Protocol):
    """A transactional store of records."""

    def get(self, key: Key) -> Stored | None:
        """Return the record under ``key`` as last committed, None if there is none."""

    def query(self, partition: str, sort_prefix: str = "") -> Sequence[Stored]:
        """Return the records of a partition whose sort key begins so, in order of sort keys."""

    def query_index(self, partition: str, *, limit: int) -> Sequence[Stored]:
        """Return at most ``limit`` records of an index partition, highest sort keys first."""

    def page_index(self, partition: str, *, limit: int, beyond: str = "") -> Sequence[Stored]:
        """Return at most ``limit`` records of an index partition, lowest sort keys first.

        Only those whose sort key is above ``beyond``, so that the last one's asks for the rest.
        """

    def commit(self, *writes: Write) -> bool:
        """Put all records, or none if any revision differs; say whether they were put.

        A commit repeated after its answer was lost returns False, since the revisions have moved:
        callers read back what they find and go on from there.
        """
