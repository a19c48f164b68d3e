"""Claim: the registry takes a release once, however often its zip or its event arrives."""

from datetime import datetime

from layerlift.domain.debts import Bar
from layerlift.domain.errors import Fault, InvalidText, Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.model import Value
from layerlift.domain.names import (
    Digest,
    LayerName,
    SemanticVersion,
    parse_digest,
    parse_layer_name,
    parse_version,
)
from layerlift.domain.outcomes import ClaimResult, InspectResult, Outcome
from layerlift.domain.release import Artifact, Drop, Release, ReleaseState, StagePlan
from layerlift.domain.report import Report
from layerlift.ports.aws import Artifacts, Promotions
from layerlift.ports.registry import Registry
from layerlift.releasing.canary_contents import contents_of
from layerlift.releasing.hotfixes import why_not_below
from layerlift.releasing.policies import plan_stages, read_policy
from layerlift.releasing.records import (
    Held,
    digest_key,
    drop_key,
    layer_partition,
    load,
    load_all,
    release_key,
    revision,
    write_digest,
    write_drop,
    write_release,
)
from layerlift.releasing.trail import Clock, audit_entry, release_event

_TRIES = 5
_NO_POLICY = (
    "No policy is in force, so there is no stage to go to. "
    "Run layerlift bootstrap, then drop the zip again."
)


class Claimant(Value):
    """Accepted bytes that ask to become a release, and the execution that asks for them."""

    layer: LayerName
    version: SemanticVersion
    digest: Digest
    artifact: Artifact
    execution: str
    report_url: str | None = None

    @property
    def account(self) -> str:
        """The account of the control plane, which the execution's ARN names."""
        return self.execution.split(":")[4]


def claim_inspected(
    inspection: InspectResult,
    execution: str,
    *,
    registry: Registry,
    artifacts: Artifacts,
    promotions: Promotions,
    clock: Clock,
) -> ClaimResult:
    """Claim what an inspection accepted; see :func:`claim`.

    :raises Fault: if the inspection did not accept it.
    """
    accepted = (inspection.layer, inspection.version, inspection.digest, inspection.report_key)
    layer, version, digest, report_key = accepted
    if layer is None or version is None or digest is None or report_key is None:
        raise Fault(f"the inspection of {inspection.artifact.key} is not one of an accepted zip")
    claimant = Claimant(
        layer=parse_layer_name(layer),
        version=parse_version(version),
        digest=parse_digest(digest),
        artifact=inspection.artifact,
        execution=execution,
        report_url=inspection.report_url,
    )
    report = artifacts.get_report(inspection.artifact.bucket, report_key)
    return claim(
        claimant,
        Report.model_validate_json(report),
        registry=registry,
        promotions=promotions,
        clock=clock,
    )


def claim(
    claimant: Claimant, report: Report, *, registry: Registry, promotions: Promotions, clock: Clock
) -> ClaimResult:
    """Return ``claimed`` with the plan, ``unchanged``, or ``rejected``.

    Bytes that are a release already are ``unchanged``; a version that has other bytes, and bytes
    that have another version, are ``rejected``.

    A release whose promotion failed, or that was rolled back, is claimed anew when its bytes are
    dropped once more; where it was rolled back it then needs an approval, whatever the policy
    says. A version below the newest that is live is ``rejected``, but for hotfixes. A claim
    whose execution died is taken over. The same execution asking again gets the same answer.

    :raises Unavailable: if other claims kept coming in between.
    """
    for _ in range(_TRIES):
        known = load(registry, Release, release_key(claimant.layer, claimant.version))
        answer = _answer_from_registry(claimant, known, registry, promotions)
        if answer is not None:
            return answer
        release = _new_release(claimant, report, known, registry, clock())
        if isinstance(release, ClaimResult):
            return release
        if _commit(release, report, known, registry):
            return ClaimResult(outcome=Outcome.CLAIMED, release=release.ref, stages=release.stages)
    raise Unavailable(f"{claimant.layer} {claimant.version} is being claimed by others")


def _answer_from_registry(
    claimant: Claimant, known: Held[Release] | None, registry: Registry, promotions: Promotions
) -> ClaimResult | None:
    if known is not None:
        return _answer_for_known(claimant, known.value, promotions)
    twin = registry.get(digest_key(claimant.layer, claimant.digest))
    return None if twin is None else _bytes_taken(claimant, str(twin.body["version"]))


def _answer_for_known(
    claimant: Claimant, known: Release, promotions: Promotions
) -> ClaimResult | None:
    """Return the answer for a version that is in the registry; None if it may be claimed anew."""
    name = f"{known.layer} {known.version}"
    if known.digest != claimant.digest:
        return ClaimResult(
            outcome=Outcome.REJECTED,
            reason=f"{name} is already released with other bytes (sha256 {known.digest[:12]}, "
            f"these have {claimant.digest[:12]}). A version is never changed: drop these bytes "
            "under the next version.",
        )
    if known.execution == claimant.execution:
        return ClaimResult(outcome=Outcome.CLAIMED, release=known.ref, stages=known.stages)
    is_new_drop = known.artifact.version_id != claimant.artifact.version_id
    has_ended_badly = known.state in (
        ReleaseState.FAILED,
        ReleaseState.SUPERSEDED,
        ReleaseState.ROLLED_BACK,
    )
    if has_ended_badly and is_new_drop:
        return None
    if known.state is ReleaseState.PROMOTING and not promotions.is_running(known.execution):
        return None
    return ClaimResult(
        outcome=Outcome.UNCHANGED,
        reason=f"These bytes are {name} already ({known.state}); nothing was done.",
    )


def _bytes_taken(claimant: Claimant, version: str) -> ClaimResult:
    return ClaimResult(
        outcome=Outcome.REJECTED,
        reason=f"These bytes are already released as {claimant.layer} {version}, and a release is "
        f"its bytes. Use {version}, or change the layer and drop it as {claimant.version}.",
    )


def _new_release(
    claimant: Claimant,
    report: Report,
    known: Held[Release] | None,
    registry: Registry,
    now: datetime,
) -> Release | ClaimResult:
    policy = read_policy(registry)
    if policy is None:
        return ClaimResult(outcome=Outcome.REJECTED, reason=_NO_POLICY)
    below = why_not_below(registry, policy, claimant.layer, claimant.version)
    if below:
        return ClaimResult(outcome=Outcome.REJECTED, reason=below)
    try:
        stages = plan_stages(policy, claimant.layer, claimant.account)
    except InvalidText as problem:
        return ClaimResult(outcome=Outcome.REJECTED, reason=f"{problem}.")
    stages = _with_approval_after_rollback(claimant, stages, registry)
    return Release(
        layer=claimant.layer,
        version=claimant.version,
        digest=claimant.digest,
        attempt=1 if known is None else known.value.attempt + 1,
        state=ReleaseState.PROMOTING,
        artifact=claimant.artifact,
        size=report.size,
        modules=report.modules,
        contents=contents_of(report),
        runtimes=report.published_runtimes,
        architectures=report.published_architectures,
        stages=stages,
        execution=claimant.execution,
        claimed_at=now,
        report_url=claimant.report_url,
    )


def _with_approval_after_rollback(
    claimant: Claimant, stages: tuple[StagePlan, ...], registry: Registry
) -> tuple[StagePlan, ...]:
    """Have each stage ask for an approval in which this release was rolled back before."""
    partition = layer_partition(claimant.layer)
    bars = load_all(registry, Bar, partition, f"BAR#{claimant.version}#")
    barred = {bar.stage for bar in bars}
    return tuple(_asking(plan) if plan.name in barred else plan for plan in stages)


def _asking(plan: StagePlan) -> StagePlan:
    required = max(1, plan.approvals.required)
    approvals = plan.approvals.model_copy(update={"required": required})
    return plan.model_copy(update={"approvals": approvals})


def _commit(
    release: Release, report: Report, known: Held[Release] | None, registry: Registry
) -> bool:
    artifact = release.artifact
    drop = Drop(
        artifact=artifact,
        outcome=Outcome.CLAIMED,
        reason="",
        layer=release.layer,
        version=release.version,
        digest=release.digest,
        dropped_at=release.claimed_at,
        report_url=release.report_url,
    )
    event = release_event(
        EventType.RELEASE_CLAIMED,
        release.ref,
        release.claimed_at,
        outcome=Outcome.CLAIMED,
        reason=_contents(report),
        object_key=artifact.key,
    )
    digest = registry.get(digest_key(release.layer, release.digest))
    if digest is not None and digest.body["version"] != release.version:
        return False  # Another version has claimed these bytes in between.
    dropped = load(registry, Drop, drop_key(artifact.key, artifact.version_id))
    return registry.commit(
        write_release(release, revision(known)),
        write_digest(release, 0 if digest is None else digest.revision),
        write_drop(drop, revision(dropped)),
        audit_entry(event),
    )


def _contents(report: Report) -> str:
    packages = f", {_count(len(report.packages), 'package')}" if report.packages else ""
    return (
        f"{_count(report.entries, 'entry', 'entries')}, {report.unzipped_size:,} bytes "
        f"unzipped{packages}."
    )


def _count(number: int, one: str, several: str | None = None) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {several or one + 's'}"
