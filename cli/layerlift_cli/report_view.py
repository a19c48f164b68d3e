"""An inspection's report as people read it: the verdict, what to do, and what is in the layer.

Texts that a zip may have chosen are shown as text: without markup, without control characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from layerlift.domain.limits import MAX_UNZIPPED_BYTES
from layerlift.domain.report import Finding, Package, Report, Severity
from layerlift.domain.sizes import shown_size
from layerlift.inspecting.findings import printable
from layerlift_cli.changes_view import changes_table
from layerlift_cli.outcome_style import mark
from layerlift_cli.space_view import space_tree

_SHOWN_PACKAGES = 15
_INDENT = 2
_CODE_WIDTH = 28
_NAME_WIDTH = 34
_VERSION_WIDTH = 18
_SECTIONS = (
    (Severity.ERROR, "error", "errors", "red"),
    (Severity.WARNING, "warning", "warnings", "yellow"),
    (Severity.INFO, "note", "notes", "cyan"),
)


def report_view(report: Report, name: str) -> RenderableType:
    """Return the whole report; ``name`` is what the zip is called where no key says it."""
    parts: list[RenderableType] = [verdict(report, name), _indented(_facts_table(report))]
    for title, style, content in _sections(report):
        parts.extend((Text(""), Text(title, style=f"bold {style}"), _indented(content)))
    if report.findings:
        hint = f"What a finding means: layerlift explain {report.findings[0].code}"
        parts.extend((Text(""), Text(hint, style="dim")))
    return Group(*parts)


def verdict(report: Report, name: str) -> Text:
    """Return the line that says it all: accepted or rejected, and how much was found."""
    layer = f"{report.layer} {report.version}" if report.layer and report.version else name
    word, state = ("accepted", "succeeded") if report.accepted else ("rejected", "rejected")
    sign = mark(state)
    line = Text.assemble(sign, " ", (printable(layer), "bold"), "  ", (word, sign.style))
    counts = [
        _counted(len(found), one, many)
        for severity, one, many, _ in _SECTIONS
        if (found := _of(severity, report.findings))
    ]
    return line.append(f"  {', '.join(counts) or 'nothing found'}", style="dim")


def _counted(number: int, one: str, many: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many}"


def _sections(report: Report) -> Iterator[tuple[str, str, RenderableType]]:
    """Yield titles, their colours, and what stands below them."""
    width = min(_CODE_WIDTH, max((len(found.code) for found in report.findings), default=0))
    for severity, one, many, style in _SECTIONS:
        if found := _of(severity, report.findings):
            title = _counted(len(found), one, many)
            yield title, style, _findings_table(found, width, style)
    if report.changes is not None:
        since = printable(report.changes.since) or "the release before"
        yield f"Changes since {since}", "", changes_table(report.changes)
    if report.packages:
        title = _counted(len(report.packages), "package", "packages")
        yield title, "", _packages_table(report.packages)
    if tree := space_tree(report.space, report.unzipped_size):
        yield "What takes the space", "", tree


def _of(severity: Severity, findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is severity]


def _indented(content: RenderableType) -> Padding:
    return Padding(content, (0, 0, 0, _INDENT))


def _facts_table(report: Report) -> Table:
    # One cell between the columns: so a SHA-256 fits into 80 columns.
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in _facts(report):
        table.add_row(label, Text(text))
    return table


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what is known; of a zip that its directory has refused that is little."""
    if report.kind:
        yield "kind", report.kind.replace("+", ", ")
    zipped = f"{shown_size(report.size)} zipped"
    if report.entries:
        entries = _counted(report.entries, "entry", "entries")
        yield "size", f"{zipped}, {shown_size(report.unzipped_size)} unzipped, {entries}"
        yield from _left(MAX_UNZIPPED_BYTES - report.unzipped_size)
    else:
        yield "size", zipped
    # Nothing inferred means "serves every one" only where nothing is wrong.
    if report.runtimes or report.accepted:
        yield "runtimes", ", ".join(report.runtimes) or "any"
    if report.architectures:
        yield "architectures", ", ".join(report.architectures)
    if report.sha256:
        yield "sha256", report.sha256


def _left(size: int) -> Iterator[tuple[str, str]]:
    if size >= 0:
        limit = shown_size(MAX_UNZIPPED_BYTES)
        yield "left", f"{shown_size(size)} of {limit}, for the function and its other layers"


def _findings_table(findings: Sequence[Finding], width: int, style: str) -> Table:
    """Return a row for each thing to do: findings that one fix mends stand above it together."""
    table = Table(box=None, padding=(0, _INDENT, 1, 0), pad_edge=False, show_header=False)
    table.add_column(width=width, overflow="fold", style=style)
    table.add_column(overflow="fold")
    by_fix: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        by_fix.setdefault((finding.code, finding.fix), []).append(finding)
    for (code, fix), found in by_fix.items():
        table.add_row(Text(code), Group(*_told(found), _to_do(fix)))
    return table


def _told(findings: Sequence[Finding]) -> Iterator[Text]:
    """Yield what is wrong, each message once, and where; a path has lines of its own."""
    last = ""
    for finding in findings:
        if finding.message != last:
            yield Text(f"{finding.message}.", overflow="fold")
            last = finding.message
        # Many messages name the entry already.
        if finding.entry is not None and finding.entry not in finding.message:
            yield Text(finding.entry, style="dim", overflow="fold")


def _to_do(fix: str) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(width=1)
    table.add_column(overflow="fold")
    table.add_row("→", Text(f"{fix}."))
    return table


def _packages_table(packages: Sequence[Package]) -> RenderableType:
    shown = [
        [printable(text or "") for text in (package.name, package.version, package.license)]
        for package in packages[:_SHOWN_PACKAGES]
    ]
    table = Table(box=None, padding=(0, _INDENT, 0, 0), pad_edge=False, header_style="dim")
    for index, (title, most) in enumerate((("name", _NAME_WIDTH), ("version", _VERSION_WIDTH))):
        widest = max(cell_len(row[index]) for row in shown)
        width = min(most, max(widest, len(title)))
        table.add_column(title, width=width, no_wrap=True, overflow="ellipsis")
    table.add_column("license", overflow="fold")
    for row in shown:
        table.add_row(*map(Text, row))
    more = len(packages) - len(shown)
    return Group(table, Text(f"and {more:,} more", style="dim")) if more else table
