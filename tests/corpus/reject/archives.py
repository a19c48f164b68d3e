"""Zips, and what claims to be one, that must be refused: each with the exact findings."""

import zipfile

from tests.corpus.zips import (
    with_bytes,
    with_declared_size,
    with_flag,
    with_flipped_bit,
    with_method,
    zip_of,
)

GOOD = zip_of(("python/six.py", b"content"))
STORED = zip_of(("python/six.py", b"content"), method=zipfile.ZIP_STORED)
LZMA = zip_of(("python/six.py", b"content" * 100), method=zipfile.ZIP_LZMA)
UMLAUT = zip_of(("python/gr\u00f6\u00dfe.py", b""))

REJECT: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "text file": (b"hello, world\n", ("archive-unreadable",)),
    "one byte": (b"P", ("archive-unreadable",)),
    "only the signature": (b"PK\x03\x04", ("archive-unreadable",)),
    "zip cut short": (GOOD[:-30], ("archive-unreadable",)),
    "zip without its beginning": (GOOD[40:], ("entry-damaged",)),
    "gzip": (b"\x1f\x8b\x08" + bytes(40), ("archive-unreadable",)),
    "zip with no entry": (zip_of(), ("archive-empty",)),
    "zip with folders only": (zip_of(("python/", b"")), ("archive-empty",)),
    "content that does not fit its CRC": (
        with_flipped_bit(STORED, b"content"),
        ("entry-damaged",),
    ),
    "content that does not inflate": (
        with_bytes(GOOD, GOOD[43:50], b"\xff" * 7),
        ("entry-damaged",),
    ),
    "content that is no LZMA": (with_method(STORED, zipfile.ZIP_LZMA), ("entry-damaged",)),
    "LZMA that is damaged": (LZMA[:60] + b"\xff" * 8 + LZMA[68:], ("entry-damaged",)),
    "content that is no bzip2": (with_method(STORED, zipfile.ZIP_BZIP2), ("entry-damaged",)),
    "unknown compression": (with_method(STORED, 97), ("entry-damaged",)),
    "more content than declared": (with_declared_size(GOOD, 3), ("entry-damaged",)),
    "less content than declared": (with_declared_size(GOOD, 4000), ("entry-damaged",)),
    "encrypted entry": (with_flag(GOOD, 0x1), ("entry-encrypted",)),
    "name that is no UTF-8": (
        with_bytes(UMLAUT, "\u00f6".encode(), b"\xff\xfe"),
        ("archive-unreadable",),
    ),
    "climbing name": (
        zip_of(("../evil.py", b"x")),
        ("entry-name-unsafe", "nothing-on-a-search-path"),
    ),
    "climbing name within": (zip_of(("python/../../evil.py", b"x")), ("entry-name-unsafe",)),
    "absolute name": (
        zip_of(("/etc/passwd", b"x")),
        ("entry-name-unsafe", "nothing-on-a-search-path"),
    ),
    "name with a drive": (
        zip_of(("C:/x.py", b"x")),
        ("entry-name-unsafe", "nothing-on-a-search-path"),
    ),
    "name with backslashes": (
        with_bytes(STORED, b"python/six.py", b"python\\six.py"),
        ("entry-name-unsafe", "nothing-on-a-search-path"),
    ),
    "name with a null": (
        with_bytes(STORED, b"python/six.py", b"python/six\0py"),
        ("entry-name-unsafe",),
    ),
    "the same entry twice": (
        with_bytes(
            zip_of(("python/a.py", b"1"), ("python/b.py", b"2")), b"python/b.py", b"python/a.py"
        ),
        ("entry-duplicate",),
    ),
    "packages at the root": (
        zip_of(("httpx/__init__.py", b""), ("httpx-1.0.dist-info/METADATA", b"")),
        ("python-packages-at-root",),
    ),
    "distribution at the root": (
        zip_of(("httpx-1.0.dist-info/METADATA", b"")),
        ("python-packages-at-root",),
    ),
    "node_modules at the root": (
        zip_of(("node_modules/a/index.js", b"")),
        ("node-modules-at-root",),
    ),
    "all that can be wrong at once": (
        zip_of(("../evil.py", b"x"), ("node_modules/a.js", b""), ("httpx/__init__.py", b"")),
        ("entry-name-unsafe", "python-packages-at-root", "node-modules-at-root"),
    ),
}
