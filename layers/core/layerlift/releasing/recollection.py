"""Recollection: what a step has read or written is not read a second time.

Only reads that a revision guards may be recalled: those of a record that the step itself goes on to
write. If anybody has changed it since it was read, the commit is refused and all is forgotten, so
that the next try reads anew. That guards more than a second look would: also the time between the
two. Whatever decides without being written (whether a stage has ended, who has a lock, what is
live) is asked of the registry itself, each time.
"""

from collections.abc import Sequence

from layerlift.ports.registry import Key, Registry, Stored, Write


class Recollection(Registry):
    """A registry as one step sees it, until one of the step's commits is refused."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._known: dict[Key, Stored | None] = {}

    def get(self, key: Key) -> Stored | None:
        """Return the record as this step has read or written it; read it if it has not."""
        if key not in self._known:
            self._known[key] = self._registry.get(key)
        return self._known[key]

    def query(self, partition: str, sort_prefix: str = "") -> Sequence[Stored]:
        """Ask the registry itself: what is listed is not recalled."""
        return self._registry.query(partition, sort_prefix)

    def query_index(self, partition: str, *, limit: int) -> Sequence[Stored]:
        """Ask the registry itself, see :meth:`query`."""
        return self._registry.query_index(partition, limit=limit)

    def page_index(self, partition: str, *, limit: int, beyond: str = "") -> Sequence[Stored]:
        """Ask the registry itself, see :meth:`query`."""
        return self._registry.page_index(partition, limit=limit, beyond=beyond)

    def commit(self, *writes: Write) -> bool:
        """Put the records; forget all that was known if they were not put, or may not have been."""
        known, self._known = self._known, {}
        is_done = self._registry.commit(*writes)
        if is_done:
            self._known = known
            for write in writes:
                self._known[write.key] = Stored(write.key, write.body, write.expected + 1)
        return is_done
