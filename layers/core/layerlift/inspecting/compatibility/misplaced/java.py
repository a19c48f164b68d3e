"""Java code that is not on the class path.

https://docs.aws.amazon.com/lambda/latest/dg/java-layers.html
"""

from collections.abc import Iterator

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.compatibility.misplaced import codes
from layerlift.inspecting.compatibility.misplaced.spelling import is_misspelt
from layerlift.inspecting.compatibility.misplaced.tree import Tree

LIB = "java/lib/"
_CODE = (".jar", ".class")


def check_java(tree: Tree) -> Iterator[Finding]:
    """Yield what is wrong with where Java code lies, one finding a folder."""
    yield from _check_java_folder(tree)
    is_on_the_path = any(map(is_reached, tree.in_folder("java")))
    for path in _outside(tree):
        yield _misplaced(path, Severity.WARNING if is_on_the_path else Severity.ERROR)
        return


def is_reached(path: str) -> bool:
    """Say whether ``path`` is a jar on the class path."""
    return path.startswith(LIB) and path.endswith(".jar") and "/" not in path[len(LIB) :]


def _check_java_folder(tree: Tree) -> Iterator[Finding]:
    code = [path for path in tree.in_folder("java") if path.endswith(_CODE)]
    reached = {path for path in code if is_reached(path)}
    for path in code:
        # A folder beside the jars that are on the path may be what one of them opens by itself.
        is_of_one = reached and path.startswith(LIB)
        if path not in reached and not is_of_one and not is_misspelt(path):
            yield _misplaced(path, Severity.ERROR)
            return


def _outside(tree: Tree) -> Iterator[str]:
    """Yield jars at the root or in lib/ that nothing in the layer can be meant to start."""
    if tree.starts_itself or "bin" in tree.folders:
        return
    for path in (*sorted(tree.names_at_root), *tree.in_folder("lib")):
        # Agents are named by their path, in JAVA_TOOL_OPTIONS
        # (https://docs.aws.amazon.com/lambda/latest/dg/java-customization.html).
        if path.endswith(".jar") and path.count("/") <= 1 and "agent" not in path.lower():
            yield path


def _misplaced(path: str, severity: Severity) -> Finding:
    name = path.rpartition("/")[2]
    wanted = f"so that this becomes '{LIB}{name}'" if name.endswith(".jar") else "packed as a jar"
    return codes.JAVA_MISPLACED.found(
        f"{path!r} is not on the class path",
        path,
        fix=f"Put it directly into java/lib/, {wanted}",
        severity=severity,
    )
