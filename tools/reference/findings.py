"""`findings.md`: everything an inspection can find, with its meaning, an example and the fix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from layerlift.domain.report import Severity
from layerlift.inspecting.catalogue import kinds_by_area
from layerlift.inspecting.findings import FindingKind
from tools.reference.markdown import code, document, paragraph, table

_FIRST = ("inspection", "archive", "compatibility", "native", "secrets", "packages", "changes")
"""The areas in the order in which somebody who drops a zip meets them; any other comes last."""

_TITLES = {
    "inspection": "The object and its key",
    "archive": "The archive",
    "compatibility": "Layout, runtimes and architectures",
    "native": "Native code",
    "secrets": "Secrets and leftovers",
    "packages": "Packages",
    "changes": "What changed since the release before",
}
_SEVERITIES = (
    (Severity.ERROR, "rejects the zip"),
    (Severity.WARNING, "the zip is accepted, but something is probably not as it was meant"),
    (Severity.INFO, "worth knowing"),
)
_MARKDOWN = re.compile(r"[\\`*<\[\]]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
"""What would be formatting; an underscore inside a word is not (CommonMark 6.2)."""


def findings_page() -> str:
    """Return the whole document."""
    areas = kinds_by_area()
    names = sorted(areas, key=lambda name: (_rank(name), name))
    return document(
        "Findings",
        paragraph(
            "What `layerlift inspect` and the inspection of a dropped zip can find. Every finding "
            "has a `code` that scripts can match, a `severity`, the `entry` of the zip that it is "
            "about, a `message`, and a `fix`: what to do about it. A place that knows better gives "
            "a more precise fix than the one that is told here."
        ),
        table(("severity", "meaning"), ((code(word), text) for word, text in _SEVERITIES)),
        "## All findings",
        *(_overview(name, areas[name]) for name in names),
        *(part for name in names for part in _area(name, areas[name])),
    )


def _rank(area: str) -> int:
    return _FIRST.index(area) if area in _FIRST else len(_FIRST)


def _title(area: str) -> str:
    return _TITLES.get(area, area.capitalize())


def _overview(area: str, kinds: Sequence[FindingKind]) -> str:
    head = (_title(area), "severity")
    rows = ((f"[{code(kind.code)}](#{kind.code})", kind.severity.value) for kind in kinds)
    return table(head, rows)


def _area(name: str, kinds: Sequence[FindingKind]) -> Iterator[str]:
    yield f"## {_title(name)}"
    for kind in kinds:
        yield from _kind(kind)


def _kind(kind: FindingKind) -> Iterator[str]:
    yield f"### {kind.code}"
    yield paragraph(f"**{kind.severity.value.capitalize()}.** {_plain(kind.meaning)}.")
    yield "\n".join(
        paragraph(f"- {label}: {_plain(text)}.", indent="  ")
        for label, text in (("Example", kind.example), ("Fix", kind.fix))
    )


def _plain(text: str) -> str:
    """Return ``text`` so that Markdown shows it as it is."""
    return _MARKDOWN.sub(r"\\\g<0>", text)
