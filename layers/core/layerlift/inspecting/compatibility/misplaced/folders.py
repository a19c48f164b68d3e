"""Files that came along, or are not read, whatever the layer is for."""

import re
from collections.abc import Iterator

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.compatibility.manifest import MANIFEST
from layerlift.inspecting.compatibility.misplaced import codes
from layerlift.inspecting.compatibility.misplaced.tree import Tree

_MANIFEST_LIKE = re.compile(r"(?:[^/]+/)?layerlift\.(?:ya?ml|json|toml)", re.IGNORECASE)


def check_manifest_name(tree: Tree) -> Iterator[Finding]:
    """Yield a warning for what is meant as the manifest and is not read as such."""
    folders = ("python", "nodejs", "java", "ruby")
    inside = (f"{top}/{name}" for top in folders for name in tree.folders.get(top, ()))
    for path in (*sorted(tree.names_at_root), *inside):
        if path in tree.present and _MANIFEST_LIKE.fullmatch(path):
            yield codes.MANIFEST_MISNAMED.found(
                f"{path!r} is not read; the manifest is {MANIFEST!r} at the root of the zip", path
            )
            return


def check_function_folder(tree: Tree) -> Iterator[Finding]:
    """Yield a warning for the folder that a function's code is put into."""
    path = next(iter(tree.folders.get("var", {}).get("task", ())), None)
    if path:
        yield codes.FUNCTION_CODE.found(
            f"{path!r} lies in 'var/task/', where Lambda puts a function's code; of a layer it "
            "becomes '/opt/var/task/', where no runtime looks",
            path,
            severity=Severity.WARNING,
        )


def check_leftovers(tree: Tree) -> Iterator[Finding]:
    """Yield one finding if a desktop's files came along: an error if nothing else did."""
    if not tree.leftovers:
        return
    first, more = tree.leftovers[0], len(tree.leftovers) - 1
    if tree.files:
        listed = f"{first!r} and {more:,} more file{'s' if more > 1 else ''} are leftovers"
        says = listed if more else f"{first!r} is a leftover"
        yield codes.DESKTOP_LEFTOVERS.found(f"{says} of a desktop", first)
    else:
        yield codes.NOTHING_BUT_LEFTOVERS.found(
            f"The zip holds nothing but what a desktop keeps for itself, such as {first!r}", first
        )
