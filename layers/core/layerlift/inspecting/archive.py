"""Is it a sound zip: names, sizes, and every byte inflated against its CRC.

The format is PKWARE's APPNOTE 6.3.10, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT.
"""

import lzma
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from layerlift.domain.limits import MAX_UNZIPPED_BYTES
from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.findings import error

_CHUNK = 1024 * 1024
_ENCRYPTED = 0x1
"""General purpose bit 0: the entry is encrypted (APPNOTE 4.4.4)."""

_ELF_MACHINES = {0x3E: "x86_64", 0xB7: "arm64"}
"""``e_machine`` at offset 18 of the ELF header (System V ABI, chapter 4; EM_X86_64, EM_AARCH64)."""

_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What ``zipfile`` raises for what it cannot read: damaged, cut short, an unknown method, or a name
that is not in the encoding it says."""


@dataclass(frozen=True)
class Contents:
    """What an archive holds: names of files, their size in bytes, and machines of native code."""

    files: tuple[str, ...]
    unzipped_size: int
    architectures: tuple[str, ...]


def read_archive(file: BinaryIO) -> tuple[Contents, tuple[Finding, ...]]:
    """Read the whole archive once and return what it holds with every error found.

    Sizes are checked by the directory first, so an archive that declares more than Lambda takes
    is not inflated at all; ``zipfile`` stops an entry at its declared size.
    """
    try:
        archive = zipfile.ZipFile(file)
    except _UNREADABLE as problem:
        return Contents((), 0, ()), (
            error(
                "archive-unreadable",
                None,
                f"The object is not a zip archive that can be read ({problem})",
                "Make it with zip, or with your build tool, and drop the file unchanged",
            ),
        )
    with archive:
        entries = archive.infolist()
        size = sum(entry.file_size for entry in entries)
        findings = [*_check_names(entries), *_check_sizes(entries, size)]
        machines: set[str] = set()
        if not findings:
            findings.extend(_inflate(archive, entries, machines))
    files = tuple(entry.filename for entry in entries if not entry.is_dir())
    return Contents(files, size, tuple(sorted(machines))), tuple(findings)


def _check_names(entries: list[zipfile.ZipInfo]) -> Iterator[Finding]:
    for entry in entries:
        name = entry.orig_filename
        parts = PurePosixPath(name).parts
        if name.startswith("/") or ".." in parts or "\\" in name or "\0" in name or ":" in name[:2]:
            yield error(
                "entry-name-unsafe",
                name,
                f"The entry {name!r} would be unpacked outside the layer",
                "Zip from inside the folder, with relative names and forward slashes",
            )
        if entry.flag_bits & _ENCRYPTED:
            yield error(
                "entry-encrypted",
                name,
                f"The entry {name!r} is encrypted",
                "Zip it without a password",
            )
    for name, count in Counter(entry.filename for entry in entries).items():
        if count > 1:
            yield error(
                "entry-duplicate",
                name,
                f"The entry {name!r} is in the archive {count} times",
                "Zip into a new file instead of adding to an old one",
            )


def _check_sizes(entries: list[zipfile.ZipInfo], size: int) -> Iterator[Finding]:
    if not any(not entry.is_dir() for entry in entries):
        yield error(
            "archive-empty",
            None,
            "The archive holds no file",
            "Check the folder that was zipped: a layer needs at least one file",
        )
    if size > MAX_UNZIPPED_BYTES:
        yield error(
            "unzipped-too-large",
            None,
            f"The archive unzips to {size:,} bytes, more than Lambda's {MAX_UNZIPPED_BYTES:,}",
            "Leave out tests, caches and what the runtime brings already, or split the layer",
        )


def _inflate(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], machines: set[str]
) -> Iterator[Finding]:
    """Read every entry to its end, so that ``zipfile`` compares its CRC; note ELF machines."""
    for entry in entries:
        try:
            with archive.open(entry) as content:
                chunk = content.read(_CHUNK)
                machines.update(_elf_machine(chunk))
                size = 0
                while chunk:
                    size += len(chunk)
                    chunk = content.read(_CHUNK)
            if size != entry.file_size:
                raise zipfile.BadZipFile(f"{size} bytes instead of {entry.file_size}")
        except _UNREADABLE as problem:
            yield error(
                "entry-damaged",
                entry.filename,
                f"The entry {entry.filename!r} cannot be unpacked ({problem})",
                "Zip it again and drop the new file",
            )


def _elf_machine(head: bytes) -> Iterator[str]:
    if head[:4] == b"\x7fELF" and len(head) >= 20:
        (machine,) = struct.unpack_from("<H", head, 18)
        if machine in _ELF_MACHINES:
            yield _ELF_MACHINES[machine]


def is_error(finding: Finding) -> bool:
    """Say whether a finding rejects the zip."""
    return finding.severity is Severity.ERROR
