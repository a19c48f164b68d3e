"""Content of an entry for readers that jump: held in memory, or inflated again for each jump."""

from zlib_ng import zlib_ng

from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.archive.inflating import InflateError
from layerlift.ports.byte_source import ByteSource

_PACKED_STEP = 1024 * 1024
_STEP = 256 * 1024


class HeldContent:
    """Content that is in memory."""

    def __init__(self, content: bytes | bytearray) -> None:
        self._content = content
        self.size = len(content)

    def read(self, offset: int, length: int) -> bytes:
        """Return ``length`` bytes from ``offset``, fewer where the content ends."""
        return bytes(self._content[offset : offset + length])


class ReinflatedContent:
    """Content too large to hold: every read inflates the entry anew, up to where it is asked."""

    def __init__(self, source: ByteSource, entry: Entry, data_offset: int) -> None:
        self._source = source
        self._entry = entry
        self._offset = data_offset
        self.size = entry.size

    def read(self, offset: int, length: int) -> bytes:
        """Return ``length`` bytes from ``offset``, fewer where the content ends or is damaged.

        Damage is no concern here: the pass that called for this finds it.

        :raises Unavailable: if the source could not be read.
        """
        length = min(length, self.size - offset)
        if offset < 0 or length <= 0:
            return b""
        if not self._entry.is_deflated:
            return self._source.read_at(self._offset + offset, length)
        return self._inflate(offset, length)

    def _inflate(self, offset: int, length: int) -> bytes:
        inflater, found = zlib_ng.decompressobj(-15), bytearray()
        packed, packed_at, position = b"", 0, 0
        while len(found) < length and not inflater.eof:
            step = min(_PACKED_STEP, self._entry.packed_size - packed_at)
            if step and not packed:
                packed = self._source.read_at(self._offset + packed_at, step)
                packed_at += step
            try:
                chunk = inflater.decompress(packed, _STEP)
            except InflateError:
                break
            if not chunk and not step:
                break
            packed = inflater.unconsumed_tail
            found += chunk[max(0, offset - position) :][: length - len(found)]
            position += len(chunk)
        return bytes(found)
