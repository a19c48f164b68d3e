"""Builds of one thing for several platforms are told by what their paths name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.inspecting.native.platforms import (
    named_in,
    named_platforms,
    platform_folder,
    variant_group,
)


@pytest.mark.parametrize(
    ("paths", "group"),
    [
        (
            (
                "python/_x.cpython-313-x86_64-linux-gnu.so",
                "python/_x.cpython-313-aarch64-linux-gnu.so",
                "python/_x.cpython-313-x86_64-linux-musl.so",
                "python/_x.cpython-313-darwin.so",
                "python/_x.cp313-win_amd64.pyd",
            ),
            "python/_x.cpython-313",
        ),
        (("python/_x.cpython-313t-darwin.so",), "python/_x.cpython-313t"),
        (("python/_x.abi3.so", "python/_x.abi3.pyd"), "python/_x.cpython-abi3"),
        (
            (
                "m/prebuilds/linux-x64/a.node",
                "m/prebuilds/linux-arm64/a.node",
                "m/prebuilds/darwin-x64+arm64/a.node",
                "m/prebuilds/win32-ia32/a.node",
                "m/prebuilds/linux-x64/a.musl.node",
                "m/prebuilds/linux-arm/a.armv7.node",
            ),
            "m/prebuilds/*/a",
        ),
        (
            ("@esbuild/linux-x64/bin/esbuild", "@esbuild/darwin-arm64/bin/esbuild"),
            "@esbuild/*/bin/esbuild",
        ),
        (
            ("@img/sharp-linux-x64/x.so.8.17.1", "@img/sharp-linuxmusl-arm64/libx.so.8.17.1"),
            "@img/sharp/x",
        ),
        (
            (
                "@r/rollup-linux-x64-gnu/r.linux-x64-gnu.node",
                "@r/rollup-darwin-x64/r.darwin-x64.node",
            ),
            "@r/rollup/r",
        ),
        (
            (
                "c/libquery_engine-rhel-openssl-3.0.x.so.node",
                "c/libquery_engine-linux-arm64-openssl-3.0.x.so.node",
                "c/libquery_engine-darwin-arm64.dylib.node",
                "c/query_engine-windows.dll.node",
            ),
            "c/query_engine",
        ),
        (
            (
                "r/win-x64/native/x.dll",
                "r/linux-x64/native/libx.so",
                "r/osx-arm64/native/libx.dylib",
            ),
            "r/*/native/x",
        ),
        (
            ("python/numpy.libs/libz-1b7162d6.so", "python/numpy.libs/libz-4b78795a.so.1"),
            "python/numpy.libs",
        ),
        (("lib/libfoo.so", "lib/libfoo.so.1", "lib/libfoo.so.1.2.3"), "lib/foo"),
        (("jq-linux-amd64", "jq-linux-arm64"), "jq"),
    ],
)
def test_builds_for_several_platforms_share_a_group(paths: tuple[str, ...], group: str) -> None:
    assert {variant_group(path) for path in paths} == {group}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("python/_x.cpython-312-darwin.so", "python/_x.cpython-313-darwin.so"),
        ("python/_x.cpython-313-darwin.so", "python/_y.cpython-313-darwin.so"),
        ("python/a/_x.abi3.so", "python/b/_x.abi3.so"),
        ("bin/python3.11", "bin/python3.12"),
        ("lib/libfoo.so.1", "lib/libbar.so.1"),
        ("lib/alarm.so", "lib/al.so"),
        ("bin/lib", "bin/liblib"),
    ],
)
def test_different_things_do_not(one: str, other: str) -> None:
    assert variant_group(one) != variant_group(other)


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("prebuilds/linux-x64/a.node", {"linux", "x86_64"}),
        ("prebuilds/win32-ia32/a.node", {"windows", "i386"}),
        ("sharp-linuxmusl-arm64/a.node", {"linux", "musl", "arm64"}),
        ("a/_x.cpython-313-x86_64-linux-gnu.so", {"linux", "x86_64"}),
        ("a/manylinux_2_17_aarch64/x", {"linux", "arm64"}),
        ("a/musllinux_1_2_x86_64/x", {"linux", "musl", "x86_64"}),
        ("attach_linux_x86.so", {"linux", "i386"}),
        ("MacOS/Tool", {"darwin"}),
        ("a/tool.exe", {"windows"}),
        ("a/libx.dylib", {"darwin"}),
        ("a/android-arm64/x.node", {"musl", "arm64"}),
        ("a/linux-riscv64/x.node", {"linux", "other"}),
        ("a/freebsd-x64/x.node", {"unix", "x86_64"}),
        ("swarm/alarm/machine/window/x.so", set()),
        ("python/charm.so", set()),
        ("", set()),
    ],
)
def test_words_of_a_path_name_platforms(path: str, named: set[str]) -> None:
    assert named_platforms(path) == named


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("@esbuild/win32-x64/esbuild.exe", "@esbuild/*"),
        ("@esbuild/linux-x64/bin/esbuild", "@esbuild/*"),
        ("bin/napi-v3/linux/arm64/a.node", "bin/napi-v3/*/*"),
        ("bin/napi-v3/darwin/x64/b.node", "bin/napi-v3/*/*"),
        ("python/_x.cpython-313-darwin.so", None),
        ("x", None),
    ],
)
def test_the_folder_of_a_platform_is_found(path: str, folder: str | None) -> None:
    assert platform_folder(path) == folder


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_any_path_has_a_group(path: str) -> None:
    assert variant_group(path)
    assert named_in(path) <= named_platforms(path) | {"windows", "darwin"}
