"""The content of an entry in memory, which counts what is read of it."""


class Content:
    """A RandomAccess over bytes. ``reads`` are the lengths asked for."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.reads: list[int] = []

    @property
    def size(self) -> int:
        return len(self.content)

    def read(self, offset: int, length: int) -> bytes:
        assert offset >= 0
        assert length >= 0
        self.reads.append(length)
        return self.content[offset : offset + length]
