"""Shared libraries and extensions that the execution environment will not find."""

import re
from collections.abc import Iterator

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.compatibility.misplaced import codes
from layerlift.inspecting.compatibility.misplaced.tree import Tree

_LIBRARY = re.compile(r"lib64/[^/]+\.so(?:\.\d+)*")
_ELSEWHERE = re.compile(
    r"(?:libs/|usr/(?:local/)?lib(?:64)?/|lib/[a-z\d_]+-linux-gnu/)?(?P<name>lib[^/]+\.so(?:\.\d+)*)"
)
"""Where libraries lie that may be opened by their path, but are not found by their name."""

_NAMES = ("extension", "extention", "extentions")


def check_system(tree: Tree) -> Iterator[Finding]:
    """Yield what is wrong with where libraries and extensions lie."""
    yield from _check_libraries(tree)
    yield from _check_other_libraries(tree)
    yield from _check_extensions(tree)


def _check_libraries(tree: Tree) -> Iterator[Finding]:
    """LD_LIBRARY_PATH: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html."""
    for path in tree.in_folder("lib64"):
        wanted = path.replace("lib64/", "lib/", 1)
        if not _LIBRARY.fullmatch(path) or wanted in tree.present:
            continue
        # Programs find libraries beside them by their own run path ($ORIGIN/../lib64, ld.so(8)).
        has_programs = "bin" in tree.folders or tree.starts_itself
        yield codes.LIBRARIES_MISPLACED.found(
            f"{path!r} lies in 'lib64/', which is not on LD_LIBRARY_PATH",
            path,
            fix=f"Put it into lib/, so that it becomes {wanted!r}",
            severity=Severity.WARNING if has_programs else None,
        )
        return


def _check_other_libraries(tree: Tree) -> Iterator[Finding]:
    if "bin" in tree.folders or tree.starts_itself:
        return
    for path in (*sorted(tree.names_at_root), *_in_folders_of_libraries(tree)):
        match = _ELSEWHERE.fullmatch(path)
        if match and f"lib/{match['name']}" not in tree.present:
            folder = f"'{path[: match.start('name')]}'" if "/" in path else "the root of the zip"
            yield codes.LIBRARIES_MISPLACED.found(
                f"{path!r} lies in {folder}, which is not on LD_LIBRARY_PATH",
                path,
                fix=f"Put it into lib/, so that it becomes 'lib/{match['name']}'; leave it if "
                "functions open it by its path",
                severity=Severity.WARNING,
            )
            return


def _in_folders_of_libraries(tree: Tree) -> Iterator[str]:
    yield from (path for top in ("libs", "usr") for path in tree.in_folder(top))
    for second, paths in tree.folders.get("lib", {}).items():
        if second.endswith("-linux-gnu"):
            yield from paths


def _check_extensions(tree: Tree) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html."""
    direct = [path for path in tree.in_folder("extensions") if path.count("/") == 1]
    nested = [] if direct else tree.in_folder("extensions")
    other = [path for name in _NAMES for path in tree.in_folder(name) if _is_program(path)]
    for path in (*nested[:1], *other[:1]):
        name = path.rpartition("/")[2]
        yield codes.EXTENSIONS_MISPLACED.found(
            f"{path!r} is not directly in 'extensions/', so that Lambda does not start it",
            path,
            fix=f"Put the executable there, so that it becomes 'extensions/{name}'",
        )


def _is_program(path: str) -> bool:
    name = path.rpartition("/")[2]
    return path.count("/") == 1 and ("." not in name or name.endswith((".sh", ".py", ".js")))
