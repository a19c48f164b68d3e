"""What a layer brings that the release before did not, and what it no longer brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from layerlift.domain.report import Changes, Package, PackageChange
from layerlift.domain.sizes import shown_size
from layerlift.inspecting.findings import printable

_SHOWN_NAMES = 10
_SHOWN_PATHS = 3
"""What one row tells, paths being long; `--json` has them all."""


def changes_table(changes: Changes) -> Table:
    """Return a row for each sort of change there is; the size is always told."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("unzipped", size_change(changes.size_before, changes.size_after))
    if not (changes.added or changes.removed or changes.changed):
        table.add_row("packages", "the same")
    for label, style, names in _rows(changes):
        if names:
            table.add_row(label, Text(_listed(names, _SHOWN_NAMES), style=style))
    for label, style, paths in _native_rows(changes):
        if paths:
            table.add_row(label, Text(_listed(paths, _SHOWN_PATHS), style=style))
    return table


def _rows(changes: Changes) -> Iterator[tuple[str, str, Sequence[str]]]:
    yield "added", "green", [_package(package) for package in changes.added]
    yield "removed", "red", [_package(package) for package in changes.removed]
    yield "changed", "", [_change(change) for change in changes.changed]
    yield "new modules", "green", changes.modules_added
    yield "modules gone", "red", changes.modules_removed


def _native_rows(changes: Changes) -> Iterator[tuple[str, str, Sequence[str]]]:
    yield "new native code", "green", changes.native_added
    yield "native code gone", "red", changes.native_removed


def size_change(before: int, after: int) -> str:
    """Return what a size was and is, and by how much it has grown or shrunk."""
    grown = after - before
    if grown == 0:
        return f"{shown_size(after)}, as before"
    sign = "+" if grown > 0 else "-"
    return f"{shown_size(before)} → {shown_size(after)} ({sign}{shown_size(abs(grown))})"


def _package(package: Package) -> str:
    return f"{package.name} {package.version or ''}".rstrip()


def _change(change: PackageChange) -> str:
    return f"{change.name} {change.before or '?'} → {change.after or '?'}"


def _listed(names: Sequence[str], most: int) -> str:
    shown = [printable(name) for name in names[:most]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")
