"""What an archive holds: as the inspection sees it, and as the rest of the world does."""

import hashlib
import io
import subprocess
import zipfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from layerlift.inspecting.archive.contents import Chunks, read_contents
from layerlift.inspecting.archive.directory import read_directory
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.finding_log import FindingLog
from tests.corpus.sources import MemoryBytes

Files = dict[bytes, tuple[int, str]]
"""Size and SHA-256 by name, as the name lies in the archive."""

_BUDGET = 1 << 62
_STEP = 1 << 18


def seen(archive: bytes) -> Files:
    """Return what the one pass hands to those who examine the content."""
    source, log, files = MemoryBytes(archive), FindingLog(), Files()

    def examine(entry: Entry, _: int, chunks: Chunks) -> None:
        files[entry.raw_name] = _digest(chunks)

    read_contents(source, read_directory(source, log, _BUDGET), log, examine)
    return files


def extracted(archive: bytes) -> Files:
    """Return what Python's zipfile reads, with every check that it has.

    :raises zipfile.BadZipFile: and others, as zipfile pleases.
    """
    files = Files()
    with zipfile.ZipFile(io.BytesIO(archive), metadata_encoding="utf-8") as opened:
        for entry in opened.infolist():
            with opened.open(entry) as content:
                chunks = iter(partial(content.read, _STEP), b"")
                files[entry.orig_filename.encode()] = _digest(chunks)
    return files


def _digest(chunks: Iterable[bytes]) -> tuple[int, str]:
    size, sha256 = 0, hashlib.sha256()
    for chunk in chunks:
        size += len(chunk)
        sha256.update(chunk)
    return size, sha256.hexdigest()


def complaints_of_unzip(unzip: str, archive: bytes, path: Path) -> str:
    """Return what Info-ZIP's ``unzip -t`` says of an archive, empty if nothing is wrong with it."""
    path.write_bytes(archive)
    done = subprocess.run([unzip, "-tqq", path], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"{done.returncode} {done.stdout} {done.stderr}"
