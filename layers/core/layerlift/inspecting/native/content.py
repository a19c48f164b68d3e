"""The content of one entry, read where a parser needs it."""

from typing import Protocol


class RandomAccess(Protocol):
    """The content of one entry. ``size`` is in bytes.

    A far jump may cost a second inflation of the entry, so readers ask for few, larger ranges.
    """

    @property
    def size(self) -> int:
        """How many bytes the content has."""

    def read(self, offset: int, length: int) -> bytes:
        """Return ``length`` bytes from ``offset``, fewer where the content ends."""
