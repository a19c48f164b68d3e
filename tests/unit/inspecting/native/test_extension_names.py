"""The names of Python's extension modules, as each system and build of it writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.inspecting.native.extension_names import ExtensionName, parse_extension_name


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        (
            "_x.cpython-313-x86_64-linux-gnu.so",
            ExtensionName(
                "_x",
                "cpython",
                (3, 13),
                architecture="x86_64",
                libc="glibc",
                system="linux",
            ),
        ),
        (
            "_x.cpython-39-aarch64-linux-musl.so",
            ExtensionName(
                "_x", "cpython", (3, 9), architecture="arm64", libc="musl", system="linux"
            ),
        ),
        (
            "_x.cpython-313t-x86_64-linux-gnu.so",
            ExtensionName(
                "_x",
                "cpython",
                (3, 13),
                is_free_threaded=True,
                architecture="x86_64",
                libc="glibc",
                system="linux",
            ),
        ),
        (
            "_x.cpython-314td-x86_64-linux-gnu.so",
            ExtensionName(
                "_x",
                "cpython",
                (3, 14),
                is_free_threaded=True,
                is_debug=True,
                architecture="x86_64",
                libc="glibc",
                system="linux",
            ),
        ),
        (
            "_x.cpython-36m-i386-linux-gnu.so",
            ExtensionName(
                "_x", "cpython", (3, 6), architecture="i386", libc="glibc", system="linux"
            ),
        ),
        (
            "_x.cpython-313-arm-linux-gnueabihf.so",
            ExtensionName(
                "_x", "cpython", (3, 13), architecture="arm", libc="glibc", system="linux"
            ),
        ),
        ("_x.cpython-313-darwin.so", ExtensionName("_x", "cpython", (3, 13), system="darwin")),
        ("_x.cpython-313.so", ExtensionName("_x", "cpython", (3, 13))),
        ("_x.abi3.so", ExtensionName("_x", "cpython", is_abi3=True)),
        (
            "_x.abi3t.so",
            ExtensionName("_x", "cpython", is_abi3=True, is_free_threaded=True),
        ),
        (
            "_x.pypy310-pp73-x86_64-linux-gnu.so",
            ExtensionName(
                "_x", "pypy", (3, 10), architecture="x86_64", libc="glibc", system="linux"
            ),
        ),
        ("_x.pypy39-pp73-darwin.so", ExtensionName("_x", "pypy", (3, 9), system="darwin")),
        (
            "_x.cp313-win_amd64.pyd",
            ExtensionName("_x", "cpython", (3, 13), architecture="x86_64", system="windows"),
        ),
        (
            "_x.cp313t-win_arm64.pyd",
            ExtensionName(
                "_x",
                "cpython",
                (3, 13),
                is_free_threaded=True,
                architecture="arm64",
                system="windows",
            ),
        ),
        (
            "_x.cp38-win32.pyd",
            ExtensionName("_x", "cpython", (3, 8), architecture="i386", system="windows"),
        ),
        ("_x.abi3.pyd", ExtensionName("_x", "cpython", is_abi3=True, system="windows")),
        (
            "_x.cpython-312-wasm32-emscripten.so",
            ExtensionName("_x", "cpython", (3, 12)),
        ),
    ],
)
def test_a_tagged_name_is_read(filename: str, expected: ExtensionName) -> None:
    assert parse_extension_name(filename) == expected


@pytest.mark.parametrize(
    "filename",
    [
        "",
        "_x.so",
        "libx.so.1",
        "libx-1.2.so",
        "x.node",
        "x.tar.gz",
        "_x.pyd",
        "a.b.so",
        "x.cpython.so",
        "x.cpython-3.so",
        "x.cpython-313x86_64-linux-gnu.so",
        "x.cpython-313-x86_64-linux-gnu.so.1",
        "x.cpython-313.pyc",
        "x.abi4.so",
        ".abi3.so",
        "x.cpython-٣١٣-x86_64-linux-gnu.so",
        "dir/x.abi3.so\n",
    ],
)
def test_other_names_say_nothing(filename: str) -> None:
    assert parse_extension_name(filename) is None


@given(
    st.text(max_size=60) | st.from_regex(r"\A[a-z_]{1,5}\.(cp|cpython-|pypy)[0-9a-z_-]{0,30}\.so")
)
def test_any_name_is_judged(filename: str) -> None:
    found = parse_extension_name(filename)
    assert found is None or filename.startswith(f"{found.module}.")
