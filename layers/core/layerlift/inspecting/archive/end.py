"""Finding the one end of an archive, and from there its directory, by its last bytes alone."""

from dataclasses import dataclass

from layerlift.domain.report import Finding
from layerlift.inspecting.archive import codes, records
from layerlift.inspecting.findings import counted
from layerlift.ports.byte_source import ByteSource

_TAIL = records.END_LENGTH + records.MAX_COMMENT + 4096
"""Enough for the longest comment, with ZIP64's two records before it."""

_OTHER_FORMATS = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"<", "a web page or an XML document"),
    (b"{", "a JSON document"),
)


class Unsound(Exception):
    """The archive cannot be read any further; ``finding`` says why. Never leaves this package."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Directory:
    """Where the central directory is, in bytes from the start, and how many entries it has."""

    offset: int
    size: int
    entries: int


def find_directory(source: ByteSource) -> Directory:
    """Return where the directory is, having read the tail only.

    :raises Unsound: if there is not exactly one end, or it does not fit the file.
    """
    start = max(0, source.size - _TAIL)
    tail = source.read_at(start, source.size - start)
    at = _only_end(tail, source)
    end = records.read_end(tail, at)
    directory, directory_end = _located(tail, at, end, start)
    if directory.offset + directory.size != directory_end:
        raise Unsound(_misplaced(source, directory, directory_end))
    return directory


def _only_end(tail: bytes, source: ByteSource) -> int:
    """Return the position of the end record whose comment ends with the file."""
    signatures = _positions(tail, records.END_SIGNATURE)
    whole = [at for at in signatures if at + records.END_LENGTH <= len(tail)]
    fitting = [at for at in whole if _ends_at(tail, at) == len(tail)]
    if not fitting:
        raise Unsound(_no_end(tail, whole, source))
    if len(fitting) > 1 or signatures[-1] > fitting[0]:
        raise Unsound(
            codes.SEVERAL_ENDS.found(
                "The archive has more than one end-of-central-directory record"
            )
        )
    return fitting[0]


def _positions(data: bytes, signature: bytes) -> list[int]:
    found, at = [], data.find(signature)
    while at >= 0:
        found.append(at)
        at = data.find(signature, at + 1)
    return found


def _ends_at(tail: bytes, at: int) -> int:
    return at + records.END_LENGTH + records.read_end(tail, at).comment_length


def _no_end(tail: bytes, whole: list[int], source: ByteSource) -> Finding:
    head = source.read_at(0, min(source.size, 8))
    if whole and _ends_at(tail, whole[-1]) < len(tail):
        surplus = len(tail) - _ends_at(tail, whole[-1])
        return codes.DATA_AFTER_END.found(
            f"{counted(surplus, 'byte')} after the end of the archive"
        )
    if whole or head.startswith(b"PK"):
        return codes.TRUNCATED.found(
            "The zip is cut off: its end-of-central-directory record is missing or not whole"
        )
    for magic, name in _OTHER_FORMATS:
        if head.startswith(magic):
            return codes.NOT_A_ZIP.found(f"The file is {name}, not a zip")
    return codes.NOT_A_ZIP.found("The file is not a zip: it has no end-of-central-directory record")


def _located(tail: bytes, at: int, end: records.End, start: int) -> tuple[Directory, int]:
    """Return the directory and where it has to end, in bytes from the start of the file."""
    locator_at = at - records.ZIP64_LOCATOR_LENGTH
    if locator_at >= 0 and tail.startswith(records.ZIP64_LOCATOR_SIGNATURE, locator_at):
        return _located_by_zip64(tail, locator_at, end, start)
    if (end.disk, end.directory_disk) != (0, 0) or end.disk_entries != end.entries:
        raise Unsound(_multi_disk())
    return Directory(end.offset, end.size, end.entries), start + at


def _located_by_zip64(
    tail: bytes, locator_at: int, end: records.End, start: int
) -> tuple[Directory, int]:
    """Read the records of 4.3.14 and 4.3.15, which must lie right before the end record."""
    record_at = locator_at - records.ZIP64_END_LENGTH
    locator = records.read_zip64_locator(
        tail[locator_at : locator_at + records.ZIP64_LOCATOR_LENGTH]
    )
    if locator.disk != 0 or locator.disks > 1:
        raise Unsound(_multi_disk())
    if record_at < 0 or locator.offset != start + record_at:
        raise Unsound(_zip64("The ZIP64 locator leads elsewhere than to the record before it"))
    data = tail[record_at:locator_at]
    if not data.startswith(records.ZIP64_END_SIGNATURE):
        raise Unsound(_zip64("The ZIP64 locator leads to something else than a ZIP64 end record"))
    record = records.read_zip64_end(data)
    # The size does not count the first 12 bytes (4.3.14.1); more would be an extensible sector.
    if record.record_size != records.ZIP64_END_LENGTH - 12:
        raise Unsound(_zip64("The ZIP64 end record has another size than its version allows"))
    if (record.disk, record.directory_disk) != (0, 0) or record.disk_entries != record.entries:
        raise Unsound(_multi_disk())
    _compare_ends(end, record)
    return Directory(record.offset, record.size, record.entries), start + record_at


def _compare_ends(end: records.End, record: records.Zip64End) -> None:
    """Every value of the end record is the ZIP64 one, or the sentinel that defers to it (4.4.1.4).

    :raises Unsound: if they disagree.
    """
    values = (
        ("disks", end.disk, record.disk, records.SENTINEL_16),
        ("disks", end.directory_disk, record.directory_disk, records.SENTINEL_16),
        ("entries", end.disk_entries, record.disk_entries, records.SENTINEL_16),
        ("entries", end.entries, record.entries, records.SENTINEL_16),
        ("bytes of directory", end.size, record.size, records.SENTINEL_32),
        ("bytes before the directory", end.offset, record.offset, records.SENTINEL_32),
    )
    for name, said, true, sentinel in values:
        if said not in (true, sentinel):
            raise Unsound(
                _zip64(f"The ZIP64 end record says {true:,} {name}, the end record {said:,}")
            )


def _misplaced(source: ByteSource, directory: Directory, directory_end: int) -> Finding:
    difference = directory_end - directory.offset - directory.size
    if difference < 0:
        return codes.DIRECTORY_MALFORMED.found(
            "The directory is said to reach beyond its own end record"
        )
    shifted = directory.offset + difference
    length = len(records.CENTRAL_SIGNATURE)
    if directory.size and source.read_at(shifted, length) == records.CENTRAL_SIGNATURE:
        return codes.DATA_BEFORE_START.found(
            f"{counted(difference, 'byte')} before the first entry"
        )
    return codes.GAP.found(f"{counted(difference, 'byte')} after the directory, of nothing")


def _zip64(message: str) -> Finding:
    return codes.ZIP64_MALFORMED.found(message)


def _multi_disk() -> Finding:
    return codes.MULTI_DISK.found("The archive says that it is part of a set of several")
