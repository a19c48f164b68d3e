"""What takes the space in a layer: its largest folders as a tree, with sizes and bars in line."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from rich.tree import Tree

from layerlift.domain.report import Space
from layerlift.domain.sizes import shown_size
from layerlift.inspecting.findings import printable

_SHOWN_FOLDERS = 20
_GUIDE = 4
"""Cells by which rich's Tree indents each level."""

_NAME_WIDTH = 40
_SIZE_WIDTH = 10
_BAR_WIDTH = 20


def space_tree(space: Sequence[Space], total: int) -> Tree | None:
    """Return the tree of the largest folders below ``total`` bytes; None where there are none."""
    shown = sorted(space, key=lambda folder: (-folder.size, folder.path))[:_SHOWN_FOLDERS]
    if not shown or total <= 0:
        return None
    parents = _parents([folder.path for folder in shown])
    depths = {"": 0}
    for path in sorted(parents, key=len):
        depths[path] = depths[parents[path]] + 1
    names = {path: _name(path, parent) for path, parent in parents.items()}
    width = min(_NAME_WIDTH, max(cell_len(names[path]) + _GUIDE * depths[path] for path in names))
    root = Tree(Text(f"{'layer':{width}}{shown_size(total):>{_SIZE_WIDTH}}"), guide_style="dim")
    trees = {"": root}
    # A folder comes after the one it lies in, and is added there largest first.
    for folder in sorted(shown, key=lambda folder: (depths[folder.path], -folder.size)):
        name = _cut(names[folder.path], width - _GUIDE * depths[folder.path])
        label = _label(name, folder.size, total)
        trees[folder.path] = trees[parents[folder.path]].add(label)
    return root


def _parents(paths: Sequence[str]) -> dict[str, str]:
    """Return for each path the longest other one that it lies in, the empty one if none."""
    known = set(paths)
    found: dict[str, str] = {}
    for path in paths:
        above = path.rpartition("/")[0]
        while above and above not in known:
            above = above.rpartition("/")[0]
        found[path] = above
    return found


def _name(path: str, parent: str) -> str:
    return printable(path.removeprefix(f"{parent}/") if parent else path)


def _cut(name: str, width: int) -> str:
    """Return ``name`` in exactly ``width`` cells; the end of a path tells more than its middle."""
    if cell_len(name) > width:
        half = (width - 1) // 2
        name = f"{set_cell_size(name, width - 1 - half)}…{name[-half:]}"
    return set_cell_size(name, width)


def _label(name: str, size: int, total: int) -> Text:
    bar = "█" * round(_BAR_WIDTH * min(size, total) / total)
    return Text.assemble(
        name, f"{shown_size(size):>{_SIZE_WIDTH}}", "  ", (bar, "cyan"), no_wrap=True
    )
