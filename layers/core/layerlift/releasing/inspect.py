"""Inspect: read the dropped object, keep the report beside it, and answer with the verdict."""

from layerlift.domain.outcomes import InspectResult, Outcome
from layerlift.domain.release import Artifact
from layerlift.domain.report import Report, Severity
from layerlift.inspecting.inspection import inspect_artifact
from layerlift.ports.aws import Artifacts

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


def inspect(bucket: str, key: str, version_id: str | None, artifacts: Artifacts) -> InspectResult:
    """Return the verdict on an object version (None: the current one), and keep the report.

    :raises Unavailable: if the object could not be read.
    """
    dropped = artifacts.find(bucket, key, version_id)
    report = inspect_artifact(key, dropped)
    if dropped is None:
        gone = Artifact(bucket=bucket, key=key, version_id=version_id or "none")
        return _result(gone, report, None)
    kept = report_key(dropped.artifact, report.layer, report.version)
    artifacts.put_report(bucket, kept, report.model_dump_json(indent=2))
    return _result(dropped.artifact, report, kept)


def _result(artifact: Artifact, report: Report, kept: str | None) -> InspectResult:
    errors_first = sorted(report.findings, key=lambda found: found.severity is not Severity.ERROR)
    return InspectResult(
        outcome=Outcome.ACCEPTED if report.accepted else Outcome.REJECTED,
        reason=report.reason,
        artifact=artifact,
        layer=report.layer,
        version=report.version,
        digest=report.sha256,
        report_key=kept,
        findings=tuple(errors_first[:_SHOWN_FINDINGS]),
    )
