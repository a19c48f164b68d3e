"""Report: what the inspection of a release found, and how to mend it."""

from dataclasses import dataclass

from layerlift.console.desk import Desk, Visit
from layerlift.console.details import known
from layerlift.console.rendering import render
from layerlift.console.requests import NotUnderstood, ShowReport
from layerlift.console.words import Word, counted, say
from layerlift.domain.release import Release
from layerlift.domain.report import Package, Report, Severity
from layerlift.domain.sizes import shown_size

_MOST_FINDINGS = 200
_MOST_PACKAGES = 300
"""Rows that a page takes without getting slow; the rest are counted, and stand in the report."""

_ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True)
class FindingView:
    """A finding; ``entry`` is empty if it is about the whole zip."""

    word: Word
    code: str
    message: str
    fix: str
    entry: str


@dataclass(frozen=True)
class ReportView:
    """A report. ``facts`` are pairs of a label and a text."""

    layer: str
    version: str
    facts: tuple[tuple[str, str], ...]
    findings: tuple[FindingView, ...]
    more_findings: str
    packages: tuple[tuple[str, str, str], ...]
    more_packages: str


def show_report(request: ShowReport, visit: Visit, desk: Desk) -> str:
    """Return the widget ``report``.

    :raises NotUnderstood: if there is no such release, or its report has been removed.
    """
    release = known(desk.registry, request.layer, request.version)
    report = _read(release, desk)
    findings = sorted(report.findings, key=lambda found: _ORDER.index(found.severity))
    view = ReportView(
        layer=release.layer,
        version=release.version,
        facts=_facts(report),
        findings=tuple(
            FindingView(
                word=say(found.severity),
                code=found.code,
                message=found.message,
                fix=found.fix,
                entry=found.entry or "",
            )
            for found in findings[:_MOST_FINDINGS]
        ),
        more_findings=_more(len(findings) - _MOST_FINDINGS, "finding"),
        packages=tuple(_package(package) for package in report.packages[:_MOST_PACKAGES]),
        more_packages=_more(len(report.packages) - _MOST_PACKAGES, "package"),
    )
    return render("report", visit.frame, view)


def find_report(release: Release, desk: Desk) -> Report | None:
    """Return the report of a release, None if it has been removed."""
    bucket = release.artifact.bucket
    url = release.report_url or ""
    key = url.removeprefix(f"s3://{bucket}/")
    kept = desk.artifacts.find_report(bucket, key) if url else None
    return None if kept is None else Report.model_validate_json(kept)


def _read(release: Release, desk: Desk) -> Report:
    report = find_report(release, desk)
    if report is None:
        raise NotUnderstood(
            f"The report of {release.layer} {release.version} is not there any more. "
            "Inspect the zip again: layerlift inspect FILE"
        )
    return report


def _facts(report: Report) -> tuple[tuple[str, str], ...]:
    sizes = f"{shown_size(report.size)}, {shown_size(report.unzipped_size)} unzipped"
    return (
        ("Kind", report.kind or "unknown"),
        ("Size", f"{sizes}, {counted(report.entries, 'file')}"),
        ("Runtimes", ", ".join(report.published_runtimes) or "any"),
        ("Architectures", ", ".join(report.published_architectures) or "any"),
        ("SHA-256", report.sha256 or "not read"),
    )


def _package(package: Package) -> tuple[str, str, str]:
    return package.name, package.version or "", package.license or ""


def _more(number: int, noun: str) -> str:
    return f"and {counted(number, noun)} more" if number > 0 else ""
