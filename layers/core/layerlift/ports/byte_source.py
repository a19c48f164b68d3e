"""Where the bytes of a zip come from: a file, or one version of an object."""

from collections.abc import Iterator
from typing import Protocol


class ByteSource(Protocol):
    """Bytes that do not change while they are read. ``size`` is their number."""

    size: int

    def read_at(self, offset: int, length: int) -> bytes:
        """Return exactly ``length`` bytes from ``offset``.

        :raises Unavailable: if they could not be read.
        """

    def stream(self) -> Iterator[bytes]:
        """Yield all bytes in order, in chunks of any length.

        :raises Unavailable: if they could not be read.
        """
