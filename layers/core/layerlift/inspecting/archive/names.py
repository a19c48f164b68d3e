"""Names of entries: decoding, and what must not be in them."""

import re
import struct
import zlib
from collections.abc import Iterator

from layerlift.domain.limits import MAX_PATH_BYTES, MAX_PATH_COMPONENT_BYTES
from layerlift.domain.report import Finding
from layerlift.inspecting.archive import codes
from layerlift.inspecting.archive.records import IS_UTF8

_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Those of ASCII and Latin-1, and those that reorder what is shown, so that a name looks like
another one (Unicode Standard Annex 9, 2)."""

_UNICODE_PATH_VERSION = 1


def decode_name(raw: bytes, flags: int, unicode_path: bytes | None) -> tuple[str, Finding | None]:
    """Return the name and what is wrong with its encoding.

    Bit 11 says UTF-8 (4.4.4); without it a name beyond ASCII is code page 437 by the letter
    (appendix D.1), though zip on Linux writes UTF-8 all the same. A Unicode Path field (4.6.9)
    that names another file than the header is two names for one entry.
    """
    name = raw.decode("utf-8", "backslashreplace")
    if unicode_path is not None and not _agrees(raw, unicode_path):
        return name, codes.NAME_UNREADABLE.found(f"{name!r} has a second, different name", name)
    if raw.isascii():
        return name, None
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return name, codes.NAME_UNREADABLE.found(f"The name {name!r} is not UTF-8", name)
    if flags & IS_UTF8:
        return name, None
    message = f"{name!r} has a UTF-8 name that is not marked as such"
    return name, codes.NAME_UNMARKED.found(message, name)


def _agrees(raw: bytes, unicode_path: bytes) -> bool:
    if len(unicode_path) < 5:
        return False
    version, crc = struct.unpack_from("<BL", unicode_path)
    is_current = version == _UNICODE_PATH_VERSION and crc == zlib.crc32(raw)
    return is_current and unicode_path[5:] == raw


def normalise(name: str) -> str:
    """Return the path that unpacking makes of a name: without ``.``, empty parts, end slash."""
    if name != "." and "//" not in name and not name.startswith(("./", "/")) and "/./" not in name:
        return name.removesuffix("/").removesuffix("/.")
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def is_too_long(name: str) -> bool:
    """Say whether Linux would refuse to unpack it under ``/opt``."""
    parts = name.split("/")
    return len(name.encode()) > MAX_PATH_BYTES or _longest(parts) > MAX_PATH_COMPONENT_BYTES


def _longest(parts: list[str]) -> int:
    return max(len(part.encode()) for part in parts)


def check_name(name: str) -> Iterator[Finding]:
    """Yield what is wrong with one name, before it is normalised."""
    problem = _unsafe(name)
    if problem is not None:
        yield codes.NAME_UNSAFE.found(f"{name!r} {problem}", name)
    longest = _longest(name.split("/"))
    if longest > MAX_PATH_COMPONENT_BYTES:
        yield codes.NAME_TOO_LONG.found(
            f"A part of {_short(name)} has {longest:,} bytes, "
            f"more than Linux's {MAX_PATH_COMPONENT_BYTES}",
            name,
        )
    elif len(name.encode()) > MAX_PATH_BYTES:
        yield codes.NAME_TOO_LONG.found(
            f"{_short(name)} has {len(name.encode()):,} bytes, "
            f"more than Linux takes under /opt ({MAX_PATH_BYTES:,})",
            name,
        )


def _unsafe(name: str) -> str | None:
    rules = (
        (normalise(name) == "" and name != "./", "is no name at all"),
        (name.startswith("/"), "is an absolute path"),
        (".." in name.split("/"), "leaves the layer"),
        (_DRIVE.match(name) is not None, "begins with a drive letter"),
        ("\\" in name, "has a backslash, which is no separator on Linux"),
        (_CONTROL.search(name) is not None, "has a control character"),
        (not name.isascii() and _has_lone_surrogate(name), "is not text"),
    )
    return next((words for is_broken, words in rules if is_broken), None)


def _has_lone_surrogate(name: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in name)


def _short(name: str) -> str:
    return repr(name if len(name) <= 60 else f"{name[:59]}…")
