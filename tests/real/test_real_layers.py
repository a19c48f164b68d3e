"""Layers as platform teams build them are accepted, told right, and nothing is held against them.

The zips are made of locked packages: the first run fetches those from their registries, later ones
read the zips from `.tools/real` and touch no network.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from layerlift.adapters.files import FileBytes
from layerlift.domain.report import Report, Severity
from layerlift.inspecting.compatibility.runtimes import family_of
from layerlift.inspecting.inspection import inspect_zip
from tests.real.node_modules import installed, node_layer
from tests.real.wheelhouse import pinned, python_layer

EACH = ("x86_64", "arm64")


def creatable(family: str, since: tuple[int, ...]) -> tuple[str, ...]:
    """Name the runtimes of a family that functions can still be created on, from a version on."""
    return tuple(
        runtime.name
        for runtime in family_of(family)
        if runtime.is_creatable and runtime.version >= since
    )


@dataclass(frozen=True)
class Claim:
    """What is true of a layer whichever architecture it was built for.

    ``is_native`` says whether it has code of that architecture; without, it serves both.
    """

    layer: str
    runtimes: tuple[str, ...] = ("python3.13",)
    is_native: bool = True


PYTHON = (
    Claim("requests"),
    Claim("pydantic"),
    Claim("numpy"),
    Claim("pandas-scipy"),
    Claim("cryptography"),
    Claim("orjson"),
    Claim("pillow"),
    Claim("lxml"),
    Claim("psycopg"),
    # Pure Python; its metadata asks for 3.10.
    Claim("botocore", creatable("python", since=(3, 10)), is_native=False),
    Claim("powertools"),
)


def inspected(path: Path) -> Report:
    return inspect_zip(FileBytes(path))


def held_against(report: Report) -> list[str]:
    return [
        f"{found.code}: {found.message}"
        for found in report.findings
        if found.severity is not Severity.INFO
    ]


@pytest.mark.parametrize("architecture", EACH)
@pytest.mark.parametrize("claim", PYTHON, ids=lambda claim: claim.layer)
def test_a_layer_of_wheels_is_accepted_and_told_right(claim: Claim, architecture: str) -> None:
    report = inspected(python_layer(claim.layer, architecture))
    assert held_against(report) == []
    assert report.accepted
    assert report.kind == "python"
    assert report.runtimes == claim.runtimes
    assert set(report.architectures) == ({architecture} if claim.is_native else set(EACH))
    assert {canonicalize_name(package.name): package.version for package in report.packages} == {
        canonicalize_name(name): version for name, version in pinned(claim.layer).items()
    }


@pytest.mark.parametrize("architecture", EACH)
def test_a_layer_of_npm_packages_is_accepted_and_told_right(architecture: str) -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed: it is what makes this layer")
    layer = node_layer("axios-sharp", architecture)
    report = inspected(layer)
    assert held_against(report) == []
    assert report.accepted
    assert report.kind == "nodejs"
    assert report.runtimes == creatable("nodejs", since=(20,))  # the engines of sharp
    assert report.architectures == (architecture,)
    assert {package.name: package.version for package in report.packages} == installed(layer)


def test_the_big_layer_is_as_big_as_layers_get() -> None:
    report = inspected(python_layer("pandas-scipy", "x86_64"))
    assert report.unzipped_size > 200_000_000
