"""The central directory: every entry, and all that it alone shows to be wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from layerlift.domain.limits import MAX_ENTRIES, MAX_UNZIPPED_BYTES
from layerlift.domain.report import Finding
from layerlift.inspecting.archive import codes, records
from layerlift.inspecting.archive.central_headers import read_entry
from layerlift.inspecting.archive.end import Directory, Unsound, find_directory
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.archive.paths import check_paths, folders_above
from layerlift.inspecting.finding_log import FindingLog
from layerlift.inspecting.findings import counted
from layerlift.ports.byte_source import ByteSource

_MAX_DIRECTORY_BYTES = 32 * 1024 * 1024
"""Ours: room for :data:`MAX_ENTRIES` with names of 250 bytes, in the memory of an inspection."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries in the order of their bytes, and where the directory begins and ends."""

    entries: tuple[Entry, ...]
    directory: Directory

    @property
    def unzipped_size(self) -> int:
        """Bytes of all entries together, as declared."""
        return sum(entry.size for entry in self.entries)


NOTHING = Listing((), Directory(0, 0, 0))


def read_directory(source: ByteSource, log: FindingLog, budget: int) -> Listing:
    """Return every entry, having read the tail only; all that is wrong goes to ``log``.

    ``budget`` is the number of unzipped bytes that the policy allows.
    """
    try:
        directory = find_directory(source)
        entries = _read_entries(source, directory, log)
        folders = folders_above(entries)
    except Unsound as problem:
        log.add(problem.finding)
        return NOTHING
    listing = Listing(tuple(sorted(entries, key=attrgetter("offset"))), directory)
    log.extend(_check_extent(listing))
    _check_size(listing, log, budget)
    log.extend(check_paths(listing.entries, folders))
    return listing


def _read_entries(source: ByteSource, directory: Directory, log: FindingLog) -> list[Entry]:
    """Parse ``directory.entries`` headers that fill the directory exactly.

    :raises Unsound: if they do not.
    """
    if directory.entries > MAX_ENTRIES:
        raise Unsound(
            codes.TOO_MANY_ENTRIES.found(
                f"The archive has {directory.entries:,} entries, more than {MAX_ENTRIES:,}"
            )
        )
    if directory.size > _MAX_DIRECTORY_BYTES:
        raise Unsound(
            codes.DIRECTORY_MALFORMED.found(
                f"The directory alone has {directory.size:,} bytes, "
                f"more than {_MAX_DIRECTORY_BYTES:,}"
            )
        )
    data = source.read_at(directory.offset, directory.size)
    entries, at = [], 0
    while at < len(data):
        entry, at = read_entry(data, at, log)
        entries.append(entry)
        if len(entries) > directory.entries:
            break
    if len(entries) != directory.entries:
        raise Unsound(
            codes.DIRECTORY_MALFORMED.found(
                f"The central directory does not hold the {directory.entries:,} entries "
                "that its end says"
            )
        )
    return entries


def _check_extent(listing: Listing) -> Iterator[Finding]:
    """The first entry begins at byte 0, none inside the one before it, none ends too late."""
    first = listing.entries[0].offset if listing.entries else listing.directory.offset
    if first:
        yield codes.DATA_BEFORE_START.found(f"{counted(first, 'byte')} before the first entry")
    end, before = 0, ""
    for entry in listing.entries:
        if entry.offset < end:
            yield codes.OVERLAP.found(f"{entry.path!r} begins inside {before!r}", entry.path)
        end = entry.offset + records.LOCAL_LENGTH + len(entry.raw_name) + entry.packed_size
        before = entry.path
        if end > listing.directory.offset:
            yield codes.OVERLAP.found(
                f"{entry.path!r} is said to end inside the directory or behind it", entry.path
            )


def _check_size(listing: Listing, log: FindingLog, budget: int) -> None:
    if not any(not entry.is_directory for entry in listing.entries):
        log.add(codes.EMPTY.found("The archive holds no file"))
    size = listing.unzipped_size
    if size > MAX_UNZIPPED_BYTES:
        log.add(
            codes.TOO_LARGE.found(
                f"The archive unzips to {size:,} bytes, more than Lambda's {MAX_UNZIPPED_BYTES:,}"
            )
        )
    elif size > budget:
        log.add(
            codes.OVER_BUDGET.found(
                f"The archive unzips to {size:,} bytes, more than the policy's {budget:,}"
            )
        )
