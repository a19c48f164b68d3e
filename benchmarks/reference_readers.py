"""What else reads a zip to its end: the arms that an inspection is measured beside."""

from __future__ import annotations

import hashlib
import shutil
import struct
import subprocess
import zipfile
from pathlib import Path
from typing import IO

_CHUNK = 1024 * 1024
_STEP = 256 * 1024
_LOCAL_HEADER = 30
_LENGTHS_AT = 26
"""A local header's fixed part, and where in it the lengths of name and extra field are
(APPNOTE 4.3.7)."""


def zipfile_and_sha256(path: Path) -> None:
    """Read each entry once with Python's ``zipfile``, and take the file's SHA-256."""
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            with archive.open(entry) as content:
                while content.read(_CHUNK):
                    pass
    _sha256(path)


def unzip_and_sha256sum(path: Path) -> None:
    """Run `unzip -tqq` and `sha256sum`, one after the other."""
    for command in (["unzip", "-tqq", str(path)], ["sha256sum", str(path)]):
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def has_unzip() -> bool:
    """Whether the processes of :func:`unzip_and_sha256sum` are installed."""
    return all(shutil.which(command) for command in ("unzip", "sha256sum"))


def isal_and_sha256(path: Path) -> None:
    """Inflate each entry strictly with python-isal, and take the file's SHA-256: the floor."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    with path.open("rb") as file:
        for entry in entries:
            file.seek(entry.header_offset)
            header = file.read(_LOCAL_HEADER)
            file.seek(sum(struct.unpack_from("<HH", header, _LENGTHS_AT)), 1)
            size, crc = _inflated(file, entry)
            if (size, crc) != (entry.file_size, entry.CRC):
                raise zipfile.BadZipFile(entry.filename)
    _sha256(path)


def _inflated(file: IO[bytes], entry: zipfile.ZipInfo) -> tuple[int, int]:
    from isal import igzip_lib, isal_zlib

    if entry.compress_type == zipfile.ZIP_STORED:
        content = file.read(entry.compress_size)
        return len(content), isal_zlib.crc32(content)
    inflater = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_DEFLATE, hist_bits=15)
    left, size, crc = entry.compress_size, 0, 0
    while not inflater.eof:
        packed = b""
        if inflater.needs_input:
            packed = file.read(min(left, _STEP))
            if not packed:
                raise zipfile.BadZipFile(entry.filename)
            left -= len(packed)
        part = inflater.decompress(packed, _STEP)
        size += len(part)
        crc = isal_zlib.crc32(part, crc)
    if left or inflater.unused_data:
        raise zipfile.BadZipFile(entry.filename)
    return size, crc


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
