"""A policy as people read it: what a release goes through, and what a change leaves behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from layerlift.domain.gates.durations import parse_pause
from layerlift.domain.gates.freezes import Freeze, frozen
from layerlift.domain.policy import Policy, Stage


def policy_view(policy: Policy, now: datetime) -> RenderableType:
    """Return a line for each stage: where it is, and what its gates ask for."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for stage in policy.stages:
        table.add_row(Text(f"  {stage.name}"), Text("; ".join(_gates(stage, policy, now))))
    return Group(Text("A release goes through:"), table)


def left_behind(before: Policy | None, after: Policy) -> str:
    """Return which targets a policy no longer names that the one before it did; empty for none."""
    if before is None:
        return ""
    regions = {stage.name: set(stage.regions) for stage in after.stages}
    gone = {
        stage.name: [r for r in stage.regions if r not in regions.get(stage.name, set())]
        for stage in before.stages
    }
    told = "; ".join(f"{name} in {', '.join(listed)}" for name, listed in gone.items() if listed)
    if not told:
        return ""
    return (
        f"No longer in the policy: {told}. What is live there stays as it is, and gets nothing "
        "new; who reads its pointers goes on finding it."
    )


def _gates(stage: Stage, policy: Policy, now: datetime) -> Iterator[str]:
    regions, waves = len(stage.regions), len(stage.waves)
    yield _counted(regions, "region") + (f" in {waves} waves" if waves > 1 else "")
    if stage.approvals.required:
        yield _approvals(stage)
    if stage.alarms:
        yield "alarms must be quiet"
    if parse_pause(stage.bake):
        yield f"each wave bakes {stage.bake}"
    yield from _freezes((*policy.freezes, *stage.freezes), now)
    yield from _proofs(stage)


def _freezes(freezes: Sequence[Freeze], now: datetime) -> Iterator[str]:
    ice = frozen(freezes, now)
    if ice is not None:
        yield f"frozen now, until {ice.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    elif freezes:
        yield _counted(len(freezes), "freeze window")


def _proofs(stage: Stage) -> Iterator[str]:
    if stage.canary.consumers:
        yield "clones of consumers try it"
    if stage.canary.watch_seconds is not None:
        yield f"what is live is tried every {stage.canary.watch}"
    if stage.grants:
        yield "others may read it"
    if stage.debts.allowed:
        yield f"{_counted(stage.debts.allowed, 'region')} may be owed it"


def _approvals(stage: Stage) -> str:
    needed = _counted(stage.approvals.required, "approval")
    whose = ", ".join(stage.approvals.named)
    return f"{needed} by {whose}" if whose else needed


def _counted(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"
