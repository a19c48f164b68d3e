"""Approvals: what waits for a decision, with what those who decide should know."""

from collections.abc import Sequence
from dataclasses import dataclass

from layerlift.console.decided import DecidedView, decided_last
from layerlift.console.deciding import Notice
from layerlift.console.desk import Desk, Visit
from layerlift.console.measures import Measure, measures_of
from layerlift.console.rendering import render
from layerlift.console.report import find_report
from layerlift.console.requests import comment_field
from layerlift.console.words import Stamp, Times, Word, counted, say, size_change
from layerlift.domain.approval import Approval, ConsumersIn, RequestFacts, StageBelow
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import Release
from layerlift.domain.report import Severity
from layerlift.domain.sizes import shown_size
from layerlift.ports.registry import Registry
from layerlift.releasing.approval import list_open
from layerlift.releasing.approval_facts import MAX_LISTED_PACKAGES
from layerlift.releasing.ballot import MAX_COMMENT
from layerlift.releasing.foresight import foresee
from layerlift.releasing.records import load, release_key

SHOWN = 10
"""How many requests are shown; the others are counted."""

_NAMED = 3
"""How many regions are named of which the same is said; of more, the number is told."""


@dataclass(frozen=True)
class Packages:
    """Packages that came, went or changed."""

    label: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class ChangesView:
    """What differs from the release ``since``; what is in it, if there is none before."""

    since: str = ""
    size: str = ""
    packages: tuple[Packages, ...] = ()
    unlisted: str = ""


@dataclass(frozen=True)
class VoteView:
    """What somebody said."""

    word: Word
    name: str
    comment: str
    at: Stamp


@dataclass(frozen=True)
class RequestView:
    """A request for approval. ``has_buttons`` is whether a click here may decide."""

    layer: str
    version: str
    stage: str
    digest: str
    attempt: int
    field: str
    votes_needed: str
    deciders: tuple[str, ...]
    asked: Stamp
    ends: Stamp
    replaces: str
    changes: ChangesView
    findings: tuple[tuple[Word, int], ...]
    below: str
    measures: tuple[Measure, ...]
    measured: str
    is_first: bool
    consumers: tuple[tuple[str, str], ...]
    votes: tuple[VoteView, ...]
    follows: tuple[str, ...]
    has_buttons: bool
    has_report: bool
    why_command: str


@dataclass(frozen=True)
class ApprovalsView:
    """Requests, what came of a decision that was just made, and what was decided before."""

    requests: Sequence[RequestView]
    more: int
    notice: Notice | None
    decided: tuple[DecidedView, ...]
    max_comment: int = MAX_COMMENT


def show_approvals(
    visit: Visit, desk: Desk, notice: Notice | None = None, *, layer: str = ""
) -> str:
    """Return the widget ``approvals``, of all layers or of one, under a notice if there is one."""
    waiting = [each for each in list_open(desk.registry) if layer in ("", each.layer)]
    view = ApprovalsView(
        requests=[_request(approval, visit, desk) for approval in waiting[:SHOWN]],
        more=max(0, len(waiting) - SHOWN),
        notice=notice,
        decided=decided_last(desk.registry, visit.times),
    )
    state = notice.state if notice is not None else ("ok" if waiting else "empty")
    return render("approvals", visit.frame, view, state)


def _request(approval: Approval, visit: Visit, desk: Desk) -> RequestView:
    facts, times = approval.facts, visit.times
    release = _release(approval, desk.registry)
    why = "" if visit.asked.is_local else _why_a_command(approval, desk)
    got, needed = len(approval.approved_by), approval.rules.required
    return RequestView(
        layer=approval.layer,
        version=approval.version,
        stage=approval.stage,
        digest=approval.digest,
        attempt=approval.attempt,
        field=comment_field(approval.layer, approval.version, approval.stage, approval.attempt),
        votes_needed=f"{got} of {needed} approvals",
        deciders=approval.rules.named,
        asked=times.stamp(approval.requested_at),
        ends=times.stamp(approval.expires_at),
        replaces=", ".join(facts.replaces) or "nothing: the layer is new here",
        changes=_changes(facts) if facts.difference is not None else _contents(release, desk),
        findings=_findings(facts),
        below="" if facts.below is None else _below(facts.below),
        measures=measures_of(approval, desk.registry),
        measured="" if facts.below is None else facts.below.stage,
        is_first=not facts.replaces,
        consumers=_consumers(facts.consumers),
        votes=_votes(approval, times),
        follows=_follows(approval, release),
        has_buttons=not why,
        has_report=approval.report_url is not None,
        why_command=why,
    )


def _release(approval: Approval, registry: Registry) -> Release | None:
    held = load(registry, Release, release_key(approval.layer, approval.version))
    return None if held is None else held.value


def _follows(approval: Approval, release: Release | None) -> tuple[str, ...]:
    if release is None:
        return ()
    return foresee(approval, release.stage(approval.stage), Outcome.APPROVED)


def _why_a_command(approval: Approval, desk: Desk) -> str:
    """Return why a click here does not decide, empty if it does."""
    if approval.rules.console == "comment-only":
        return "This stage asks for proof of who decides, which a click cannot give."
    if not desk.takes_decisions:
        return "This console shows, and takes no decisions (parameter ConsoleDecisions)."
    return ""


def _changes(facts: RequestFacts) -> ChangesView:
    difference = facts.difference
    if difference is None:
        return ChangesView()
    lists = (
        ("Added", difference.added),
        ("Removed", difference.removed),
        ("Changed", difference.changed),
    )
    more = difference.unlisted
    return ChangesView(
        since=difference.since,
        size=size_change(difference.size_before, difference.size_after),
        packages=tuple(Packages(label, names) for label, names in lists if names),
        unlisted=f"and {counted(more, 'package')} more" if more else "",
    )


def _contents(release: Release | None, desk: Desk) -> ChangesView:
    """Return what is in a release that has none before it to be compared with."""
    report = None if release is None else find_report(release, desk)
    if report is None:
        return ChangesView()
    named = [f"{each.name} {each.version or ''}".rstrip() for each in report.packages]
    more = len(named) - MAX_LISTED_PACKAGES
    return ChangesView(
        size=shown_size(report.unzipped_size),
        packages=(Packages("Contains", tuple(named[:MAX_LISTED_PACKAGES])),) if named else (),
        unlisted=f"and {counted(more, 'package')} more" if more > 0 else "",
    )


def _findings(facts: RequestFacts) -> tuple[tuple[Word, int], ...]:
    """Return how many findings of each severity there are, the worst first."""
    known = [severity.value for severity in Severity if severity in facts.findings]
    return tuple((say(kind), facts.findings[kind]) for kind in known)


def _below(below: StageBelow) -> str:
    return f"It passed in {below.passed} of {counted(below.targets, 'target')} of {below.stage}"


def _consumers(found: Sequence[ConsumersIn]) -> tuple[tuple[str, str], ...]:
    """Return who uses the layer where; what is the same in several regions is said once."""
    regions: dict[str, list[str]] = {}
    for where in found:
        regions.setdefault(_users(where), []).append(where.region)
    return tuple(
        (", ".join(each) if len(each) <= _NAMED else f"{len(each)} regions", said)
        for said, each in regions.items()
    )


def _users(where: ConsumersIn) -> str:
    names = ", ".join(where.functions)
    more = f" and {counted(where.unlisted, 'function')} more" if where.unlisted else ""
    said = f"{names}{more}" or ("" if where.problem else "no function")
    return f"{said} {where.problem}".strip()


def _votes(approval: Approval, times: Times) -> tuple[VoteView, ...]:
    return tuple(
        VoteView(say(vote.outcome), vote.name, vote.comment, times.stamp(vote.voted_at))
        for vote in approval.votes
    )
