"""The direction of dependencies, and the other house rules that a parser can see."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CORE = ROOT / "layers/core/layerlift"
FUNCTIONS = sorted(path.parent for path in ROOT.glob("functions/*/handler.py"))
AWS = {"boto3", "botocore"}

# What each package of the core may import of the core.
ARROWS = {
    "domain": {"domain"},
    "ports": {"ports", "domain"},
    "inspecting": {"inspecting", "ports", "domain"},
    "releasing": {"releasing", "inspecting", "ports", "domain"},
    "adapters": {"adapters", "ports", "domain"},
    "telling": {"telling", "ports", "domain"},
    "console": {"console", "releasing", "ports", "domain"},
    "probe": set(),
}
MAX_HANDLER_LINES = 25


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield every module that a file imports, also inside functions and for types only."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def core_files(package: str) -> list[Path]:
    return sorted((CORE / package).rglob("*.py"))


def every_file() -> list[Path]:
    """Return everything that is deployed."""
    found = [
        *CORE.rglob("*"),
        *(ROOT / "functions").rglob("*"),
        *(ROOT / "statemachines").glob("*"),
    ]
    return sorted(path for path in found if path.suffix in {".py", ".json", ".txt", ".in"})


def test_every_package_of_the_core_has_a_rule() -> None:
    packages = {path.parent.name for path in CORE.glob("*/__init__.py")}
    assert packages == set(ARROWS)


@pytest.mark.parametrize("package", ARROWS)
def test_a_package_imports_only_what_its_arrows_point_to(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in core_files(package)
        for line, module in imports(path)
        if module.startswith((".", "layerlift"))
        and module.removeprefix("layerlift.").split(".")[0] not in ARROWS[package]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "path",
    [path for path in every_file() if path.suffix == ".py" and "adapters" not in path.parts],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_only_adapters_know_the_aws_sdk(path: Path) -> None:
    assert [(line, name) for line, name in imports(path) if name.split(".")[0] in AWS] == []


@pytest.mark.parametrize("package", ["domain", "ports", "inspecting", "releasing"])
def test_only_the_edge_reads_the_environment_and_the_time(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in core_files(package)
        for found in re.findall(
            r"os\.environ|os\.getenv|datetime\.now|time\.time", path.read_text()
        )
    ]
    assert wrong == []


def test_domain_does_no_input_or_output() -> None:
    forbidden = {"os", "pathlib", "socket", "subprocess", "urllib", "http", "io", "tempfile"}
    wrong = [
        f"{path.name}:{line} imports {module}"
        for path in core_files("domain")
        for line, module in imports(path)
        if module.split(".")[0] in forbidden
    ]
    assert wrong == []


@pytest.mark.parametrize("path", every_file(), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_deployed_knows_nothing_of_the_emulator(path: Path) -> None:
    assert not re.search("ministack|localstack|emulator|4566", path.read_text(), re.IGNORECASE)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda path: path.name)
def test_a_function_imports_the_core_and_its_own_settings(function: Path) -> None:
    allowed = {"layerlift", "settings", "aws_lambda_powertools", "os", "time", "typing"}
    used = {module.split(".")[0] for path in function.glob("*.py") for _, module in imports(path)}
    assert used <= allowed


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda path: path.name)
def test_a_handler_parses_calls_one_verb_and_answers(function: Path) -> None:
    tree = ast.parse((function / "handler.py").read_text())
    (handler,) = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
    assert handler.name == "handler"
    length = (handler.end_lineno or 0) - handler.body[0].lineno + 1
    assert length <= MAX_HANDLER_LINES
    branches = [n for n in ast.walk(handler) if isinstance(n, ast.If | ast.Try | ast.While)]
    assert branches == []


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda path: path.name)
def test_a_function_is_its_handler_and_its_settings(function: Path) -> None:
    assert {path.name for path in function.glob("*.py")} <= {"handler.py", "settings.py"}


def test_names_that_say_nothing_are_not_used() -> None:
    empty = {"utils", "util", "common", "helpers", "helper", "manager", "misc"}
    assert [
        path for path in every_file() if set(path.relative_to(ROOT).with_suffix("").parts) & empty
    ] == []
