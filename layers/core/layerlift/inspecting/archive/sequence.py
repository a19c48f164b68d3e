"""Bytes of a source, taken in order; each is seen by a hash on its way."""

from collections.abc import Callable, Iterator

from layerlift.domain.errors import Unavailable
from layerlift.inspecting.archive.read_ahead import read_ahead
from layerlift.ports.byte_source import ByteSource

_WORTH_A_THREAD = 1024 * 1024


def _observed(source: ByteSource, observe: Callable[[bytes], None]) -> Iterator[bytes]:
    if source.size >= _WORTH_A_THREAD:
        yield from read_ahead(source.stream(), observe)
        return
    for chunk in source.stream():
        observe(chunk)
        yield chunk


class ByteSequence:
    """A cursor over a source's stream."""

    def __init__(
        self,
        source: ByteSource,
        observe: Callable[[bytes], None],
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self._chunks = _observed(source, observe)
        self._size = source.size
        self._progress = progress
        self._chunk = b""
        self._at = 0
        self._arrived = 0

    @property
    def position(self) -> int:
        """The number of bytes taken."""
        return self._arrived - len(self._chunk) + self._at

    def at_hand(self, length: int) -> tuple[bytes, int] | None:
        """Return bytes, and where in them the next ``length`` ones lie, without taking them.

        None if they have come in several parts.

        :raises Unavailable: if the source ends before its size.
        """
        if self._at == len(self._chunk):
            self._advance()
        return (self._chunk, self._at) if length <= len(self._chunk) - self._at else None

    def some(self, most: int) -> memoryview:
        """Return between one and ``most`` bytes.

        :raises Unavailable: if the source ends before its size.
        """
        if self._at == len(self._chunk):
            self._advance()
        taken = memoryview(self._chunk)[self._at : self._at + most]
        self._at += len(taken)
        return taken

    def take(self, length: int) -> bytes:
        """Return exactly ``length`` bytes.

        :raises Unavailable: if the source ends before its size.
        """
        if length <= len(self._chunk) - self._at:
            begin = self._at
            self._at += length
            return self._chunk[begin : self._at]
        parts = []
        while length:
            parts.append(self.some(length))
            length -= len(parts[-1])
        return b"".join(parts)

    def skip(self, length: int) -> None:
        """Pass over ``length`` bytes."""
        while length > (left := len(self._chunk) - self._at):
            length -= left
            self._advance()
        self._at += length

    def drain(self) -> None:
        """Pass over all that is left, so that the hash is of the whole.

        :raises Unavailable: if the source does not end where its size says.
        """
        self.skip(self._size - self.position)
        for _ in self._chunks:
            raise _changed()

    def _advance(self) -> None:
        chunk = next(self._chunks, b"")
        self._arrived += len(chunk)
        if not chunk or self._arrived > self._size:
            raise _changed()
        self._chunk, self._at = chunk, 0
        if self._progress is not None:
            self._progress(self._arrived, self._size)


def _changed() -> Unavailable:
    return Unavailable("the object ended early or changed while it was read")
