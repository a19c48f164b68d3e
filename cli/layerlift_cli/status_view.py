"""Releases as people read them: at most 80 columns, colour where there is a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import semver
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from layerlift.domain.guidance.terms import UNTOUCHED
from layerlift.domain.release import Drop
from layerlift.releasing.status import ReleaseStatus, StageStatus, Status
from layerlift_cli.outcome_style import mark, styled
from layerlift_cli.screen import shown

_DIGEST_SHOWN = 12


_GONE_BACK = "What was live before is live again."
_NOTHING_MOVED = "Nothing was moved there: what was live stays live."
_NEXT_STEP = (
    "If the layer is at fault, mend it and drop it as the "
    "next version; if not, drop the same file again."
)


_ENDED = ("failed", "superseded", "rolled_back")

_UNUSUAL = {"held", "inactive", "owed", "replaced", "stuck", "superseded", UNTOUCHED}
"""States that not everybody meets every day."""

_AFTER_ROLLBACK = (
    "Dropped again, it needs an approval where it was rolled back. To mend it, drop the next "
    "version."
)


def status_view(
    status: Status, layer: str | None = None, refused: Sequence[Drop] = ()
) -> RenderableType:
    """Return every release of a status, newest first, and the drops that were refused last."""
    views: list[RenderableType] = []
    for release in status.releases:
        views.extend((release_view(release, newer_than(release, status)), Text("")))
    if not views:
        whose = f"No release of {layer} yet." if layer else "No releases yet."
        views.extend((Text(f"{whose} Drop one: layerlift push LAYER-VERSION.zip"), Text("")))
    if refused:
        refusals = (Text("Refused lately:", style="dim"), *map(_refused_line, refused))
        views.extend((*refusals, Text("")))
    words = sorted(_UNUSUAL & {str(word) for each in status.releases for word in _words(each)})
    if words:
        said = f"What a word means: layerlift explain WORD ({', '.join(words)})"
        views.extend((Text(said, style="dim"), Text("")))
    return Group(*views[:-1])


def _words(release: ReleaseStatus) -> Iterable[str]:
    """Yield every state that a release's view shows."""
    yield release.state
    for stage in release.stages:
        yield stage.state
        yield from (target.state for target in stage.targets)
        if release.state in _ENDED and any(t.state == "pending" for t in stage.targets):
            yield UNTOUCHED


def _refused_line(drop: Drop) -> RenderableType:
    head = Text(f"  {drop.dropped_at:%Y-%m-%d %H:%M} UTC  {shown(drop.artifact.key)}")
    return Group(head, Padding(Text(shown(drop.reason)), (0, 0, 0, 4)))


def newer_than(release: ReleaseStatus, status: Status) -> str:
    """Return the highest version of the layer above this one that is live or on its way, if any."""
    mine = semver.Version.parse(release.version)
    there = (
        semver.Version.parse(other.version)
        for other in status.releases
        if other.layer == release.layer and _is_there(other)
    )
    return str(max((version for version in there if version > mine), default=""))


def _is_there(release: ReleaseStatus) -> bool:
    targets = (target for stage in release.stages for target in stage.targets)
    return release.state == "promoting" or any(target.state == "active" for target in targets)


def release_view(release: ReleaseStatus, newer: str = "") -> RenderableType:
    """Return one release: its head, and its targets; ``newer`` is what stands above it, if any."""
    parts: list[RenderableType] = [release_head(release, newer)]
    if release.stages:
        parts.append(targets_table(release.stages, has_ended=release.state in _ENDED))
        parts.extend(_troubles(release.stages))
    waiting = next((stage for stage in release.stages if stage.state == "waiting"), None)
    if waiting is not None:
        parts.append(approval_hint(release.layer, release.version, waiting.stage))
    parts.extend(
        hold_hint(release, stage) for stage in release.stages if stage.state in ("held", "baking")
    )
    return Group(*parts)


def _troubles(stages: Iterable[StageStatus]) -> Iterable[RenderableType]:
    """Yield why targets are owed the release, or stuck at it."""
    for stage in stages:
        for target in stage.targets:
            if target.reason:
                line = Text(f"{stage.stage} {target.region}: {shown(target.reason)}", "yellow")
                yield Padding(line, (0, 0, 0, 2))


def release_head(release: ReleaseStatus, newer: str = "") -> RenderableType:
    """Return what a release is, its state, and why it is in it; ``newer`` as for its view."""
    head = Text.assemble(
        mark(release.state), " ", (f"{release.layer} {release.version}", "bold"), "  "
    )
    head.append_text(styled(release.state))
    if release.digest:
        head.append(f"  sha256 {release.digest[:_DIGEST_SHOWN]}", style="dim")
    parts: list[RenderableType] = [head]
    if release.reason:
        parts.append(Padding(Text(shown(release.reason)), (0, 0, 0, 2)))
    for stage in release.stages:
        if stage.state == "rolled_back" and stage.reason:
            line = Text(f"{stage.stage}: {shown(stage.reason)}", "yellow")
            parts.append(Padding(line, (0, 0, 0, 2)))
    if release.state == "rolled_back":
        said = _after_rollback_below(newer) if newer else _AFTER_ROLLBACK
        parts.append(Padding(Text(said, style="dim"), (0, 0, 0, 2)))
    if release.state == "failed" and not list(_troubles(release.stages)):
        now = _NOTHING_MOVED if _has_moved_nothing(release.stages) else _GONE_BACK
        parts.append(Padding(Text(f"{now} {_NEXT_STEP}", style="dim"), (0, 0, 0, 2)))
    if release.report_url:
        see = f"What was found in it: layerlift report {release.layer} {release.version}"
        parts.append(Padding(Text(see, style="dim"), (0, 0, 0, 2)))
    return Group(*parts)


def _has_moved_nothing(stages: Iterable[StageStatus]) -> bool:
    """Say whether no target was touched of the stages that have failed."""
    failed = [stage for stage in stages if stage.state == "failed"]
    targets = [target for stage in failed for target in stage.targets]
    return bool(targets) and all(target.state == "pending" for target in targets)


def _after_rollback_below(newer: str) -> str:
    return (
        f"Dropped again it is rejected, for {newer} is above it and live or on its way. Take "
        f"{newer} back first, or mend the layer and drop it as a version above {newer}."
    )


def approval_hint(layer: str, version: str, stage: str) -> Text:
    """Return how to decide on a release that waits."""
    return Text(f"  waits for approval: layerlift approve {layer} {version} {stage}", "yellow")


def hold_hint(release: ReleaseStatus, stage: StageStatus) -> RenderableType:
    """Return why a stage does not go on yet, and how to make it."""
    if stage.state == "baking":
        return Padding(Text(f"{stage.stage}: {shown(stage.reason)}", "cyan"), (0, 0, 0, 2))
    command = f"layerlift override {release.layer} {release.version} {stage.stage}"
    return Padding(
        Group(
            Text(f"{stage.stage} is held. {shown(stage.reason)}", "yellow", overflow="fold"),
            Text("It goes on by itself once nothing holds it, or in spite of it by", "dim"),
            Text(f"{command} --help", "dim"),
        ),
        (0, 0, 0, 2),
    )


def targets_table(stages: Iterable[StageStatus], *, has_ended: bool = False) -> Table:
    """Return a row a target: state, version number, and the digest Lambda vouches for.

    Where a release that has ended never came, nothing is pending any more.
    """
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for title in ("  stage", "region", "state", "version", "CodeSha256"):
        table.add_column(title, no_wrap=True, justify="right" if title == "version" else "left")
    for stage in stages:
        for index, target in enumerate(stage.targets):
            state = target.state
            # The stage says more than its targets only while it waits for something.
            if state == "pending":
                is_waiting = stage.state in ("waiting", "held")
                state = stage.state if is_waiting else UNTOUCHED if has_ended else state
            table.add_row(
                f"  {stage.stage}" if index == 0 else "",
                target.region,
                styled(state),
                "" if target.version_number is None else str(target.version_number),
                Text((target.code_sha256 or "")[:_DIGEST_SHOWN], style="dim"),
            )
    return table
