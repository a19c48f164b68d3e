"""What the readers of every ecosystem share: text as metadata says it, and what cannot be read."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from layerlift.inspecting.findings import printable

_MAX_TEXT = 300
"""Characters of a name, version or licence: npm allows names of 214, the longest there are."""

_MAX_HEADER_BYTES = 256 << 10
"""Bytes of header fields that are read: the longest seen carry a licence's text, 58 KB. They
can take 50 times as much memory."""

_LINE = re.compile(r"\r\n|\r|\n")
_EMPTY_LINE = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\r|\n)")

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class UnreadableMetadata:
    """``problem`` is half a sentence for a person, to follow the path."""

    path: str
    problem: str


def said(value: object) -> str | None:
    """Return ``value`` as one line that can be shown anywhere, None if it says nothing.

    Nothing is said by what is no string, is empty, or is longer than any honest name. White space
    becomes single blanks; characters that could break a line or a terminal become escapes.
    """
    if not isinstance(value, str) or len(value) > _MAX_TEXT:
        return None
    return printable(" ".join(value.split())) or None


def header_fields(content: bytes, *, joint: str, wanted: Container[str]) -> Fields:
    """Return fields above the first empty line of ``content``, by lower-case name, in order.

    Only those whose names are ``wanted``: most are requirements. A line that begins with white
    space continues the field before it, after ``joint`` (RFC 822 3.1.1, and the same with the one
    blank taken away in the JAR file specification). A line without a colon says nothing. Bytes
    that are no UTF-8 become U+FFFD.
    """
    fields: dict[str, list[list[str]]] = {}
    lines: list[str] = []
    end = _EMPTY_LINE.search(content, 0, _MAX_HEADER_BYTES)
    header = content[: end.start() if end else _MAX_HEADER_BYTES].decode("utf-8-sig", "replace")
    for line in _LINE.split(header) if "\r" in header else header.split("\n"):
        if not line:
            break
        if line[0] in " \t":
            lines.append(line[1:])
            continue
        name, colon, value = line.partition(":")
        lines = []
        if colon and (field := name.strip().lower()) in wanted:
            lines.append(value.strip())
            fields.setdefault(field, []).append(lines)
    return {name: [joint.join(lines) for lines in values] for name, values in fields.items()}
