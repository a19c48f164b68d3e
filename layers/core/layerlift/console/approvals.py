"""Approvals: what waits for a decision, with what those who decide should know."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from layerlift.console.decided import DecidedView, decided_last
from layerlift.console.deciding import Notice
from layerlift.console.desk import Desk, Visit
from layerlift.console.rendering import render
from layerlift.console.requests import comment_field
from layerlift.console.words import Stamp, Times, Word, counted, say, size_change
from layerlift.domain.approval import Approval, ConsumersIn, RequestFacts, StageBelow
from layerlift.domain.canary import CanaryRecord, CanaryRun, Timing
from layerlift.domain.names import SemanticVersion, StageName
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import Release
from layerlift.domain.report import Severity
from layerlift.ports.registry import Registry
from layerlift.releasing.approval import list_open
from layerlift.releasing.ballot import MAX_COMMENT
from layerlift.releasing.foresight import foresee
from layerlift.releasing.records import layer_partition, load, load_all, release_key

SHOWN = 10
"""How many requests are shown; the others are counted."""


@dataclass(frozen=True)
class Measure:
    """A number of the canary of this release, and of the one that is live."""

    name: str
    ours: str
    live: str
    change: str


@dataclass(frozen=True)
class Packages:
    """Packages that came, went or changed."""

    label: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class ChangesView:
    """What differs from the release ``since``; all empty if there is none before."""

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
    asked: Stamp
    ends: Stamp
    replaces: str
    changes: ChangesView
    findings: tuple[tuple[Word, int], ...]
    below: str
    measures: tuple[Measure, ...]
    measured: str
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


def show_approvals(visit: Visit, desk: Desk, notice: Notice | None = None) -> str:
    """Return the widget ``approvals``, under a notice if there is one."""
    waiting = list_open(desk.registry)
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
    why = "" if visit.asked.is_local else _why_a_command(approval, desk)
    got, needed = len(approval.approved_by), approval.rules.required
    return RequestView(
        layer=approval.layer,
        version=approval.version,
        stage=approval.stage,
        digest=approval.digest,
        attempt=approval.attempt,
        field=comment_field(approval.layer, approval.version, approval.stage, approval.attempt),
        votes_needed=f"{got} of {counted(needed, 'approval')}",
        asked=times.stamp(approval.requested_at),
        ends=times.stamp(approval.expires_at),
        replaces=", ".join(facts.replaces) or "nothing: the layer is new here",
        changes=_changes(facts),
        findings=_findings(facts),
        below="" if facts.below is None else _below(facts.below),
        measures=_measures(approval, desk.registry),
        measured="" if facts.below is None else facts.below.stage,
        consumers=_consumers(facts.consumers),
        votes=_votes(approval, times),
        follows=_follows(approval, desk.registry),
        has_buttons=not why,
        has_report=approval.report_url is not None,
        why_command=why,
    )


def _follows(approval: Approval, registry: Registry) -> tuple[str, ...]:
    held = load(registry, Release, release_key(approval.layer, approval.version))
    if held is None:
        return ()
    return foresee(approval, held.value.stage(approval.stage), Outcome.APPROVED)


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
    return tuple((", ".join(each), said) for said, each in regions.items())


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


_MEASURES = ("startup", "cold", "warm")
_NAMES: Mapping[str, str] = {
    "startup": "Start-up",
    "cold": "Cold invocation",
    "warm": "Warm invocation",
}


def _measures(approval: Approval, registry: Registry) -> tuple[Measure, ...]:
    """Return the medians of the slowest target of the stage below, of both releases."""
    below, replaces = approval.facts.below, approval.facts.replaces
    if below is None:
        return ()
    stage = StageName(below.stage)
    ours = _runs(registry, approval, approval.version, stage)
    live = _runs(registry, approval, SemanticVersion(replaces[-1]), stage) if replaces else ()
    return tuple(_measure(name, ours, live) for name in _MEASURES if _slowest(ours, name))


def _runs(
    registry: Registry, approval: Approval, version: SemanticVersion, stage: StageName
) -> tuple[CanaryRun, ...]:
    prefix = f"CANARY#{version}#{stage}#"
    records = load_all(registry, CanaryRecord, layer_partition(approval.layer), prefix)
    return tuple(run for record in records for run in record.result.variants)


def _slowest(runs: Iterable[CanaryRun], name: str) -> Timing | None:
    timings: list[Timing] = [found for run in runs if (found := getattr(run, name)) is not None]
    return max(timings, key=lambda timing: timing.median_ms, default=None)


def _measure(name: str, ours: Sequence[CanaryRun], live: Sequence[CanaryRun]) -> Measure:
    mine, theirs = _slowest(ours, name), _slowest(live, name)
    return Measure(
        name=_NAMES[name],
        ours="" if mine is None else _said(mine),
        live="not measured" if theirs is None else _said(theirs),
        change="" if mine is None or theirs is None else _change(mine, theirs),
    )


def _said(timing: Timing) -> str:
    return f"{timing.median_ms:,} ms" if timing.median_ms else "under 1 ms"


_FEWEST_SAMPLES = 3
"""Ours: of fewer, one that happened to be slow decides."""


def _change(ours: Timing, live: Timing) -> str:
    """Return by how much the medians differ, if that is more than samples differ by themselves."""
    if ours.median_ms == live.median_ms:
        return "the same"
    fewest = min(ours.samples, live.samples)
    if fewest < _FEWEST_SAMPLES:
        return f"not known: {counted(fewest, 'sample')}"
    apart = abs(ours.median_ms - live.median_ms)
    if apart <= max(each.p95_ms - each.median_ms for each in (ours, live)) or not live.median_ms:
        return "too close to tell"
    percent = round(apart * 100 / live.median_ms)
    return f"{percent} % {'slower' if ours.median_ms > live.median_ms else 'faster'}"
