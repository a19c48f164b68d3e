"""Matrix: what the pointers of a stage say, layer by region, and what is wrong there.

One page takes a query for the pointers, one for all debts and one for all stuck pointers, however
many layers and regions it has.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import semver

from layerlift.domain.debts import Debt
from layerlift.domain.names import LayerName, StageName
from layerlift.domain.release import LivePointer, TargetProgress
from layerlift.domain.targets import Target
from layerlift.ports.registry import Registry
from layerlift.releasing.policies import read_policy
from layerlift.releasing.records import DEBTS_INDEX, STUCK_INDEX

LAYERS = 50
"""How many layers a page has."""

_TROUBLES = 500
"""How many open debts, and how many stuck pointers, are looked through."""

_ALL_TARGETS = "~"
"""Above every account in the index, whose sort keys are ``<layer>#<account>/<region>``."""

_NARROWEST = 10
"""How many targets a layer is read for at least, where the policy names fewer."""


@dataclass(frozen=True)
class Cell:
    """A layer in a target. ``version`` is None if its pointer was taken away.

    ``is_named`` is whether the stage's policy names the region: no release comes there otherwise.
    """

    target: Target
    version: str | None
    code_sha256: str | None
    owed: tuple[str, ...] = ()
    stuck: str = ""
    is_named: bool = True


@dataclass(frozen=True)
class Row:
    """A layer in all targets of a stage.

    ``version`` is the one that most targets have, and of those the newest. Targets that the policy
    names no more do not count, unless there are no others.
    """

    layer: LayerName
    version: str | None
    cells: Mapping[Target, Cell]

    @property
    def counted(self) -> tuple[Cell, ...]:
        """The cells that say what is usual."""
        return _counted(self.cells.values())

    @property
    def agreeing(self) -> int:
        """In how many of the counted targets it is."""
        return sum(cell.version == self.version for cell in self.counted)

    @property
    def digests(self) -> frozenset[str | None]:
        """What Lambda said of the bytes of that version where it is live; None is unknown."""
        return frozenset(cell.code_sha256 for cell in self.counted if cell.version == self.version)


@dataclass(frozen=True)
class Matrix:
    """A page of layers in a stage. ``after`` is the layer that the next page begins after."""

    stage: StageName
    targets: tuple[Target, ...]
    rows: tuple[Row, ...]
    after: LayerName | None


def read_matrix(registry: Registry, stage: StageName, after: str = "") -> Matrix:
    """Return a page of what is live in a stage, in the order of the layers' names."""
    regions = _regions(registry, stage)
    limit = LAYERS * max(_NARROWEST, len(regions)) + 1
    beyond = f"{after}#{_ALL_TARGETS}" if after else ""
    stored = registry.page_index(f"LIVE#{stage}", limit=limit, beyond=beyond)
    live = [LivePointer.model_validate(record.body) for record in stored]
    by_layer = [(name, tuple(found)) for name, found in groupby(live, key=lambda p: p.layer)]
    is_cut = len(stored) == limit
    if is_cut and len(by_layer) > 1:
        # The last one may go on behind the page.
        by_layer = by_layer[:-1]
    has_more = is_cut or len(by_layer) > LAYERS
    owed, stuck = _owed(registry, stage), _stuck(registry, stage)
    rows = tuple(_row(name, found, owed, stuck, regions) for name, found in by_layer[:LAYERS])
    return Matrix(
        stage=stage,
        targets=_columns(regions, rows),
        rows=rows,
        after=rows[-1].layer if has_more and rows else None,
    )


def _regions(registry: Registry, stage: StageName) -> tuple[str, ...]:
    policy = read_policy(registry)
    stages = () if policy is None else policy.stages
    return next((found.regions for found in stages if found.name == stage), ())


def _columns(regions: Sequence[str], rows: Iterable[Row]) -> tuple[Target, ...]:
    """Return every target of the rows in the policy's order, those it names no more last."""
    order = {region: number for number, region in enumerate(regions)}
    found = {target for row in rows for target in row.cells}
    return tuple(sorted(found, key=lambda t: (order.get(t.region, len(order)), str(t))))


Place = tuple[LayerName, Target]


def _owed(registry: Registry, stage: StageName) -> Mapping[Place, tuple[str, ...]]:
    owed: dict[Place, tuple[str, ...]] = {}
    for stored in registry.page_index(DEBTS_INDEX, limit=_TROUBLES):
        debt = Debt.model_validate(stored.body)
        if debt.stage == stage:
            place = (debt.layer, debt.target)
            owed[place] = (*owed.get(place, ()), debt.release.version)
    return owed


def _stuck(registry: Registry, stage: StageName) -> Mapping[Place, str]:
    stored = registry.page_index(STUCK_INDEX, limit=_TROUBLES)
    found = (TargetProgress.model_validate(record.body) for record in stored)
    return {(t.layer, t.target): t.reason for t in found if t.stage == stage}


def _row(
    layer: LayerName,
    live: Sequence[LivePointer],
    owed: Mapping[Place, tuple[str, ...]],
    stuck: Mapping[Place, str],
    regions: Sequence[str],
) -> Row:
    cells = {
        pointer.target: Cell(
            target=pointer.target,
            version=None if pointer.pointer is None else pointer.pointer.version,
            code_sha256=pointer.code_sha256,
            owed=owed.get((layer, pointer.target), ()),
            stuck=stuck.get((layer, pointer.target), ""),
            is_named=_is_named(pointer.target, regions),
        )
        for pointer in live
    }
    for (name, target), versions in owed.items():
        if name == layer and target not in cells:
            why = stuck.get((layer, target), "")
            cells[target] = Cell(target, None, None, versions, why, _is_named(target, regions))
    return Row(layer, _most(cell.version for cell in _counted(cells.values())), cells)


def _is_named(target: Target, regions: Sequence[str]) -> bool:
    # A stage that the policy has no more names no region, and says nothing about any.
    return not regions or target.region in regions


def _counted(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    found = tuple(cells)
    return tuple(cell for cell in found if cell.is_named) or found


def _most(versions: Iterable[str | None]) -> str | None:
    """Return the version that is there most often, and of those the newest."""
    counted = Counter(version for version in versions if version is not None)
    return max(counted, key=lambda v: (counted[v], semver.Version.parse(v)), default=None)
