"""What a rollback comes to: what consumers of a stage find before it and afterwards.

That a target is left without the layer has to be asked for in so many words. The order names the
release that it takes back, so that the same order twice takes back nothing more; but the same
*command* twice makes another order, of the release that is live by then.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from layerlift.domain.names import StageName
from layerlift.domain.pointers import Pointer
from layerlift.domain.release import LivePointer, ReleaseRef, TargetProgress, TargetState
from layerlift.domain.targets import Target
from layerlift.ports.registry import Registry
from layerlift.releasing.putting_back import touched_targets
from layerlift.releasing.rollback_orders import Wish
from layerlift.releasing.rollback_plan import Refused, goals, live_in

_NAMED = 3
"""How many regions are named; of more, the number is told."""


@dataclass(frozen=True)
class Step:
    """What a target's pointer says now, and what it shall say; None is nothing."""

    target: Target
    now: str | None
    then: str | None


def preview(wish: Wish, registry: Registry) -> str:
    """Return what a rollback would do: ``1.1.0 → 1.0.0 in 6 regions``; empty for nothing.

    :raises Refused: if it cannot be done.
    """
    steps = _steps(wish, goals(wish, registry), registry)
    by_way: dict[tuple[str | None, str | None], list[Target]] = defaultdict(list)
    for step in (step for step in steps if step.now != step.then):
        by_way[step.now, step.then].append(step.target)
    return ", ".join(
        f"{now or 'nothing'} → {then or 'nothing'} in {shown_targets(targets)}"
        for (now, then), targets in by_way.items()
    )


def check_that_something_stays(
    wish: Wish, moves: Mapping[Target, Pointer | None], registry: Registry
) -> None:
    """Look whether a target would be left without the layer that has it now.

    ``moves`` is where pointers go, as :func:`layerlift.releasing.rollback_plan.goals` returns it.

    :raises Refused: if one would, and the order does not say that it may.
    """
    if wish.recall.to_nothing:
        return
    emptied = [step.target for step in _steps(wish, moves, registry) if step.now and not step.then]
    if not emptied:
        return
    layer, stage, where = wish.release.layer, wish.stage, shown_targets(emptied)
    raise Refused(
        f"{layer} {wish.release.version} stays live in {stage}: nothing was there before it in "
        f"{where}, so consumers would find no {layer} there. Drop a version that works, or take "
        f"the layer away all the same: layerlift rollback {layer} {stage} --to-nothing"
    )


def now_live(ref: ReleaseRef, stage: StageName, registry: Registry) -> str:
    """Return what is live wherever a release was: ``1.0.0 is live in 6 regions``."""
    moved = {t.target for t in touched_targets(registry, ref, stage) if t.snapshot_taken}
    by_version: dict[str | None, list[Target]] = defaultdict(list)
    for record in live_in(registry, ref.layer, stage):
        if record.target in moved:
            by_version[_said(record)].append(record.target)
    told = (
        f"{version or 'nothing'} is live in {shown_targets(targets)}"
        for version, targets in by_version.items()
    )
    return ", ".join(told) or "no pointer had moved"


def shown_targets(targets: Iterable[Target]) -> str:
    """Return a few regions by name and many by number; targets, if accounts share a region."""
    listed = tuple(targets)
    regions = tuple(dict.fromkeys(target.region for target in listed))
    if len(regions) < len(listed):
        return f"{len(listed)} targets"
    return f"{len(regions)} regions" if len(regions) > _NAMED else ", ".join(regions)


def _steps(
    wish: Wish, moves: Mapping[Target, Pointer | None], registry: Registry
) -> tuple[Step, ...]:
    """Return what is done in each target whose pointer may move.

    Left out are targets that have gone back before, or that another release has taken over.
    """
    ref = wish.release.ref
    live = {record.target: record for record in live_in(registry, ref.layer, wish.stage)}
    before = {
        progress.target: progress.previous
        for progress in touched_targets(registry, ref, wish.stage)
        if _is_to_go_back(progress, live.get(progress.target))
    }
    return tuple(
        Step(target, _said(live.get(target)), None if goal is None else goal.version)
        for target, goal in (before | dict(moves)).items()
    )


def _is_to_go_back(progress: TargetProgress, live: LivePointer | None) -> bool:
    if not progress.snapshot_taken or progress.state is TargetState.INACTIVE:
        return False
    if live is None or live.pointer is None or live.pointer.version == progress.version:
        return True
    return live.changed_at <= progress.changed_at


def _said(live: LivePointer | None) -> str | None:
    return None if live is None or live.pointer is None else live.pointer.version
