"""Inspect: read the dropped object, keep the report beside it, and answer with the verdict."""

import semver

from layerlift.domain.errors import InvalidText
from layerlift.domain.names import LayerName, SemanticVersion, parse_object_key
from layerlift.domain.outcomes import InspectResult, Outcome
from layerlift.domain.policy import Inspection
from layerlift.domain.release import Artifact, Release, ReleaseState
from layerlift.domain.report import Report, Severity
from layerlift.inspecting.inspection import Expectations, inspect_zip, report_gone
from layerlift.inspecting.sbom import cyclonedx_json
from layerlift.ports.aws import Artifacts
from layerlift.ports.registry import Registry
from layerlift.releasing.policies import read_policy
from layerlift.releasing.records import layer_partition, load_all

REPORTS_PREFIX = "reports/"
_SHOWN_FINDINGS = 20
"""Findings that travel through the state machine, whose payload is bounded to 256 KiB
(https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html); the report has all."""


def report_key(artifact: Artifact, layer: str | None, version: str | None) -> str:
    """Return the key of an object version's inspection report.

    The object's own key is no part of it: it may be as long as S3 allows already.
    """
    folder = "unrecognised" if layer is None else f"{layer}/{version}"
    return f"{REPORTS_PREFIX}{folder}/{artifact.version_id}.json"


def sbom_key(kept: str) -> str:
    """Return the key of the bill of materials that belongs to a report's key."""
    return f"{kept.removesuffix('.json')}.cdx.json"


def inspect(
    bucket: str,
    key: str,
    version_id: str | None,
    *,
    artifacts: Artifacts,
    registry: Registry,
) -> InspectResult:
    """Return the verdict on an object version (None: the current one), and keep the report.

    :raises Unavailable: if the object could not be read.
    """
    dropped = artifacts.find(bucket, key, version_id)
    if dropped is None:
        gone = Artifact(bucket=bucket, key=key, version_id=version_id or "none")
        return _result(gone, report_gone(key), None)
    report = inspect_zip(dropped, _expectations(bucket, key, artifacts, registry))
    kept = report_key(dropped.artifact, report.layer, report.version)
    artifacts.put_report(bucket, kept, report.model_dump_json(indent=2))
    if report.accepted:
        artifacts.put_report(bucket, sbom_key(kept), cyclonedx_json(report))
    return _result(dropped.artifact, report, kept)


def _expectations(bucket: str, key: str, artifacts: Artifacts, registry: Registry) -> Expectations:
    policy = read_policy(registry)
    rules = Inspection() if policy is None else policy.inspection
    before = _release_before(key, registry)
    return Expectations(
        key=key,
        budget=rules.max_unzipped_bytes,
        previous=None if before is None else _read_report(before, bucket, artifacts),
        removed_modules=Severity(rules.removed_modules),
    )


def _release_before(key: str, registry: Registry) -> Release | None:
    """Return the release with the next lower version that did not fail, None if there is none.

    By version, not by time: 1.4.1 mends 1.4.0, also after 2.0.0 has been released.
    """
    try:
        layer, version = parse_object_key(key)
    except InvalidText:
        return None
    return _highest_below(version, _releases(layer, registry))


def _read_report(release: Release, bucket: str, artifacts: Artifacts) -> Report | None:
    if release.report_url is None:
        return None
    kept = artifacts.find_report(bucket, release.report_url.removeprefix(f"s3://{bucket}/"))
    return None if kept is None else Report.model_validate_json(kept)


def _releases(layer: LayerName, registry: Registry) -> tuple[Release, ...]:
    return load_all(registry, Release, layer_partition(layer), "RELEASE#")


def _highest_below(version: SemanticVersion, releases: tuple[Release, ...]) -> Release | None:
    mine = semver.Version.parse(version)
    lower = [
        release
        for release in releases
        if release.state is not ReleaseState.FAILED and semver.Version.parse(release.version) < mine
    ]
    return max(lower, key=lambda release: semver.Version.parse(release.version), default=None)


def _result(artifact: Artifact, report: Report, kept: str | None) -> InspectResult:
    return InspectResult(
        outcome=Outcome.ACCEPTED if report.accepted else Outcome.REJECTED,
        reason=report.reason,
        artifact=artifact,
        layer=report.layer,
        version=report.version,
        digest=report.sha256,
        report_key=kept,
        findings=report.findings[:_SHOWN_FINDINGS],
    )
