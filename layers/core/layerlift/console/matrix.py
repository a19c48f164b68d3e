"""Matrix: layer by region of a stage, with what is wrong where."""

from collections.abc import Sequence
from dataclasses import dataclass

import semver

from layerlift.console.desk import Desk, Visit
from layerlift.console.rendering import render
from layerlift.console.requests import ShowMatrix
from layerlift.console.words import Word, word
from layerlift.domain.names import StageName
from layerlift.domain.targets import Target
from layerlift.ports.registry import Registry
from layerlift.releasing.matrix import Cell, Matrix, Row, read_matrix
from layerlift.releasing.policies import read_policy


@dataclass(frozen=True)
class CellView:
    """What one cell says: a version, and a word if not all is well."""

    account: str
    region: str
    version: str
    word: Word


@dataclass(frozen=True)
class RowView:
    """A layer; cells are None where it has never been."""

    layer: str
    version: str
    agreement: Word
    bytes: Word
    cells: tuple[CellView | None, ...]


@dataclass(frozen=True)
class MatrixView:
    """A page of layers. ``columns`` are regions, with their account if there are several."""

    stage: str
    stages: Sequence[str]
    columns: tuple[tuple[str, str], ...]
    rows: tuple[RowView, ...]
    trouble: int
    after: str
    is_first: bool


def show_matrix(request: ShowMatrix, visit: Visit, desk: Desk) -> str:
    """Return the widget ``matrix``, of the last stage unless one is asked for."""
    stages = _stages(desk.registry)
    stage = request.stage or (stages[-1] if stages else "")
    if not stage:
        empty = MatrixView("", (), (), (), 0, "", is_first=True)
        return render("matrix", visit.frame, empty, "empty")
    matrix = read_matrix(desk.registry, StageName(stage), request.after)
    return render_matrix(matrix, stages, visit, is_first=not request.after)


def render_matrix(matrix: Matrix, stages: Sequence[str], visit: Visit, *, is_first: bool) -> str:
    """Return the HTML of a page of layers; ``stages`` are those to choose from."""
    view = _view(matrix, stages, is_first=is_first)
    return render("matrix", visit.frame, view, "ok" if view.rows else "empty")


def _stages(registry: Registry) -> Sequence[str]:
    policy = read_policy(registry)
    return [] if policy is None else [stage.name for stage in policy.stages]


def _view(matrix: Matrix, stages: Sequence[str], *, is_first: bool) -> MatrixView:
    accounts = {target.account for target in matrix.targets}
    rows = tuple(_row(row, matrix.targets) for row in matrix.rows)
    cells = (cell for row in rows for cell in row.cells if cell is not None)
    return MatrixView(
        stage=matrix.stage,
        stages=stages if matrix.stage in stages else [*stages, matrix.stage],
        columns=tuple(
            (target.region, target.account if len(accounts) > 1 else "")
            for target in matrix.targets
        ),
        rows=rows,
        trouble=sum(cell.word.tone in ("bad", "warn") for cell in cells),
        after=matrix.after or "",
        is_first=is_first,
    )


def _row(row: Row, targets: Sequence[Target]) -> RowView:
    return RowView(
        layer=row.layer,
        version=row.version or "none",
        agreement=_agreement(row),
        bytes=_bytes(row),
        cells=tuple(
            _cell(row.cells[target], row.version) if target in row.cells else None
            for target in targets
        ),
    )


def _agreement(row: Row) -> Word:
    whole = len(row.counted)
    if row.agreeing == whole:
        return word(f"all {whole}" if whole > 1 else "1 target", "good")
    return word(f"{row.agreeing} of {whole}", "warn")


def _bytes(row: Row) -> Word:
    """Return whether Lambda has told the same digest in all targets that have the version."""
    known = {digest for digest in row.digests if digest is not None}
    if len(known) > 1:
        return word("bytes differ", "bad")
    if None in row.digests or not known:
        return word("bytes not known", "idle")
    return word("same bytes", "good")


_LIVE = word("live", "good")
_NONE = word("taken away", "warn")
_NO_LONGER_NAMED = word("no longer in the policy", "idle")


def _cell(cell: Cell, usual: str | None) -> CellView:
    return CellView(
        account=cell.target.account,
        region=cell.target.region,
        version=cell.version or "none",
        word=_state(cell, usual),
    )


def _state(cell: Cell, usual: str | None) -> Word:
    if cell.stuck:
        return word("stuck", "bad")
    if cell.owed:
        return word(f"owed {cell.owed[-1]}", "warn")
    if not cell.is_named:
        return _NO_LONGER_NAMED
    if cell.version is None:
        return _NONE
    if usual is None or cell.version == usual:
        return _LIVE
    is_older = semver.Version.parse(cell.version) < semver.Version.parse(usual)
    return word("behind" if is_older else "ahead", "warn")
