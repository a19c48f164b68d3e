"""Where the files of a layer lie, and whether a runtime looks there: from their names alone.

An error is code that is evidently meant for a runtime and cannot be reached by it; where the same
mistake leaves everything reachable, or junk came along, it is a warning. Data may lie anywhere.
"""

from collections.abc import Iterable, Iterator

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.compatibility.misplaced import codes, folders
from layerlift.inspecting.compatibility.misplaced.archives import check_archives
from layerlift.inspecting.compatibility.misplaced.dependencies import check_dependencies
from layerlift.inspecting.compatibility.misplaced.java import check_java
from layerlift.inspecting.compatibility.misplaced.nodejs import check_nodejs
from layerlift.inspecting.compatibility.misplaced.python import check_python
from layerlift.inspecting.compatibility.misplaced.ruby import check_ruby
from layerlift.inspecting.compatibility.misplaced.spelling import check_case
from layerlift.inspecting.compatibility.misplaced.system import check_system
from layerlift.inspecting.compatibility.misplaced.tree import (
    BOOTSTRAP,
    KNOWN_FOLDERS,
    Tree,
    tree_of,
)
from layerlift.inspecting.compatibility.misplaced.wrapping import (
    check_part_in_a_folder,
    check_wrapping,
)

_CHECKS = (
    check_case,
    check_part_in_a_folder,
    check_archives,
    check_python,
    check_nodejs,
    check_java,
    check_ruby,
    check_system,
    check_dependencies,
    folders.check_function_folder,
    folders.check_manifest_name,
)


def check_layout(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Yield what is wrong with where the files lie; directories alone count for nothing.

    Paths: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
    """
    tree = tree_of(entries)
    # Within a folder of its own everything else would be found wrong, too.
    found = list(check_wrapping(tree)) or [finding for check in _CHECKS for finding in check(tree)]
    yield from found
    yield from folders.check_leftovers(tree)
    if not any(finding.severity is Severity.ERROR for finding in found):
        yield from _check_search_paths(tree)


def _check_search_paths(tree: Tree) -> Iterator[Finding]:
    is_searched = KNOWN_FOLDERS & set(tree.folders) or BOOTSTRAP in tree.names_at_root
    if tree.files and not is_searched:
        yield codes.NOTHING_ON_A_SEARCH_PATH.found(
            "No file is where a runtime looks by itself; functions have to open files under /opt",
            tree.files[0],
        )
