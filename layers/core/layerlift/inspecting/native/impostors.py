"""Files that their name or place says to be code, and whose content is none.

A checkout without git-lfs leaves pointers in place of files, a download that failed leaves an HTML
page or nothing: the zip looks complete, and loading the file fails in the function.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from layerlift.domain.report import Finding
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.archive.modes import is_started
from layerlift.inspecting.findings import FindingKind
from layerlift.inspecting.native import codes
from layerlift.inspecting.native.extension_names import parse_extension_name
from layerlift.inspecting.native.platforms import named_platforms
from layerlift.inspecting.secrets.places import is_test_material

_POINTER = b"version https://git-lfs.github.com/spec/v1\n"
_MAX_POINTER_BYTES = 1_024
"""A pointer is smaller (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md)."""

_CODE_FOLDERS = ("bin/", "extensions/", "java/lib/", "lib/")
_CODE_SUFFIXES = (
    *(".so", ".node", ".dll", ".wasm"),
    *(".py", ".pyc", ".whl", ".egg", ".zip", ".jar", ".class", ".rb"),
    *(".js", ".cjs", ".mjs", ".json"),
)
"""What a runtime loads by itself, so that it fails for sure."""

_ADDON = re.compile(r"(?!Dockerfile|Makefile)[^.].*\.node")
_LIBRARY = re.compile(r".+\.so(?:\.\d+)*", re.ASCII)
_CERTAIN = re.compile(r"lib.+|.+\.so\.[\d.]+|.+\.node", re.ASCII)
"""Names that mean native code beyond doubt; ``words.so`` may be words of Somali."""

_LINKER_SCRIPT = re.compile(rb"GNU ld script|\b(?:INPUT|GROUP|AS_NEEDED|OUTPUT_FORMAT)\s*\(")
"""Development packages have them as ``libc.so``: the linker reads them, and no loader
(https://sourceware.org/binutils/docs/ld/File-Commands.html)."""

_HEAD_BYTES = 4_096

_MAX_SHEBANG_BYTES = 256
"""BINPRM_BUF_SIZE (linux/binfmts.h): the kernel reads no further."""

_ELSEWHERE = ("/home/", "/nix/", "/opt/homebrew/", "/root/", "/usr/local/", "/Users/")
"""Where the machine of a developer has interpreters, and Lambda's has none: its runtimes lie in
/var/lang, the system's in /usr/bin and those of layers in /opt."""

_BEGINNINGS = (
    (re.compile(rb"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE), "holds an HTML page"),
    (re.compile(rb"\0+\Z"), "holds zeros"),
    (re.compile(rb"PK\x03\x04"), "holds a zip"),
    (re.compile(rb"\x1f\x8b"), "holds a gzip archive"),
    (re.compile(rb"!<(?:arch|thin)>\n"), "holds a static library"),
)

_CONTROLS = re.compile(rb"[\0-\x08\x0e-\x1a]")
"""Bytes that no text has, whatever its encoding."""

_TEXT = "holds text"

_FOREIGN = frozenset({"darwin", "windows", "unix", "musl", "i386", "arm", "other"})
"""Platforms, as :mod:`~layerlift.inspecting.native.platforms` names them, that no function loads
a file for."""


@dataclass(frozen=True, slots=True)
class Impostor:
    """A file that is no code. "'path' " and ``what`` make a sentence."""

    path: str
    kind: FindingKind
    what: str


def unmask(entry: Entry, head: bytes) -> Impostor | None:
    """Return what is wrong with a file that was not recognised as native code; None if nothing is.

    ``head`` are its first bytes, some thousand or all. Quiet about what nobody loads: the test
    material of packages, and files whose path says that they are for another platform.
    """
    path = entry.path
    if entry.size and not head:
        return None  # It cannot be unpacked, which is an error already.
    if head.startswith(_POINTER) and entry.size < _MAX_POINTER_BYTES:
        found: Impostor | None = _pointer(path)
    elif is_started(path):
        return _started(path, head)
    elif ".so" in path or path.endswith(".node"):
        found = _library(path, head[:_HEAD_BYTES])
    else:
        return None
    return found if found and not _is_never_loaded(path) else None


def check_impostors(impostors: Iterable[Impostor]) -> Iterator[Finding]:
    """Yield one finding of each kind: it names the first file and says how many more there are."""
    kinds: dict[FindingKind, list[Impostor]] = {}
    for each in impostors:
        kinds.setdefault(each.kind, []).append(each)
    for kind, found in kinds.items():
        first, more = found[0], f", and {len(found) - 1} more" if len(found) > 1 else ""
        yield kind.found(f"'{first.path}' {first.what}{more}", first.path)


def _is_never_loaded(path: str) -> bool:
    return is_test_material(path) or bool(named_platforms(path) & _FOREIGN)


def _pointer(path: str) -> Impostor:
    is_code = (
        is_started(path)
        or path.startswith(_CODE_FOLDERS)
        or path.endswith(_CODE_SUFFIXES)
        or _LIBRARY.fullmatch(_name(path))
    )
    kind = codes.LFS_POINTER if is_code else codes.LFS_POINTER_DATA
    return Impostor(path, kind, "is a pointer of git-lfs, not the file itself")


def _started(path: str, head: bytes) -> Impostor | None:
    """Judge what the kernel is asked to run: ELF files and scripts (execve(2))."""
    what = _hindrance(head)
    if what is None:
        return None
    return Impostor(path, codes.STARTS_NOTHING, f"{what}: Lambda could not start it")


def _hindrance(head: bytes) -> str | None:
    if not head:
        return "is empty"
    if not head.startswith(b"#!"):
        return "does not begin with '#!' and is no program"
    line = head[2:_MAX_SHEBANG_BYTES].partition(b"\n")[0]
    if line.endswith(b"\r"):
        return "has the line ends of Windows, so that its '#!' line names no interpreter"
    interpreter = (line.split() or [b""])[0].decode(errors="backslashreplace")
    if interpreter.startswith("/") and not interpreter.startswith(_ELSEWHERE):
        return None
    return f"asks for the interpreter '{interpreter}', which Lambda does not have"


def _library(path: str, head: bytes) -> Impostor | None:
    name = _name(path)
    is_module = parse_extension_name(name) is not None
    if not (is_module or _LIBRARY.fullmatch(name) or _ADDON.fullmatch(name)):
        return None
    what = _content(head)
    may_be_text = _LINKER_SCRIPT.search(head) or not _CERTAIN.fullmatch(name)
    if what == _TEXT and may_be_text and not is_module:
        return None
    return Impostor(path, codes.NOT_NATIVE, f"is named as native code but {what}")


def _content(head: bytes) -> str:
    if not head:
        return "is empty"
    known = next((what for pattern, what in _BEGINNINGS if pattern.match(head)), None)
    if known:
        return known
    return "holds other data" if _CONTROLS.search(head) else _TEXT


def _name(path: str) -> str:
    return path.rpartition("/")[2]
