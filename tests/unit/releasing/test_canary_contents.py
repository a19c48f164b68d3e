"""What of an inspected layer a canary is told to try."""

import pytest

from layerlift.domain.report import Declaration, LayerFile, Module, NativeCode, Package
from layerlift.releasing.canary_contents import contents_of
from tests.fakes.world import report_of

SITE = "python/lib/python3.13/site-packages/"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("python/numpy/core/_umath.cpython-313-x86_64-linux-gnu.so", "numpy.core._umath"),
        (f"{SITE}numpy/_core.cpython-313-aarch64-linux-gnu.so", "numpy._core"),
        ("python/crypto/_rust.abi3.so", "crypto._rust"),
        ("python/_top.cpython-313-x86_64-linux-gnu.so", None),  # a top-level module already
        ("python/numpy.libs/_x.cpython-313-x86_64-linux-gnu.so", None),
        ("python/numpy/libfast.so", None),  # a library that is no module
        ("lib/_x.cpython-313-x86_64-linux-gnu.so", None),
    ],
)
def test_compiled_modules_go_by_their_dotted_names(path: str, name: str | None) -> None:
    native = (NativeCode(path=path, architecture="x86_64"),)
    found = contents_of(report_of(b"zip").model_copy(update={"native": native})).compiled
    assert found == (() if name is None else (Module(name=name, path=path),))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("nodejs/node_modules/lodash/package.json", "lodash"),
        ("nodejs/node_modules/@aws/sdk/package.json", "@aws/sdk"),
        ("nodejs/node22/node_modules/lodash/package.json", "lodash"),
        ("nodejs/node_modules/a/node_modules/b/package.json", None),
        ("nodejs/node_modules/a/lib/package.json", None),
        ("nodejs/node_modules/.pnpm/package.json", None),
    ],
)
def test_packages_are_those_that_require_finds(path: str, name: str | None) -> None:
    packages = (Package(name="said", ecosystem="npm", path=path),)
    found = contents_of(report_of(b"zip").model_copy(update={"packages": packages})).packages
    assert [package.name for package in found] == ([] if name is None else [name])


@pytest.mark.parametrize(
    ("native", "declared", "expected"),
    [
        (False, (), ()),
        (True, (), ("x86_64", "arm64")),
        (False, ("arm64",), ("arm64",)),
        (True, ("arm64",), ("arm64",)),
    ],
)
def test_architectures_matter_where_there_is_native_code_or_they_are_declared(
    native: bool, declared: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    report = report_of(b"zip").model_copy(
        update={
            "native": (NativeCode(path="lib/x.so", architecture=None),) if native else (),
            "architectures": ("x86_64", "arm64"),
            "declared": Declaration(architectures=declared),
        }
    )
    assert contents_of(report).architectures == expected


def test_what_there_is_no_room_for_is_counted() -> None:
    native = tuple(
        NativeCode(path=f"python/p/_m{n}.abi3.so", architecture="x86_64") for n in range(510)
    )
    files = (LayerFile(path="data.bin", size=1, is_executable=False),)
    report = report_of(b"zip").model_copy(
        update={"native": native, "files": files, "files_left_out": 7}
    )
    contents = contents_of(report)
    assert (len(contents.compiled), contents.left_out) == (500, 17)
    assert contents.files == files
