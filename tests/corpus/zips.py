"""Zips built by code: small functions that return bytes, and the means to damage them."""

import io
import struct
import zipfile

EPOCH = (2026, 1, 1, 0, 0, 0)


def zip_of(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of the entries, in order; a name may come twice."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, compress_type=method)
    return buffer.getvalue()


def elf(machine: int) -> bytes:
    """Return the head of a 64-bit little-endian ELF shared object (System V ABI, chapter 4)."""
    ident = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
    return ident + struct.pack("<HHI", 3, machine, 1) + bytes(40)


def with_flag(archive: bytes, bit: int) -> bytes:
    """Return the zip with a general purpose bit set in every header (APPNOTE 4.4.4)."""
    return _patched(archive, local=6, central=8, add=bit)


def with_method(archive: bytes, method: int) -> bytes:
    """Return the zip with another compression method named in every header (APPNOTE 4.4.5)."""
    changed = bytearray(archive)
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        for start in _starts(archive, signature):
            struct.pack_into("<H", changed, start + offset, method)
    return bytes(changed)


def with_declared_size(archive: bytes, size: int) -> bytes:
    """Return the zip with an uncompressed size written into every header (APPNOTE 4.4.9)."""
    changed = bytearray(archive)
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        for start in _starts(archive, signature):
            struct.pack_into("<I", changed, start + offset, size)
    return bytes(changed)


def with_flipped_bit(archive: bytes, content: bytes) -> bytes:
    """Return the zip with one bit of a stored entry's content changed."""
    position = archive.index(content)
    return archive[:position] + bytes([archive[position] ^ 1]) + archive[position + 1 :]


def with_bytes(archive: bytes, old: bytes, new: bytes) -> bytes:
    """Return the zip with the same bytes replaced everywhere, headers included."""
    assert len(old) == len(new)
    assert old in archive
    return archive.replace(old, new)


def _patched(archive: bytes, *, local: int, central: int, add: int) -> bytes:
    changed = bytearray(archive)
    for signature, offset in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        for start in _starts(archive, signature):
            (value,) = struct.unpack_from("<H", changed, start + offset)
            struct.pack_into("<H", changed, start + offset, value | add)
    return bytes(changed)


def _starts(archive: bytes, signature: bytes) -> list[int]:
    starts, position = [], archive.find(signature)
    while position >= 0:
        starts.append(position)
        position = archive.find(signature, position + 4)
    return starts
