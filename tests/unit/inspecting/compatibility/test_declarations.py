"""A declaration agrees with the files, or names the file that contradicts it."""

import pytest

from layerlift.inspecting.native.files import NativeFile
from layerlift.inspecting.packages.metadata import PackageMetadata
from tests.unit.inspecting.compatibility.layers import (
    compatibility,
    distribution,
    native,
    node_package,
    said,
)

Part = str | NativeFile | PackageMetadata
EXTENSION = "python/x.cpython-313-x86_64-linux-gnu.so"


@pytest.mark.parametrize(
    ("parts", "runtime"),
    [
        (["python/a.py"], "python3.12"),
        ([native(EXTENSION)], "python3.13"),
        (["models/a.bin"], "python3.13"),
        (["models/a.bin"], "java21"),
        (["bin/a"], "dotnet8"),
        ([native("bin/a", glibc="2.17")], "python3.11"),
        ([native("bin/a", glibc="2.34")], "python3.12"),
        (["extensions/a"], "nodejs22.x"),
        (["extensions/a", "python/a.py"], "nodejs22.x"),
        (["bootstrap"], "provided.al2"),
        (["python/a.py", "nodejs/a.js"], "nodejs22.x"),
    ],
)
def test_a_declared_runtime_that_is_served_is_fine(parts: list[Part], runtime: str) -> None:
    assert compatibility(*parts, runtimes=(runtime,)).findings == ()


@pytest.mark.parametrize(
    ("parts", "runtime", "message"),
    [
        (
            [native(EXTENSION)],
            "python3.12",
            f"Declared for python3.12, but '{EXTENSION}' is built for CPython 3.13",
        ),
        (
            [distribution("a", ">=3.12")],
            "python3.11",
            "Declared for python3.11, but 'python/a-1.0.dist-info/METADATA' requires Python >=3.12",
        ),
        (
            ["python/lib/python3.12/site-packages/a.py"],
            "python3.13",
            "Declared for python3.13, but 'python/lib/python3.12/site-packages/a.py' lies in a "
            "folder for Python 3.12 alone",
        ),
        (
            ["python/a.py"],
            "nodejs22.x",
            "Declared for nodejs22.x, but the layer has nothing for nodejs: it is python",
        ),
        (
            [native("bin/a", glibc="2.34")],
            "python3.11",
            "Declared for python3.11, but 'bin/a' needs glibc 2.34",
        ),
        (
            ["python/a.py", native("bin/a", glibc="2.34")],
            "nodejs18.x",
            "Declared for nodejs18.x, but 'bin/a' needs glibc 2.34",
        ),
        (
            ["nodejs/node22/node_modules/a.js"],
            "nodejs20.x",
            "Declared for nodejs20.x, but 'nodejs/node22/node_modules/a.js' lies in a folder for "
            "Node.js 22 alone",
        ),
        (
            [native(EXTENSION)],
            "python3.7",
            f"Declared for python3.7, but '{EXTENSION}' is built for CPython 3.13",
        ),
    ],
)
def test_a_declared_runtime_that_is_not_served_names_what_proves_it(
    parts: list[Part], runtime: str, message: str
) -> None:
    found = compatibility(*parts, runtimes=(runtime,))
    errors = [each for each in found.findings if each.severity == "error"]
    assert said(errors) == [("runtime-disagrees", "error")]
    assert errors[0].message == message


def test_what_is_inferred_does_not_depend_on_what_is_declared() -> None:
    parts: list[Part] = ["python/a.py", native(EXTENSION)]
    plain = compatibility(*parts)
    declared = compatibility(*parts, runtimes=("python3.12", "python3.13"))
    assert declared.runtimes == plain.runtimes == ("python3.13",)


def test_a_runtime_that_npm_would_only_warn_of_is_a_warning() -> None:
    found = compatibility(node_package("a", ">=22"), runtimes=("nodejs20.x",))
    assert said(found.findings) == [("runtime-disagrees", "warning")]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("python3.31", "python3.13"), ("nodejs22", "nodejs22.x"), ("Python3.13", "python3.13")],
)
def test_an_unknown_runtime_is_named_with_its_likeness(name: str, hint: str) -> None:
    found = compatibility("python/a.py", "nodejs/a.js", runtimes=(name,))
    assert said(found.findings) == [("runtime-unknown", "error")]
    assert hint in found.findings[0].message


def test_a_name_like_no_runtime_is_named_without_a_guess() -> None:
    found = compatibility("python/a.py", runtimes=("§" * 10_000,))
    assert said(found.findings) == [("runtime-unknown", "error")]
    assert "did you mean" not in found.findings[0].message


@pytest.mark.parametrize(
    "path", ["python/a.py", "python/lib/python3.7/site-packages/a.py", "models/a.bin"]
)
def test_a_retired_runtime_is_accepted_with_a_warning_and_never_inferred(path: str) -> None:
    found = compatibility(path, runtimes=("python3.7",))
    assert said(found.findings) == [("runtime-retired", "warning")]
    assert "python3.7" not in found.runtimes


def test_a_runtime_that_is_declared_twice_is_judged_once() -> None:
    found = compatibility("python/a.py", runtimes=("cobol", "cobol"))
    assert said(found.findings) == [("runtime-unknown", "error")]


def test_a_layer_that_contradicts_itself_is_not_also_held_to_its_declaration() -> None:
    other = "python/y.cpython-312-x86_64-linux-gnu.so"
    found = compatibility(native(EXTENSION), native(other), runtimes=("python3.11",))
    assert said(found.findings) == [("python-abi-mixed", "error")]
