"""Which architectures native code leaves possible."""

import pytest

from layerlift.inspecting.compatibility.inference import Compatibility
from layerlift.inspecting.native.files import BinaryFormat, read_native
from tests.corpus.elves import elf_file
from tests.unit.inspecting.compatibility.layers import compatibility, native, said
from tests.unit.inspecting.native.content import Content

X86, ARM = "cpython-313-x86_64-linux-gnu.so", "cpython-313-aarch64-linux-gnu.so"


def of(*files: tuple[str, str], architectures: tuple[str, ...] = ()) -> Compatibility:
    parts = [native(path, machine) for path, machine in files]
    return compatibility("python/shop.py", *parts, architectures=architectures)


def test_without_native_code_both_are_served() -> None:
    assert of().architectures == ("x86_64", "arm64")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([(f"python/a.{X86}", "x86_64")], ("x86_64",)),
        ([(f"python/a.{ARM}", "arm64")], ("arm64",)),
        ([(f"python/a.{X86}", "x86_64"), (f"python/a.{ARM}", "arm64")], ("x86_64", "arm64")),
        (
            [
                (f"python/a.{X86}", "x86_64"),
                (f"python/a.{ARM}", "arm64"),
                (f"python/b.{ARM}", "arm64"),
            ],
            ("arm64",),
        ),
        (
            [
                ("nodejs/node_modules/a/prebuilds/linux-x64/a.node", "x86_64"),
                ("nodejs/node_modules/a/prebuilds/linux-arm64/a.node", "arm64"),
            ],
            ("x86_64", "arm64"),
        ),
        (
            [
                ("nodejs/node_modules/@esbuild/linux-x64/bin/esbuild", "x86_64"),
                ("nodejs/node_modules/@esbuild/linux-arm64/bin/esbuild", "arm64"),
            ],
            ("x86_64", "arm64"),
        ),
        ([("nodejs/node_modules/@esbuild/linux-x64/bin/esbuild", "x86_64")], ("x86_64",)),
        (
            [
                (f"python/psycopg_binary/_psycopg.{X86}", "x86_64"),
                ("python/psycopg_binary.libs/libpq-1a2b3c4d.so.5", "x86_64"),
            ],
            ("x86_64",),
        ),
        (
            [
                ("python/numpy.libs/libopenblas-1a2b3c4d.so", "x86_64"),
                ("python/numpy.libs/libopenblas-5e6f7a8b.so", "arm64"),
            ],
            ("x86_64", "arm64"),
        ),
    ],
)
def test_a_thing_serves_the_architectures_that_it_is_built_for(
    files: list[tuple[str, str]], expected: tuple[str, ...]
) -> None:
    found = of(*files)
    assert found.architectures == expected
    assert found.findings == ()


@pytest.mark.parametrize(
    "files",
    [
        [(f"python/a.{X86}", "x86_64"), (f"python/b.{ARM}", "arm64")],
        [("bin/a", "x86_64"), ("bin/b", "arm64")],
        [
            ("nodejs/node_modules/@esbuild/linux-x64/bin/esbuild", "x86_64"),
            ("nodejs/node_modules/@img/sharp-linux-arm64/sharp.node", "arm64"),
        ],
    ],
)
def test_things_for_different_architectures_exclude_each_other(
    files: list[tuple[str, str]],
) -> None:
    found = of(*files)
    assert found.architectures == ()
    assert said(found.findings) == [("native-architectures-mixed", "error")]
    for path, machine in files:
        assert f"{path!r}" in found.findings[0].message
        assert machine in found.findings[0].message


def test_a_resource_that_names_its_platform_gives_way_to_code_that_does_not() -> None:
    found = of((f"python/a.{ARM}", "arm64"), ("python/b/attach_linux_amd64.so", "x86_64"))
    assert found.architectures == ("arm64",)
    assert said(found.findings) == [("native-architecture-leftover", "warning")]
    assert found.findings[0].entry == "python/b/attach_linux_amd64.so"


def test_a_declared_architecture_that_is_served_is_fine() -> None:
    files = [(f"python/a.{X86}", "x86_64"), (f"python/a.{ARM}", "arm64")]
    assert of(*files, architectures=("arm64",)).findings == ()


def test_a_declared_architecture_that_is_not_served_names_what_proves_it() -> None:
    found = of((f"python/a.{X86}", "x86_64"), architectures=("x86_64", "arm64"))
    assert said(found.findings) == [("architecture-disagrees", "error")]
    assert found.findings[0].message == (
        f"Declared for arm64, but 'python/a.{X86}' is built for x86_64"
    )
    assert found.architectures == ("x86_64",)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("amd64", "x86_64"), ("aarch64", "arm64"), ("X64", "x86_64"), ("riscv64", "")],
)
def test_an_unknown_architecture_is_named_with_what_is_meant(name: str, hint: str) -> None:
    found = of(architectures=(name,))
    assert said(found.findings) == [("architecture-unknown", "error")]
    assert hint in found.findings[0].message


def test_builds_for_musl_count_for_nothing() -> None:
    musl = elf_file(machine="arm64", needed=("libc.musl-aarch64.so.1",))
    path = "nodejs/node_modules/a/prebuilds/{}/a.node"
    found = compatibility(
        native(path.format("linux-x64")),
        read_native(path.format("linuxmusl-arm64"), Content(musl), BinaryFormat.ELF),
    )
    assert found.architectures == ("x86_64",)
