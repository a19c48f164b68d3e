"""What a destination was told of a release: kept, so that nothing is told twice.

One record for each destination and release. It names the message that sums the release up, the
events that were told, and who speaks just now: two functions that are handed the same event, or
two events of one release, do not speak at the same time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from layerlift.domain.events import Event
from layerlift.domain.model import Value
from layerlift.ports.registry import Key, Registry, Write
from layerlift.telling.repeats import refused_attempts, stuck_pointers
from layerlift.telling.summary import Summary

KIND = "conversation"

KEPT = timedelta(days=90)
"""How long a record is kept after the last message: longer than any queue keeps an event."""

LEASE = timedelta(seconds=90)
"""How long one function may speak: longer than it can run."""

_MARK = 16
"""Hexadecimal digits of an event's id that are kept: 64 bits tell a release's events apart."""


class Conversation(Value):
    """The record. ``handle`` is the service's name for the message that shows the summary.

    ``refused`` are the attempts that were told to have ended without an approval, ``stuck`` the
    pointers that were told to be stuck: what follows is news or not by what was told before.
    """

    summary: Summary
    handle: str | None = None
    told: tuple[str, ...] = ()
    refused: tuple[int, ...] = ()
    stuck: tuple[str, ...] = ()
    speaking_until: datetime | None = None

    def knows(self, event: Event) -> bool:
        """Say whether the event was told."""
        return event.detail.id[:_MARK] in self.told

    def having_told(self, events: Sequence[Event]) -> "Conversation":
        """Return the conversation after these were told."""
        marks = (*self.told, *(event.detail.id[:_MARK] for event in events))
        return self.model_copy(
            update={
                "told": tuple(dict.fromkeys(marks)),
                "refused": tuple(dict.fromkeys((*self.refused, *refused_attempts(events)))),
                "stuck": tuple(dict.fromkeys((*self.stuck, *stuck_pointers(events)))),
            }
        )


class Floor:
    """The right to speak in one conversation, held while it lasts."""

    def __init__(self, registry: Registry, key: Key, conversation: Conversation, rev: int) -> None:
        self._registry = registry
        self._key = key
        self._revision = rev
        self.conversation = conversation

    def keep(self, conversation: Conversation, now: datetime) -> bool:
        """Record how far the conversation has come; False if somebody else speaks by now."""
        write = Write(
            key=self._key,
            body=conversation.model_dump(mode="json"),
            expected=self._revision,
            kind=KIND,
            expires_at=now + KEPT,
        )
        if not self._registry.commit(write) and not self._was_written(write):
            return False
        self._revision += 1
        self.conversation = conversation
        return True

    def leave(self, now: datetime) -> None:
        """Let others speak; if that fails, they wait until the lease is over."""
        self.keep(self.conversation.model_copy(update={"speaking_until": None}), now)

    def _was_written(self, write: Write) -> bool:
        """Look whether it was written after all, and only the answer was lost."""
        stored = self._registry.get(self._key)
        return (
            stored is not None
            and stored.revision == write.expected + 1
            and Conversation.model_validate(stored.body) == Conversation.model_validate(write.body)
        )


def take_floor(registry: Registry, destination: str, begin: Summary, now: datetime) -> Floor | None:
    """Return the floor, None if somebody else has it just now."""
    key = Key(f"CHAT#{destination}", begin.thread)
    stored = registry.get(key)
    if stored is None:
        conversation, revision = Conversation(summary=begin), 0
    else:
        conversation, revision = Conversation.model_validate(stored.body), stored.revision
    if conversation.speaking_until is not None and conversation.speaking_until > now:
        return None
    floor = Floor(registry, key, conversation, revision)
    speaking = conversation.model_copy(update={"speaking_until": now + LEASE})
    return floor if floor.keep(speaking, now) else None
