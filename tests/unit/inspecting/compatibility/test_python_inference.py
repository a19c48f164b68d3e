"""Which Pythons a layer serves, and which file proves it."""

import pytest

from layerlift.inspecting.native.files import NativeFile
from layerlift.inspecting.packages.metadata import PackageMetadata
from tests.unit.inspecting.compatibility.layers import (
    compatibility,
    distribution,
    native,
    said,
    wheel,
)

ALL = tuple(f"python3.{minor}" for minor in range(8, 16))
SITE_11, SITE_12, SITE_13 = (f"python/lib/python3.{x}/site-packages/" for x in (11, 12, 13))
Part = str | NativeFile | PackageMetadata


def since(minor: int) -> tuple[str, ...]:
    return tuple(name for name in ALL if int(name.partition(".")[2]) >= minor)


def ext(module: str, minor: int, site: str = "python/", machine: str = "x86_64") -> NativeFile:
    triplet = {"x86_64": "x86_64", "arm64": "aarch64"}[machine]
    return native(f"{site}{module}.cpython-3{minor}-{triplet}-linux-gnu.so", machine)


CASES: dict[str, tuple[list[Part], tuple[str, ...]]] = {
    "pure Python": (["python/six.py"], ALL),
    "an extension module": ([ext("a", 13)], ("python3.13",)),
    "one module for two versions": ([ext("a", 12), ext("a", 13)], ("python3.12", "python3.13")),
    "modules that share a version": ([ext("a", 12), ext("a", 13), ext("b", 13)], ("python3.13",)),
    "modules of both architectures": (
        [ext("a", 13, machine="x86_64"), ext("a", 13, machine="arm64")],
        ("python3.13",),
    ),
    "the stable ABI": ([native("python/a/_rust.abi3.so")], ALL),
    "the stable ABI since a version": (
        [
            native("python/a/_rust.abi3.so"),
            wheel("a", "cp311-abi3-manylinux_2_17_x86_64", "cp311-abi3-manylinux2014_x86_64"),
        ],
        since(11),
    ),
    "the stable ABI beside another": (
        [native("python/a/_rust.abi3.so"), ext("_cffi_backend", 13)],
        ("python3.13",),
    ),
    "the stable ABI as well as a version's": (
        [native("python/_a.abi3.so"), ext("_a", 13)],
        ALL,
    ),
    "a module that tells nothing, in a wheel that does": (
        [
            native("python/Tensor_flow/_core.so"),
            wheel("tensor_flow", "cp313-cp313-manylinux_2_17_x86_64"),
        ],
        ("python3.13",),
    ),
    "a library in a wheel for every Python": (
        [native("python/a/liba.so"), wheel("a", "py3-none-manylinux_2_17_x86_64")],
        ALL,
    ),
    "wheels of two versions over each other": (
        [ext("a/_a", 12), ext("a/_a", 13), wheel("a", "cp313-cp313-manylinux_2_17_x86_64")],
        ("python3.12", "python3.13"),
    ),
    "Requires-Python": (["python/a.py", distribution("a", ">=3.11")], since(11)),
    "the strictest Requires-Python": (
        [distribution("a", ">=3.9"), distribution("b", ">=3.12"), distribution("c", ">=3.10")],
        since(12),
    ),
    "Requires-Python with an end": (
        [distribution("a", "<3.14,>=3.10")],
        ("python3.10", "python3.11", "python3.12", "python3.13"),
    ),
    "Requires-Python that is none": ([distribution("a", "three or newer")], ALL),
    "Requires-Python of what is vendored": (
        [distribution("a", ">=3.14", "python/setuptools/_vendor/")],
        ALL,
    ),
    "a versioned folder": ([f"{SITE_12}a.py"], ("python3.12",)),
    "two versioned folders": ([f"{SITE_12}a.py", f"{SITE_13}a.py"], ("python3.12", "python3.13")),
    "a versioned folder beside one for all": ([f"{SITE_12}a.py", "python/b.py"], ("python3.12",)),
    "each folder with its own build": (
        [ext("a", 12, SITE_12), ext("a", 13, SITE_13)],
        ("python3.12", "python3.13"),
    ),
    "each folder with its own requirement": (
        [f"{SITE_12}a.py", distribution("a", ">=3.13", SITE_13)],
        ("python3.12", "python3.13"),
    ),
    "a glibc of Amazon Linux 2023": ([native("python/liba.so", glibc="2.28")], since(12)),
    "a glibc of Amazon Linux 2": ([native("python/liba.so", glibc="2.26")], ALL),
    "a new glibc in the folder of one version": (
        [native(f"{SITE_13}liba.so", glibc="2.34"), native(f"{SITE_11}liba.so", glibc="2.17")],
        ("python3.11", "python3.13"),
    ),
    "a new glibc in the build for one version": (
        [
            native("python/a.cpython-311-x86_64-linux-gnu.so", glibc="2.17"),
            native("python/a.cpython-312-x86_64-linux-gnu.so", glibc="2.34"),
        ],
        ("python3.11", "python3.12"),
    ),
    "a new glibc in bin/": (["python/a.py", native("bin/a", glibc="2.34")], since(12)),
    "a new glibc for another runtime": (
        ["python/a.py", native("nodejs/node_modules/a/a.node", glibc="2.34")],
        (*ALL, "nodejs20.x"),
    ),
    "a free-threaded build beside the regular one": (
        [ext("a", 13), native("python/a.cpython-313t-x86_64-linux-gnu.so")],
        ("python3.13",),
    ),
}


@pytest.mark.parametrize(("parts", "expected"), CASES.values(), ids=list(CASES))
def test_a_layer_serves_what_nothing_in_it_excludes(
    parts: list[Part], expected: tuple[str, ...]
) -> None:
    found = compatibility(*parts)
    served = {name for name in found.runtimes if name.startswith("python")}
    assert served == {name for name in expected if name.startswith("python")}
    assert set(expected) <= set(found.runtimes)
    assert found.findings == ()


CONTRADICTIONS: dict[str, tuple[list[Part], str, tuple[str, ...]]] = {
    "modules for different versions": (
        [ext("a", 12), ext("b", 13)],
        "python-abi-mixed",
        ("python/a.cpython-312", "python/b.cpython-313"),
    ),
    "a module in the folder of another version": (
        [ext("a", 13, SITE_12)],
        "python-abi-mismatch",
        (f"{SITE_12}a.cpython-313", "Python 3.12"),
    ),
    "a requirement that a module contradicts": (
        [ext("a", 13), distribution("b", ">=3.14")],
        "runtime-unserved",
        ("python/b-1.0.dist-info/METADATA", "python/a.cpython-313"),
    ),
    "a requirement that nothing fulfils": (
        [distribution("b", ">=3.99")],
        "runtime-unserved",
        ("python/b-1.0.dist-info/METADATA", "requires Python >=3.99"),
    ),
    "a version that is gone": ([ext("a", 7)], "runtime-unserved", ("CPython 3.7",)),
    "the folder of a version that is gone": (
        ["python/lib/python3.7/site-packages/a.py"],
        "runtime-unserved",
        ("Python 3.7",),
    ),
    "the folder of a version that never was": (
        ["python/lib/python3.99/site-packages/a.py"],
        "runtime-unserved",
        ("Python 3.99",),
    ),
    "a glibc that the version's system has not": (
        [native(f"{SITE_11}liba.so", glibc="2.34")],
        "runtime-unserved",
        (f"{SITE_11}liba.so", "glibc 2.34"),
    ),
}


@pytest.mark.parametrize(
    ("parts", "code", "named"), CONTRADICTIONS.values(), ids=list(CONTRADICTIONS)
)
def test_a_contradiction_is_one_error_that_names_what_proves_it(
    parts: list[Part], code: str, named: tuple[str, ...]
) -> None:
    found = compatibility(*parts)
    assert said(found.findings) == [(code, "error")]
    assert found.runtimes == ()
    for text in named:
        assert text in found.findings[0].message


def test_one_bad_folder_leaves_the_runtimes_of_the_other() -> None:
    found = compatibility(ext("a", 13, SITE_12), ext("a", 13, SITE_13))
    assert said(found.findings) == [("python-abi-mismatch", "error")]
    assert found.runtimes == ("python3.13",)


def test_a_large_layer_is_of_one_architecture_and_version() -> None:
    names = ["numpy/_core/_multiarray", "pandas/_libs/lib", "scipy/linalg/_fblas"]
    found = compatibility(
        *(ext(name, 13, machine="arm64") for name in names),
        native("python/numpy.libs/libscipy_openblas64_-1a2b3c4d.so", "arm64", "2.17"),
        native("python/scipy.libs/libgfortran-8a9b5c6d.so.5.0.0", "arm64", "2.28"),
        distribution("pandas", ">=3.11"),
        wheel("pandas", "cp313-cp313-manylinux_2_28_aarch64"),
    )
    assert (found.kind, found.runtimes, found.architectures, found.findings) == (
        "python",
        ("python3.13",),
        ("arm64",),
        (),
    )


def test_layerlifts_own_layer_serves_one_version_on_both_architectures() -> None:
    found = compatibility(
        *(ext("pydantic_core/_pydantic_core", 13, machine=m) for m in ("x86_64", "arm64")),
        *(ext("_yaml/_yaml", 13, machine=m) for m in ("x86_64", "arm64")),
        wheel("pydantic_core", "cp313-cp313-manylinux_2_17_x86_64"),
        "python/layerlift/__init__.py",
    )
    assert (found.runtimes, found.architectures) == (("python3.13",), ("x86_64", "arm64"))
    assert found.findings == ()
