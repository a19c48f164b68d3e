"""The one pass over an archive: every byte is hashed, belongs to something, and is inflated.

Entries are read in the order of their bytes. Each begins where the one before it ended, the first
at byte 0, and the directory where the last one ended; so there is nothing between.
"""

import hashlib
from collections.abc import Callable, Iterator

from zlib_ng import zlib_ng

from layerlift.domain.report import Finding
from layerlift.inspecting.archive import codes, records
from layerlift.inspecting.archive.directory import Listing
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.archive.inflating import InflateError
from layerlift.inspecting.archive.local_headers import (
    SHORT_DESCRIPTOR,
    check_descriptor,
    check_local,
    descriptor_length,
)
from layerlift.inspecting.archive.sequence import ByteSequence
from layerlift.inspecting.archive.small_entries import sound_content
from layerlift.inspecting.finding_log import FindingLog
from layerlift.inspecting.findings import counted
from layerlift.ports.byte_source import ByteSource

CHUNK = 256 * 1024
"""Bytes of content that are handed over at a time, or a little more; also what a window of a scan
sees."""

LEAST_CHUNK = 16 * 1024
"""Bytes that each chunk of an entry has at least, but for its last: how a network cut the archive
must not decide whether a format is recognised, or a secret across three chunks is seen."""

_PACKED_CHUNK = 64 * 1024
"""Deflated bytes inflated at a time: at the usual ratios they make less than one chunk."""

Progress = Callable[[int, int], None]
"""Told how many bytes of how many have been read."""

Chunks = Iterator[bytes]
Examine = Callable[[Entry, int, Chunks], None]
"""Takes an entry, where its packed data begins, and its content; need not read it to the end."""


def read_contents(
    source: ByteSource,
    listing: Listing,
    log: FindingLog,
    examine: Examine,
    progress: Progress | None = None,
) -> str:
    """Read the archive once, hand every entry to ``examine``, and return its SHA-256 in hex.

    What ``examine`` leaves unread is inflated all the same. An entry is never inflated beyond the
    size that it declares; the directory's check has bounded their sum.
    """
    sha256 = hashlib.sha256()
    sequence = ByteSequence(source, sha256.update, progress)
    limits = [*(entry.offset for entry in listing.entries[1:]), listing.directory.offset]
    for entry, limit in zip(listing.entries, limits, strict=False):
        if _read_small(sequence, entry, limit, examine):
            continue
        if not _read_entry(sequence, entry, limit, log, examine):
            break
        if sequence.position != limit:
            log.add(_gap(sequence.position, limit, entry))
            break
    sequence.drain()
    return sha256.hexdigest()


def _gap(position: int, following: int, entry: Entry) -> Finding:
    length = counted(following - position, "byte")
    return codes.GAP.found(f"{length} behind {entry.path!r} belong to no entry", entry.path)


def _read_small(sequence: ByteSequence, entry: Entry, limit: int, examine: Examine) -> bool:
    """Read an entry that ends at ``limit`` at one go; False, having read nothing, if it is odd."""
    position = sequence.position
    length = limit - position
    if entry.size > CHUNK or not records.LOCAL_LENGTH <= length <= CHUNK:
        return False
    at_hand = sequence.at_hand(length)
    found = sound_content(*at_hand, length, entry) if at_hand else None
    if found is None:
        return False
    content, begin = found
    sequence.skip(length)
    examine(entry, position + begin, iter((content,) if content else ()))
    return True


def _read_entry(
    sequence: ByteSequence, entry: Entry, limit: int, log: FindingLog, examine: Examine
) -> bool:
    """Read header, content and descriptor of one entry; False if the next cannot be found.

    ``limit`` is where the next entry, or the directory, begins.
    """
    header = sequence.take(records.LOCAL_LENGTH)
    if not header.startswith(records.LOCAL_SIGNATURE):
        log.add(
            codes.HEADERS_DISAGREE.found(
                f"The directory leads to {entry.path!r}, but no header begins there", entry.path
            )
        )
        return False
    local = records.read_local(header)
    begin = sequence.position + local.name_length + local.extra_length
    end = begin + entry.packed_size
    if end > limit:
        log.add(codes.OVERLAP.found(f"What follows {entry.path!r} begins inside it", entry.path))
        return False
    rest = sequence.take(local.name_length + local.extra_length)
    name, extra = rest[: local.name_length], rest[local.name_length :]
    uses_zip64 = check_local(entry, local, name, extra, log)
    _read_content(sequence, entry, log, examine)
    sequence.skip(end - sequence.position)
    if entry.flags & records.HAS_DESCRIPTOR:
        # A writer that streams may only know in the end, and the directory, that it uses ZIP64.
        uses_zip64 = uses_zip64 or (entry.has_zip64 and limit - end > SHORT_DESCRIPTOR)
        length = descriptor_length(limit - end, uses_zip64)
        check_descriptor(entry, sequence.take(length), uses_zip64, log)
    return True


def _read_content(sequence: ByteSequence, entry: Entry, log: FindingLog, examine: Examine) -> None:
    content = _Content(sequence, entry)
    chunks = _gathered(content.inflated() if entry.is_deflated else content.stored())
    examine(entry, sequence.position, chunks)
    for _ in chunks:
        pass
    if content.problem is not None:
        log.add(codes.DAMAGED.found(f"{entry.path!r} {content.problem}", entry.path))


def _gathered(chunks: Chunks) -> Chunks:
    """Yield the same bytes in chunks of at least :data:`LEAST_CHUNK`, but for the last."""
    small = b""
    for chunk in chunks:
        whole = small + chunk if small else chunk
        if len(whole) < LEAST_CHUNK:
            small = whole
        else:
            small = b""
            yield whole
    if small:
        yield small


class _Content:
    """The content of one entry, compared with what the directory says while it is handed over."""

    def __init__(self, sequence: ByteSequence, entry: Entry) -> None:
        self._sequence = sequence
        self._entry = entry
        self._crc = 0
        self._size = 0
        self.problem: str | None = None

    def stored(self) -> Chunks:
        left = self._entry.packed_size
        while left:
            chunk = bytes(self._sequence.some(min(left, CHUNK)))
            left -= len(chunk)
            self._crc = zlib_ng.crc32(chunk, self._crc)
            yield chunk
        self._compare_crc()

    def inflated(self) -> Chunks:
        """Inflate (RFC 1951); never more than one byte beyond the declared size."""
        inflater = zlib_ng.decompressobj(-15)
        left, size = self._entry.packed_size, self._entry.size
        packed: bytes | memoryview = b""
        while not inflater.eof:
            if left and not packed:
                packed = self._sequence.some(min(left, _PACKED_CHUNK))
                left -= len(packed)
            try:
                chunk = inflater.decompress(packed, min(CHUNK, size - self._size + 1))
            except InflateError as error:
                self.problem = f"cannot be inflated ({_words(error)}): it is damaged"
                return
            # With all of it taken in, more may still come out: the rest of a long match.
            if not (chunk or left or inflater.eof):
                self.problem = "ends before its compressed data does: it is damaged"
                return
            packed = inflater.unconsumed_tail
            self._size += len(chunk)
            self._crc = zlib_ng.crc32(chunk, self._crc)
            if self._size > size:
                self.problem = f"unpacks to more than the {size:,} bytes that the directory says"
                return
            yield chunk
        self._check_end(left + len(inflater.unused_data))

    def _check_end(self, surplus: int) -> None:
        size = self._entry.size
        if surplus:
            self.problem = f"has {counted(surplus, 'byte')} behind its compressed data"
        elif self._size != size:
            self.problem = (
                f"unpacks to {self._size:,} bytes, not to the {size:,} that the directory says"
            )
        else:
            self._compare_crc()

    def _compare_crc(self) -> None:
        if self._crc != self._entry.crc:
            self.problem = "does not match its CRC-32: it is damaged"


def _words(error: Exception) -> str:
    """Return zlib's reason without its number and preamble."""
    return str(error).rpartition(": ")[2]
