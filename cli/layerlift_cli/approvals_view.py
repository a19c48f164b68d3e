"""Requests for approval as people read them: what changed, whom it reaches, who has decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from layerlift.domain.approval import Approval, ConsumersIn, Difference, RequestFacts, in_words
from layerlift.inspecting.findings import printable
from layerlift_cli.changes_view import size_change
from layerlift_cli.outcome_style import mark
from layerlift_cli.screen import shown

_NAMED = 3
"""How many regions are named that say the same; of more, the number is told."""

_NOTHING = "Nothing waits for approval. See all releases: layerlift status"


def approvals_view(approvals: Sequence[Approval]) -> RenderableType:
    """Return every request that waits, newest first."""
    if not approvals:
        return Text(_NOTHING)
    views: list[RenderableType] = []
    for approval in approvals:
        views.extend((approval_view(approval), Text("")))
    return Group(*views[:-1])


def approval_view(
    approval: Approval, since: str = "", *, with_commands: bool = True
) -> RenderableType:
    """Return one request: its head, what it shows, what came ``since``, and what to do next."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    past = [("since then", since)] if since else []
    bytes_ = [("sha256", approval.digest)]
    until = f"{approval.expires_at:%Y-%m-%d %H:%M} UTC"
    open_ = [("open until", until)] if approval.decision is None else []
    if open_ and approval.rules.approvers:
        open_.append(("may decide", ", ".join(approval.rules.named)))
    asked = _commands(approval) if with_commands and approval.decision is None else ()
    rows = (*open_, *bytes_, *_facts(approval.facts), *past, *_votes(approval), *asked)
    for label, text in rows:
        # Comments, packages and functions have names that others chose: text, and no markup.
        table.add_row(Text(f"  {label}"), Text(shown(text)))
    return Group(_head(approval), table)


def _head(approval: Approval) -> Text:
    name = f"{approval.layer} {approval.version}"
    if approval.decision is not None:
        return Text.assemble(
            mark(approval.decision), " ", (name, "bold"), f"  {in_words(approval.decision)} for ",
            f"{approval.stage}, attempt {approval.attempt}",
        )  # fmt: skip
    got, needed = len(approval.approved_by), approval.rules.required
    return Text.assemble(
        mark("waiting"), " ", (name, "bold"),
        f"  waits for {approval.stage}: {got} of {needed} approvals",
    )  # fmt: skip


def _facts(facts: RequestFacts) -> Iterator[tuple[str, str]]:
    yield "replaces", ", ".join(facts.replaces) or "nothing"
    if facts.difference is not None:
        yield from _difference(facts.difference, facts.replaces)
    if facts.findings:
        yield "findings", ", ".join(f"{n} {kind}" for kind, n in sorted(facts.findings.items()))
    if facts.below is not None:
        below = facts.below
        targets = "target" if below.targets == 1 else "targets"
        yield f"in {below.stage}", f"canary passed in {below.passed} of {below.targets} {targets}"
        if below.consumers:
            yield "tried by", ", ".join(below.consumers)
    yield from _consumers(facts.consumers)


def _difference(difference: Difference, replaces: Sequence[str]) -> Iterator[tuple[str, str]]:
    if tuple(replaces) != (difference.since,):
        yield "compared to", difference.since
    yield "unzipped", size_change(difference.size_before, difference.size_after)
    rows = (
        ("added", difference.added),
        ("removed", difference.removed),
        ("changed", difference.changed),
    )
    if not any(names for _, names in rows):
        yield "packages", "the same"
    for label, names in rows:
        if names:
            yield label, ", ".join(printable(name) for name in names)
    if difference.unlisted:
        yield "", f"and {difference.unlisted:,} more packages"


def _consumers(found: Sequence[ConsumersIn]) -> Iterator[tuple[str, str]]:
    """Yield who uses the layer where; what is the same in several regions is said once."""
    regions: dict[tuple[str, bool], list[str]] = {}
    for where in found:
        regions.setdefault((_users(where), bool(where.problem)), []).append(where.region)
    for (said, is_unsure), listed in regions.items():
        there = f"{len(listed)} regions" if len(listed) > _NAMED else ", ".join(listed)
        yield "used by", f"{there}: {said}" if is_unsure else f"{said} in {there}"


def _users(where: ConsumersIn) -> str:
    names = ", ".join(printable(name) for name in where.functions)
    more = f" and {where.unlisted:,} more" if where.unlisted else ""
    said = f"{names}{more}" or ("" if where.problem else "no function")
    return f"{said} {where.problem}".strip()


def _votes(approval: Approval) -> Iterator[tuple[str, str]]:
    for vote in approval.votes:
        said = f": {printable(vote.comment)}" if vote.comment else ""
        yield in_words(vote.outcome), f"{printable(vote.name)}{said}"


def _commands(approval: Approval) -> Iterator[tuple[str, str]]:
    what = f"{approval.layer} {approval.version} {approval.stage}"
    yield "decide", f"layerlift approve {what}"
    yield "", f"layerlift reject {what}"
