"""Unix modes: what everyone must be allowed to do, and what no layer needs.

https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html asks for 644 for files
and 755 for folders; https://man7.org/linux/man-pages/man7/inode.7.html is the layout of a mode.
"""

import stat
from collections.abc import Iterator

from layerlift.domain.report import Finding
from layerlift.inspecting.archive import codes
from layerlift.inspecting.archive.entries import Entry

_SPECIAL = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFBLK: "a block device",
    stat.S_IFCHR: "a character device",
}
_FOLDER = stat.S_IROTH | stat.S_IXOTH


def check_mode(entry: Entry) -> Iterator[Finding]:
    """Yield what is wrong with the mode of one entry."""
    if entry.is_directory and entry.size:
        yield codes.MODE_CONTRADICTS.found(f"The folder {entry.path!r} has content", entry.path)
    if is_started(entry.path) and entry.is_file:
        yield from check_started(entry.path, entry)
    if entry.mode is not None:
        yield from _check_unix(entry, entry.mode)


def check_started(path: str, entry: Entry) -> Iterator[Finding]:
    """Yield whether Lambda could not start ``entry``, the file at ``path`` or at its link's end."""
    if not _may(entry, stat.S_IXOTH):
        where = "" if entry.path == path else f" leads to {entry.path!r}, which"
        message = f"{path!r}{where} has {_mode_in_words(entry)}: Lambda could not start it"
        yield codes.NOT_EXECUTABLE.found(message, path)


def is_started(path: str) -> bool:
    """Say whether Lambda starts what lies there: ``bootstrap``, and files right in extensions/."""
    return path == "bootstrap" or (path.startswith("extensions/") and path.count("/") == 1)


def _may(entry: Entry, bit: int) -> bool:
    return entry.mode is not None and bool(entry.mode & bit)


def _mode_in_words(entry: Entry) -> str:
    return "no Unix mode" if entry.mode is None else f"mode {stat.S_IMODE(entry.mode):o}"


def _check_unix(entry: Entry, mode: int) -> Iterator[Finding]:
    kind, path = stat.S_IFMT(mode), entry.path
    if kind in _SPECIAL:
        yield codes.SPECIAL_FILE.found(f"{path!r} is {_SPECIAL[kind]}", path)
        return
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK):
        yield codes.SPECIAL_FILE.found(f"{path!r} is of an unknown type (mode {mode:o})", path)
        return
    if kind and entry.is_directory != (kind == stat.S_IFDIR):
        words = ("a folder", "another type") if entry.is_directory else ("a file", "a folder")
        yield codes.MODE_CONTRADICTS.found(
            f"{path!r} has the name of {words[0]} and the mode of {words[1]}", path
        )
        return
    if entry.is_file and mode & (stat.S_ISUID | stat.S_ISGID):
        which = "setuid" if mode & stat.S_ISUID else "setgid"
        yield codes.SETUID.found(f"{path!r} is {which}", path)
    wanted = _FOLDER if entry.is_directory else stat.S_IROTH
    if not entry.is_link and mode & wanted != wanted:
        yield codes.UNREADABLE.found(
            f"{path!r} has mode {stat.S_IMODE(mode):03o}: the function could not read it", path
        )
