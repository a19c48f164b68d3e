"""What differs from the release before, and whether the new version number owns up to it.

The number is a promise (https://semver.org, 2.0.0): within a major version, what functions import
stays there. A layer is shared, so a module that goes missing breaks functions of other teams.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import semver

from layerlift.domain.limits import MEGABYTE
from layerlift.domain.report import (
    Changes,
    Finding,
    NativeCode,
    Package,
    PackageChange,
    Report,
    Severity,
)
from layerlift.inspecting.findings import FindingKind
from layerlift.inspecting.native.extension_names import parse_extension_name
from layerlift.inspecting.packages.metadata import normalised

MODULE_REMOVED = FindingKind(
    code="module-removed",
    severity=Severity.WARNING,
    meaning=(
        "Functions could import a module from the release before and cannot from this one, though "
        "its number promises compatibility. They fail on their first call after the layer is "
        "updated. The policy says whether that rejects the layer"
    ),
    example="1.5.0 no longer has the module requests, which 1.4.0 had",
    fix="Bring it back, or release this as a new major version",
)
PACKAGE_REMOVED = FindingKind(
    code="package-removed",
    severity=Severity.INFO,
    meaning=(
        "Packages of the release before are not in this one. That is fine if nothing imports them "
        "and worth a look if nobody meant to remove them"
    ),
    example="1.5.0 no longer has the package idna 3.7, which 1.4.0 had",
    fix="Nothing, if it was meant; otherwise add it to what the layer is built from",
)
SIZE_GREW = FindingKind(
    code="size-grew",
    severity=Severity.INFO,
    meaning=(
        "The layer takes much more room than the release before. A function and all its layers "
        "share one limit, so a function that had just enough room may not take the new version"
    ),
    example="Unzipped it grew from 40.0 MB to 65.0 MB since 1.4.0",
    fix="Look at what takes the space, and leave out what functions do not need",
)

_MUCH_GROWTH = 1.25
"""A quarter more is no longer the growth of the same packages from release to release."""

_LEAST_GROWTH = 5_000_000
"""Bytes: 2 % of what a function and its layers may have (262,144,000), below which nobody cares."""

_NAMED = 10
"""Names that a message lists: it travels through chat."""

_NODE_MODULE = re.compile(
    r"(?:^|/)nodejs/(?:node\d+/)?node_modules/(?:@[^/]+/)?[^/]+/package\.json$"
)
"""A package that ``require`` finds by its name; nested ones serve their parent only."""

_MYPYC = "__mypyc"
"""The end of the module in which mypyc keeps a package's shared code. Its name is a digest, another
in every build, and nothing imports it but its own package."""

_VERSIONED_ROOT = re.compile(r"^python/lib/python3\.\d+/site-packages/|^nodejs/node\d+/")
_BUILD_DIGEST = re.compile(r"-[0-9a-f]{8}(?=[.-])[^/]*(?=\.so)")
_LIBRARY_VERSION = re.compile(r"(?<=\.so)(?:\.\d+)+$")


def changes_since(previous: Report, report: Report) -> Changes:
    """Return what differs in ``report`` from ``previous``, each list sorted.

    A module is what a function can import by name: a Python module, or a Node.js package that is
    not nested in another. Native code is compared without its Python ABI, its build's digest and
    its version, so that a rebuild for the next Python adds and removes nothing.
    """
    before, after = _by_name(previous.packages), _by_name(report.packages)
    modules_before, modules_after = _modules(previous), _modules(report)
    native_before, native_after = _by_purpose(previous.native), _by_purpose(report.native)
    return Changes(
        since=previous.version or "",
        added=_missing(before, after),
        removed=_missing(after, before),
        changed=tuple(_changed(before, after)),
        modules_added=tuple(sorted(modules_after - modules_before)),
        modules_removed=tuple(sorted(modules_before - modules_after)),
        native_added=_without(native_after, native_before),
        native_removed=_without(native_before, native_after),
        size_before=previous.unzipped_size,
        size_after=report.unzipped_size,
    )


def check_changes(
    changes: Changes, previous_version: str | None, version: str | None, severity: Severity
) -> Iterator[Finding]:
    """Yield what is worth knowing about ``changes``; ``severity`` is that of a removed module.

    What has no semantic version promises nothing: then a removed module is merely mentioned.
    """
    then, now = previous_version or "the release before", version or "This release"
    gone = [module for module in changes.modules_removed if _is_public(module)]
    if gone and not _is_breaking(previous_version, version):
        promised = _parse(previous_version) is not None and _parse(version) is not None
        yield MODULE_REMOVED.found(
            f"{now} no longer has the {_listed('module', gone)}, which {then} had",
            severity=severity if promised else Severity.INFO,
        )
    if changes.removed:
        names = [" ".join(filter(None, (p.name, p.version))) for p in changes.removed]
        yield PACKAGE_REMOVED.found(
            f"{now} no longer has the {_listed('package', names)}, which {then} had"
        )
    growth = changes.size_after - changes.size_before
    if growth >= _LEAST_GROWTH and changes.size_after > changes.size_before * _MUCH_GROWTH:
        yield SIZE_GREW.found(
            f"Unzipped it grew from {changes.size_before / MEGABYTE:.1f} MB "
            f"to {changes.size_after / MEGABYTE:.1f} MB since {then}"
        )


_Packages = dict[tuple[str, str], list[Package]]


def _by_name(packages: Iterable[Package]) -> _Packages:
    found: _Packages = defaultdict(list)
    for package in packages:
        is_python = package.ecosystem == "pypi"
        name = normalised(package.name) if is_python else package.name
        found[package.ecosystem, name].append(package)
    return found


def _missing(where: _Packages, among: _Packages) -> tuple[Package, ...]:
    """Return the packages ``among`` which no version is in ``where``."""
    return tuple(p for key in sorted(among.keys() - where.keys()) for p in among[key])


def _changed(before: _Packages, after: _Packages) -> Iterator[PackageChange]:
    for key in sorted(before.keys() & after.keys()):
        then, now = _versions(before[key]), _versions(after[key])
        if then != now:
            yield PackageChange(name=after[key][0].name, before=then, after=now)


def _versions(packages: Sequence[Package]) -> str | None:
    """Return the versions in one line: npm and RubyGems install several side by side."""
    return ", ".join(sorted({package.version for package in packages if package.version})) or None


def _modules(report: Report) -> set[str]:
    node = {p.name for p in report.packages if p.ecosystem == "npm" and _NODE_MODULE.search(p.path)}
    return {module.name for module in report.modules} | node


def _is_public(module: str) -> bool:
    """Whether functions may rely on ``module``: PEP 8 keeps a leading underscore for the others."""
    return not module.startswith("_") and not module.endswith(_MYPYC)


def _by_purpose(native: Iterable[NativeCode]) -> dict[str, str]:
    """Return the path of each file by what stays of it from build to build."""
    return {_purpose(code.path): code.path for code in native}


def _purpose(path: str) -> str:
    folder, slash, file = path.rpartition("/")
    extension = parse_extension_name(file)
    if extension:
        path = f"{folder}{slash}{extension.module}.so"
    for varying in (_BUILD_DIGEST, _LIBRARY_VERSION):
        path = varying.sub("", path)
    return _VERSIONED_ROOT.sub(lambda root: f"{root.group().partition('/')[0]}/", path)


def _without(these: dict[str, str], those: dict[str, str]) -> tuple[str, ...]:
    return tuple(sorted(these[purpose] for purpose in these.keys() - those.keys()))


def _is_breaking(previous: str | None, version: str | None) -> bool:
    """Whether ``version`` may break what ``previous`` promised.

    A new major version may, and before 1.0.0 a new minor one (semver 4). A pre-release promises
    nothing yet (semver 9).
    """
    then, now = _parse(previous), _parse(version)
    if then is None or now is None:
        return False
    if then.major == now.major == 0 and then.minor != now.minor:
        return True
    return then.major != now.major or then.prerelease is not None


def _parse(version: str | None) -> semver.Version | None:
    return semver.Version.parse(version) if version and semver.Version.is_valid(version) else None


def _listed(noun: str, names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    shown = [*names[:_NAMED], f"{more} more"] if more > 0 else list(names)
    if len(shown) == 1:
        return f"{noun} {shown[0]}"
    return f"{noun}s {', '.join(shown[:-1])} and {shown[-1]}"
