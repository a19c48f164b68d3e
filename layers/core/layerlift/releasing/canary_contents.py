"""What of an inspected layer a canary can try."""

import re
from collections.abc import Iterator

from layerlift.domain.contents import Contents
from layerlift.domain.report import Module, Report
from layerlift.inspecting.compatibility.modules import site_of
from layerlift.inspecting.native.extension_names import parse_extension_name

_MAX_COMPILED = 500
"""They travel with the release; pandas and scipy together have 170."""

_MAX_PACKAGES = 500

_PACKAGE = re.compile(
    r"(nodejs/(?:node\d+/)?node_modules/((?:@[^/]+/)?[^/@.][^/]*))/package\.json", re.ASCII
)
"""The metadata of a package that ``require`` finds by its name, not one inside another."""


def contents_of(report: Report) -> Contents:
    """Return what a canary has to know of the layer that ``report`` is about."""
    compiled = tuple(_compiled(report))
    packages = tuple(_packages(report))
    left_out = max(0, len(compiled) - _MAX_COMPILED) + max(0, len(packages) - _MAX_PACKAGES)
    return Contents(
        kinds=tuple((report.kind or "").split("+")),
        architectures=report.declared.architectures or _architectures(report),
        compiled=compiled[:_MAX_COMPILED],
        packages=packages[:_MAX_PACKAGES],
        files=report.files,
        check=report.check,
        left_out=left_out + report.files_left_out,
    )


def _architectures(report: Report) -> tuple[str, ...]:
    """Return those that the native code is for."""
    return report.architectures if report.native else ()


def _compiled(report: Report) -> Iterator[Module]:
    """Yield Python's extension modules inside packages, which importing the package may not try."""
    for native in report.native:
        site = site_of(native.path)
        folder, _, filename = native.path.rpartition("/")
        extension = parse_extension_name(filename)
        if site is None or extension is None or f"{folder}/" == site:
            continue
        parts = [*folder[len(site) :].split("/"), extension.module]
        if all(part.isidentifier() for part in parts):
            yield Module(name=".".join(parts), path=native.path)


def _packages(report: Report) -> Iterator[Module]:
    for package in report.packages:
        found = _PACKAGE.fullmatch(package.path) if package.ecosystem == "npm" else None
        if found is not None:
            yield Module(name=found[2], path=found[1])
