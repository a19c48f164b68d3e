"""A zip in a file of this machine."""

from collections.abc import Iterator
from pathlib import Path

_CHUNK = 256 * 1024


class FileBytes:
    """The :class:`~layerlift.ports.byte_source.ByteSource` of a file.

    :raises OSError: by every method, if the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.size = path.stat().st_size

    def read_at(self, offset: int, length: int) -> bytes:
        with self._path.open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def stream(self) -> Iterator[bytes]:
        with self._path.open("rb", buffering=0) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
