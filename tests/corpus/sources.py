"""Sources of bytes in memory that tell what was read of them."""

from collections.abc import Iterator

from layerlift.ports.byte_source import ByteSource


class MemoryBytes(ByteSource):
    """Bytes in memory. ``bytes_read`` counts what :meth:`read_at` gave, ``streams`` the passes.

    ``chunks`` are the lengths in which the stream comes, over and over again: how a network cuts it
    is nobody's choice.
    """

    def __init__(self, content: bytes, chunks: tuple[int, ...] = (1 << 20,)) -> None:
        self.size = len(content)
        self.bytes_read = 0
        self.streams = 0
        self._content = content
        self._chunks = chunks

    def read_at(self, offset: int, length: int) -> bytes:
        assert 0 <= offset <= offset + length <= self.size
        self.bytes_read += length
        return self._content[offset : offset + length]

    def stream(self) -> Iterator[bytes]:
        self.streams += 1
        at = turn = 0
        while at < self.size:
            length = self._chunks[turn % len(self._chunks)]
            yield self._content[at : at + length]
            at, turn = at + length, turn + 1


class Oversized(MemoryBytes):
    """A source that claims more bytes than it has, for sizes that no test can build."""

    def __init__(self, size: int) -> None:
        super().__init__(b"")
        self.size = size
