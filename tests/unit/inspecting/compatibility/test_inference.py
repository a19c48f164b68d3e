"""Kinds, and which runtimes of the other families a layer serves."""

import time

import pytest

from layerlift.inspecting.compatibility.nodejs import oldest_major
from layerlift.inspecting.compatibility.runtimes import runtimes
from layerlift.inspecting.native.files import NativeFile
from layerlift.inspecting.packages.metadata import JavaArchive, PackageMetadata
from tests.unit.inspecting.compatibility.layers import (
    compatibility,
    distribution,
    native,
    node_package,
    said,
)

Part = str | NativeFile | PackageMetadata


def creatable(family: str, *besides: str) -> set[str]:
    names = {r.name for r in runtimes().values() if r.family == family and r.is_creatable}
    return names - set(besides)


@pytest.mark.parametrize(
    ("paths", "kind"),
    [
        (["python/a.py"], "python"),
        (["nodejs/a.js"], "nodejs"),
        (["java/lib/a.jar"], "java"),
        (["ruby/lib/a.rb"], "ruby"),
        (["extensions/a"], "extension"),
        (["bootstrap"], "custom-runtime"),
        (["bin/a"], "binaries"),
        (["lib/a.so"], "binaries"),
        (["models/a.bin"], "data"),
        (["config.json"], "data"),
        (
            ["lib/a.so", "extensions/a", "nodejs/a.js", "python/a.py"],
            "python+nodejs+extension+binaries",
        ),
        (["bootstrap", "ruby/lib/a.rb", "java/lib/a.jar"], "java+ruby+custom-runtime"),
        (["python/a.py", "models/a.bin"], "python"),
        (["python/a.py", "layerlift.yaml", "__MACOSX/x", ".DS_Store"], "python"),
        (["python/numpy.libs/liba.so"], "python"),
        (["layerlift.yaml"], "data"),
        (["__MACOSX/python/._a.py", "._b"], "data"),
        (["python/", "models/a.bin"], "data"),
    ],
)
def test_the_kind_is_told_by_the_folders(paths: list[str], kind: str) -> None:
    assert compatibility(*paths).kind == kind


@pytest.mark.parametrize(
    "paths", [["models/a.bin"], ["bin/a"], ["lib/a.so"], ["extensions/a"], ["layerlift.yaml"]]
)
def test_what_serves_every_runtime_names_none(paths: list[str]) -> None:
    found = compatibility(*paths)
    assert (found.runtimes, found.architectures) == ((), ("x86_64", "arm64"))
    assert found.findings == ()


@pytest.mark.parametrize("path", ["bin/a", "extensions/a", "tool/a"])
def test_a_program_that_needs_a_new_glibc_names_the_runtimes_that_have_it(path: str) -> None:
    expected = {r.name for r in runtimes().values() if r.is_creatable and r.glibc >= (2, 34)}
    assert set(compatibility(native(path, glibc="2.28")).runtimes) == expected
    assert {"python3.13", "nodejs22.x", "dotnet8", "provided.al2023"} <= expected
    assert compatibility(native(path, glibc="2.26")).runtimes == ()


JARS = [JavaArchive(f"java/lib/{n}.jar", n, "1", None, c) for n, c in (("a", 52), ("b", 61))]
CASES: dict[str, tuple[list[Part], set[str]]] = {
    "node modules": (["nodejs/node_modules/a/index.js"], creatable("nodejs")),
    "node modules of one version": (["nodejs/node22/node_modules/a/index.js"], {"nodejs22.x"}),
    "node modules of two versions": (
        ["nodejs/node22/node_modules/a.js", "nodejs/node20/node_modules/a.js"],
        {"nodejs20.x", "nodejs22.x"},
    ),
    "engines": (
        [node_package("a", ">=18"), node_package("b", ">= 20.9.0"), node_package("c", "*")],
        creatable("nodejs", "nodejs16.x", "nodejs18.x"),
    ),
    "engines with an end that nobody keeps": (
        [node_package("a", ">=0.10 <7")],
        creatable("nodejs"),
    ),
    "jars": (
        list(JARS),
        creatable("java") - {"java8.al2", "java8.al2023", "java11", "java11.al2023"},
    ),
    "an old jar": ([JARS[0]], creatable("java")),
    "gems": (["ruby/gems/3.3.0/gems/a-1.0/lib/a.rb"], {"ruby3.3"}),
    "gems of two versions": (
        ["ruby/gems/3.3.0/gems/a-1.0/lib/a.rb", "ruby/gems/3.4.0/gems/a-1.0/lib/a.rb"],
        {"ruby3.3", "ruby3.4"},
    ),
    "ruby code": (["ruby/lib/a.rb"], creatable("ruby")),
    "a custom runtime": (["bootstrap"], {"provided.al2", "provided.al2023"}),
    "a custom runtime that needs a new glibc": (
        [native("bootstrap", glibc="2.34")],
        {"provided.al2023"},
    ),
    "several families": (
        ["python/a.py", distribution("a", ">=3.13"), "nodejs/node24/node_modules/a.js"],
        {"python3.13", "python3.14", "python3.15", "nodejs24.x"},
    ),
    "a family and an extension": (["extensions/a", "ruby/gems/3.4.0/a"], {"ruby3.4"}),
}


@pytest.mark.parametrize(("parts", "expected"), CASES.values(), ids=list(CASES))
def test_a_layer_serves_what_nothing_in_it_excludes(parts: list[Part], expected: set[str]) -> None:
    found = compatibility(*parts)
    assert set(found.runtimes) == expected
    assert found.findings == ()


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        (["nodejs/node14/node_modules/a.js"], "Node.js 14"),
        ([JavaArchive("java/lib/z.jar", "z", "1", None, 90)], "Java 46"),
        (["ruby/gems/9.9.0/gems/a-1.0/lib/a.rb"], "Ruby 9.9"),
    ],
)
def test_a_version_that_lambda_does_not_offer_is_an_error(parts: list[Part], named: str) -> None:
    found = compatibility(*parts)
    assert said(found.findings) == [("runtime-unserved", "error")]
    assert named in found.findings[0].message
    assert found.runtimes == ()


def test_engines_that_no_runtime_fulfils_are_only_a_warning() -> None:
    found = compatibility(node_package("a", ">=99"), "nodejs/node22/node_modules/b.js")
    assert said(found.findings) == [("node-engine-unserved", "warning")]
    assert found.runtimes == ("nodejs22.x",)


@pytest.mark.parametrize(
    ("wanted", "oldest"),
    [
        (">=18", 18),
        (">= 18.17.0", 18),
        (">18", 19),
        (">18.2", 18),
        (">18.x", 19),
        ("^20.3.0", 20),
        ("~20", 20),
        ("20.x", 20),
        ("v20", 20),
        ("18 - 22", 18),
        ("^18.17.0 || ^20.3.0 || >=21.0.0", 18),
        (">=22 || ^20", 20),
        (">=18 <23", 18),
        ("<23 >=18", 18),
        ("*", None),
        ("", None),
        ("x || >=20", None),
        ("<20", None),
        ("lts/*", None),
        (">=9" * 1000, None),
    ],
)
def test_the_oldest_major_version_of_a_range(wanted: str, oldest: int | None) -> None:
    assert oldest_major(wanted) == oldest


def test_a_layer_made_to_take_long_does_not() -> None:
    clauses = ",".join(["~=3.1"] * 19)
    parts: list[Part] = [
        *(distribution(f"a{n}", f"{clauses},!=3.9.{n}") for n in range(1000)),
        *(native(f"python/m{n}.cpython-313-x86_64-linux-gnu.so") for n in range(1000)),
        *(f"python/lib/python3.{n}/site-packages/a.py" for n in range(1000)),
        "python/lib/python3." + "1" * 10_000 + "/site-packages/a.py",
        "ruby/gems/" + "1" * 10_000 + ".1.0/a",
        "nodejs/node" + "1" * 10_000 + "/node_modules/a.js",
    ]
    start = time.process_time()
    compatibility(*parts, runtimes=("python3.13",))
    assert time.process_time() - start < 5
