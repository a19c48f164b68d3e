"""What those who decide should know: what changed, how it fared so far, and whom it reaches."""

from collections import Counter
from collections.abc import Sequence

from layerlift.domain.approval import Difference, RequestFacts, StageBelow
from layerlift.domain.canary import CanaryRecord, short_name
from layerlift.domain.names import StageName
from layerlift.domain.release import (
    LivePointer,
    Release,
    StagePlan,
    TargetProgress,
    TargetState,
)
from layerlift.domain.report import Changes, Package, PackageChange, Report
from layerlift.ports.approvals import Consumers
from layerlift.ports.aws import Artifacts
from layerlift.ports.registry import Registry
from layerlift.releasing.records import layer_partition, load_all

MAX_LISTED_PACKAGES = 20
"""Ours, a list: an event may have 256 KB, and nobody reads a longer one in chat.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html"""

MAX_LISTED_CONSUMERS = 20
"""Ours, for the same reason."""


def gather_facts(
    release: Release,
    stage: StageName,
    *,
    registry: Registry,
    artifacts: Artifacts,
    consumers: Consumers,
) -> RequestFacts:
    """Return what is known of a release that wants to go into ``stage``.

    A report that has been removed and a region that cannot be asked leave a gap, and hold
    nobody up.
    """
    plan = release.stage(stage)
    report = _report(release, artifacts)
    changes = None if report is None else report.changes
    return RequestFacts(
        replaces=_live_versions(release, stage, registry),
        difference=None if changes is None else _difference(changes),
        findings={} if report is None else _findings(report),
        below=_stage_below(release, plan, registry),
        consumers=consumers.find(plan.published_name, plan.targets),
        approvers=plan.approvals.approvers,
    )


def _report(release: Release, artifacts: Artifacts) -> Report | None:
    if release.report_url is None:
        return None
    bucket = release.artifact.bucket
    kept = artifacts.find_report(bucket, release.report_url.removeprefix(f"s3://{bucket}/"))
    return None if kept is None else Report.model_validate_json(kept)


def _live_versions(release: Release, stage: StageName, registry: Registry) -> tuple[str, ...]:
    partition = layer_partition(release.layer)
    live = load_all(registry, LivePointer, partition, f"LIVE#{stage}#")
    versions = (record.pointer.version for record in live if record.pointer is not None)
    return tuple(dict.fromkeys(versions))


def _difference(changes: Changes) -> Difference:
    lists: tuple[Sequence[str], ...] = (
        [_named(package) for package in changes.added],
        [_named(package) for package in changes.removed],
        [_moved(change) for change in changes.changed],
    )
    added, removed, changed = (tuple(listed[:MAX_LISTED_PACKAGES]) for listed in lists)
    return Difference(
        since=changes.since,
        added=added,
        removed=removed,
        changed=changed,
        unlisted=sum(max(0, len(listed) - MAX_LISTED_PACKAGES) for listed in lists),
        size_before=changes.size_before,
        size_after=changes.size_after,
    )


def _named(package: Package) -> str:
    return f"{package.name} {package.version}" if package.version else package.name


def _moved(change: PackageChange) -> str:
    return f"{change.name} {change.before or '?'} → {change.after or '?'}"


def _findings(report: Report) -> dict[str, int]:
    return dict(Counter(found.severity.value for found in report.findings))


def _stage_below(release: Release, plan: StagePlan, registry: Registry) -> StageBelow | None:
    """Return how the release fares in the stage before ``plan``, None if that is the first."""
    position = release.stages.index(plan)
    if position == 0:
        return None
    below = release.stages[position - 1]
    prefix = f"TARGET#{release.version}#{below.name}#"
    found = load_all(registry, TargetProgress, layer_partition(release.layer), prefix)
    passed = [
        progress
        for progress in found
        if progress.attempt == release.attempt
        and progress.state in (TargetState.CANARIED, TargetState.ACTIVE)
    ]
    return StageBelow(
        stage=below.name,
        targets=len(below.targets),
        passed=len(passed),
        consumers=_consumers(release, below, registry),
    )


def _consumers(release: Release, below: StagePlan, registry: Registry) -> tuple[str, ...]:
    """Return the functions of which clones have worked with the release, each once, by name."""
    prefix = f"CONSUMERS#{release.version}#{below.name}#"
    records = load_all(registry, CanaryRecord, layer_partition(release.layer), prefix)
    worked = {
        short_name(run.consumer)
        for record in records
        if record.attempt == release.attempt
        for run in record.result.variants
        if run.consumer is not None and run.exercised
    }
    return tuple(sorted(worked)[:MAX_LISTED_CONSUMERS])
