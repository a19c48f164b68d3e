"""Hotfixes: whether a version below the newest may still be released."""

import semver

from layerlift.domain.names import LayerName, SemanticVersion
from layerlift.domain.policy import Policy
from layerlift.domain.release import LivePointer, Release, ReleaseState
from layerlift.ports.registry import Registry
from layerlift.releasing.records import layer_partition, load_all


def why_not_below(
    registry: Registry, policy: Policy, layer: LayerName, version: SemanticVersion
) -> str:
    """Say why a version must not be released after a newer one; empty if it may.

    Versions are compared as https://semver.org has it. The newest is the highest that a pointer
    of any stage names or that is on its way. A hotfix, where the policy allows hotfixes, mends a
    line (``MAJOR.MINOR``) of which an earlier version was released.
    """
    releases = load_all(registry, Release, layer_partition(layer), "RELEASE#")
    newest = _newest(registry, layer, releases)
    mine = semver.Version.parse(version)
    if newest is None or mine >= newest:
        return ""
    lines = {_line(release.version) for release in releases if release.version != version}
    mends_a_line = (mine.major, mine.minor) in lines
    if any(release.version == version for release in releases):
        # Its bytes are a release, which they stay: they cannot be dropped as another one.
        if policy.hotfixes and mends_a_line:
            return ""
        return (
            f"{layer} {newest} is live or on its way, and {version} is below it: consumers would "
            f"go back. Take {newest} back where it is, or change the layer and drop it as a "
            f"version above {newest}."
        )
    if not policy.hotfixes:
        return (
            f"{layer} {newest} is live or on its way, and {version} is below it: consumers would "
            "go back. Drop the bytes as a version above it, or allow hotfixes in the policy "
            "(hotfixes: true)."
        )
    if mends_a_line:
        return ""
    return (
        f"{layer} {newest} is live or on its way, and {version} mends no line that was released: "
        f"there is no {layer} {mine.major}.{mine.minor}.x. Drop the bytes as a version above "
        f"{newest}."
    )


def _newest(
    registry: Registry, layer: LayerName, releases: tuple[Release, ...]
) -> semver.Version | None:
    live = load_all(registry, LivePointer, layer_partition(layer), "LIVE#")
    versions = {record.pointer.version for record in live if record.pointer is not None}
    versions |= {r.version for r in releases if r.state is ReleaseState.PROMOTING}
    return max((semver.Version.parse(version) for version in versions), default=None)


def _line(version: SemanticVersion) -> tuple[int, int]:
    parsed = semver.Version.parse(version)
    return parsed.major, parsed.minor
