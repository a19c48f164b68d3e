"""Which fields of a :class:`~layerlift.domain.events.Detail` a type of event says things with."""

from dataclasses import dataclass

ALWAYS = ("schema_version", "id", "time")
"""The fields that every event has."""

ON_THE_BUS = ("links",)
"""The fields that the audit trail does not keep: they are added when the event leaves for the bus.
"""

RELEASE = ("layer", "version", "digest", "attempt")
STAGE = (*RELEASE, "stage")
TARGET = (*STAGE, "target")
LINKS = ("report_url",)
OWED = ("debts", "report_url")
"""What the types share: the words for what an event is about, and what it may add."""


@dataclass(frozen=True)
class EventShape:
    """One type of event.

    ``required`` are the fields that are always there beside :data:`ALWAYS`, ``optional`` those
    that may be absent; beside :data:`ON_THE_BUS` there are no others. ``outcomes`` are the words
    that ``outcome`` can be.
    """

    meaning: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that the event may have, in the order of the reference."""
        return (*ALWAYS, *self.required, *self.optional, *ON_THE_BUS)
