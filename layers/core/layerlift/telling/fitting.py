"""Makes a text fit into what a service takes, written as the service wants it."""

import re
from collections.abc import Callable

from layerlift.telling.message import Severity, shortened

SYMBOLS = {
    Severity.INFO: "▶️",
    Severity.GOOD: "✅",
    Severity.ATTENTION: "⚠️",
    Severity.BAD: "❌",
}
"""A headline begins with it, since colour alone says nothing to some people."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that print nothing, but for the line break, and those that turn a line around."""

_COMMAND = r"layerlift(?: (?:[A-Za-z0-9_.+:/=,%-]+|'[^'`<>&\n]*'))+?"
_COMMANDS = re.compile(rf"(?<=: )(?P<one>{_COMMAND})(?: or: (?P<other>{_COMMAND}))?\Z")
"""They end what is told next. An underscore is no markup in code."""

_URL = re.compile(r"https?://[^\s<>\"'`()\[\]*|]+")
_URL_MARKUP = str.maketrans({"_": "%5F", "~": "%7E"})


def units(text: str) -> int:
    """Return the length as services count it: in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitted(text: str, limit: int, escape: Callable[[str], str] = str) -> str:
    """Return ``text`` escaped, cut so that what comes out is at most ``limit`` units long.

    An escape is never cut in two: the text is cut before it is escaped.
    """
    clean = _CONTROL.sub(" ", text)
    cut = limit
    while units(result := escape(shortened(clean, cut))) > limit and cut > 1:
        cut = max(1, min(cut - 1, cut * limit // units(result)))
    return result


def escaped_but_links(text: str, escape: Callable[[str], str]) -> str:
    """Escape what is not a web address, and write addresses so that no markup is in them."""
    parts: list[str] = []
    end = 0
    for found in _URL.finditer(text):
        parts += [escape(text[end : found.start()]), found.group().translate(_URL_MARKUP)]
        end = found.end()
    return "".join([*parts, escape(text[end:])])


def parted(next_step: str) -> tuple[str, tuple[str, ...]]:
    """Return what is to be done, and the commands of which one does it: none, one or two.

    No character of a command is markup in code, which it can be shown as.
    """
    found = _COMMANDS.search(next_step)
    if found is None:
        return next_step, ()
    commands = tuple(command for command in found.groups() if command is not None)
    return next_step[: found.start()], commands
