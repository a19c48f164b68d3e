"""What is named as code must be code; what a linker or a person reads may be text."""

import stat

import pytest

from layerlift.domain.report import Severity
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.native import codes
from layerlift.inspecting.native.impostors import check_impostors, unmask
from tests.corpus.elves import LFS_POINTER as POINTER

MODULE = "python/_x.cpython-313-x86_64-linux-gnu.so"


def file(path: str, size: int) -> Entry:
    return Entry(
        path,
        size,
        packed_size=size,
        crc=0,
        is_deflated=False,
        flags=0,
        offset=0,
        mode=stat.S_IFREG | 0o755,
        is_directory=False,
        raw_name=path.encode(),
    )


def found(path: str, content: bytes, size: int | None = None) -> str | None:
    """Return the code and the sentence that the file gets, without its path."""
    impostor = unmask(file(path, len(content) if size is None else size), content)
    return None if impostor is None else f"{impostor.kind.code}: {impostor.what}"


@pytest.mark.parametrize(
    "path",
    [
        MODULE,
        "python/_x.abi3.so",
        "python/a/x.so",
        "python/a.libs/libz-1a2b3c.so.1.3.1",
        "lib/libz.so",
        "nodejs/node_modules/a/build/Release/a.node",
    ],
)
@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (bytes(100_000), "holds zeros"),
        (b"\n<!DOCTYPE html><html><body>Not found", "holds an HTML page"),
        (b"<html>", "holds an HTML page"),
        (b"PK\x03\x04\x14", "holds a zip"),
        (b"\x1f\x8b\x08", "holds a gzip archive"),
        (b"!<arch>\n", "holds a static library"),
        (b"\x01\x02\x03", "holds other data"),
    ],
)
def test_native_code_by_name_alone_is_an_error(path: str, content: bytes, what: str) -> None:
    assert found(path, content) == f"native-content-missing: is named as native code but {what}"


@pytest.mark.parametrize("path", [MODULE, "lib/libz.so.1", "lib/libz.so", "nodejs/a.node"])
def test_text_in_place_of_native_code_is_an_error(path: str) -> None:
    expected = "native-content-missing: is named as native code but holds text"
    assert found(path, b"libz.so.1.3.1") == expected


@pytest.mark.parametrize(
    "script",
    [
        b"/* GNU ld script\n   Use the shared library. */\nGROUP ( /lib64/libc.so.6 )\n",
        b"INPUT(libz.so.1)\n",
        b"INPUT ( -lncursesw )",
        b"OUTPUT_FORMAT(elf64-x86-64)\n",
    ],
)
def test_a_script_of_the_linker_is_no_library(script: bytes) -> None:
    assert found("lib/libz.so", script) is None
    assert found(MODULE, script) is not None


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("python/a/words.so", b"erey"),
        ("python/ld.so.conf", b"/opt/lib"),
        ("python/a/x.so.txt", b""),
        ("nodejs/node_modules/a/Dockerfile.node", b"FROM node:22"),
        ("nodejs/node_modules/a/.node", b""),
        ("python/a/x.py", b""),
        ("python/a/x.pyd", b""),
        ("data/empty", b""),
    ],
)
def test_what_is_not_named_as_native_code_may_hold_anything(path: str, content: bytes) -> None:
    assert found(path, content) is None


@pytest.mark.parametrize(
    "path",
    [
        "nodejs/node_modules/a/prebuilds/darwin-x64/a.node",
        "nodejs/node_modules/a/prebuilds/win32-x64/a.node",
        "nodejs/node_modules/a/prebuilds/linux-arm/a.node",
        "nodejs/node_modules/a/test/fixtures/a.node",
        "python/a/tests/x.so",
        "python/_x.cpython-313-darwin.so",
    ],
)
@pytest.mark.parametrize("content", [b"", POINTER])
def test_what_nobody_loads_is_no_finding(path: str, content: bytes) -> None:
    assert found(path, content) is None


def test_a_file_that_cannot_be_unpacked_is_not_called_empty() -> None:
    assert found(MODULE, b"", size=10) is None


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (MODULE, "git-lfs-pointer"),
        ("lib/libz.so.1", "git-lfs-pointer"),
        ("lib/engine", "git-lfs-pointer"),
        ("python/a/libz.so.1", "git-lfs-pointer"),
        ("python/a/__init__.py", "git-lfs-pointer"),
        ("nodejs/node_modules/a/a.node", "git-lfs-pointer"),
        ("nodejs/node_modules/a/a.wasm", "git-lfs-pointer"),
        ("java/lib/a.jar", "git-lfs-pointer"),
        ("bin/tool", "git-lfs-pointer"),
        ("bootstrap", "git-lfs-pointer"),
        ("extensions/agent", "git-lfs-pointer"),
        ("python/a/model.onnx", "git-lfs-pointer-data"),
        ("data/table.parquet", "git-lfs-pointer-data"),
    ],
)
def test_a_pointer_of_git_lfs_is_not_the_file(path: str, code: str) -> None:
    assert found(path, POINTER) == f"{code}: is a pointer of git-lfs, not the file itself"


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (POINTER, 1_024),
        (b"# " + POINTER, None),
        (POINTER.replace(b"v1", b"v12"), None),
    ],
)
def test_text_about_git_lfs_is_no_pointer(content: bytes, size: int | None) -> None:
    assert found("python/a/lfs.txt", content, size) is None


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"echo hello\n", "does not begin with '#!' and is no program"),
        (b"\xef\xbb\xbf#!/bin/sh\n", "does not begin with '#!' and is no program"),
        (
            b"#!/bin/sh\r\necho\r\n",
            "has the line ends of Windows, so that its '#!' line names no interpreter",
        ),
        (b"#!\n", "asks for the interpreter '', which Lambda does not have"),
        (b"#!python\n", "asks for the interpreter 'python', which Lambda does not have"),
        (
            b"#! /usr/local/bin/python3.12 -u\n",
            "asks for the interpreter '/usr/local/bin/python3.12', which Lambda does not have",
        ),
    ],
)
@pytest.mark.parametrize("path", ["bootstrap", "extensions/agent-darwin"])
def test_what_lambda_starts_must_be_a_program_or_a_script(
    path: str, content: bytes, what: str
) -> None:
    assert found(path, content) == f"starts-nothing: {what}: Lambda could not start it"


@pytest.mark.parametrize(
    "content",
    [
        b"#!/bin/sh",
        b"#! /usr/bin/env python3\n",
        b"#!/bin/sh\necho \r\n",
        b"#!/var/lang/bin/python3.13\n",
        b"#!/opt/bin/node\n",
    ],
)
@pytest.mark.parametrize("path", ["bootstrap", "extensions/agent"])
def test_a_script_that_lambda_can_start_is_no_finding(path: str, content: bytes) -> None:
    assert found(path, content) is None


@pytest.mark.parametrize("path", ["bin/bootstrap", "extensions/agent/readme", "bin/tool"])
def test_what_lambda_does_not_start_may_be_empty(path: str) -> None:
    assert found(path, b"") is None


def test_one_finding_names_the_first_file_and_counts_the_others() -> None:
    entries = [file(f"lib/{name}.so", 0) for name in "abc"]
    impostors = [impostor for entry in entries if (impostor := unmask(entry, b""))]
    (finding,) = check_impostors(impostors)
    assert (finding.code, finding.severity) == (codes.NOT_NATIVE.code, Severity.ERROR)
    assert finding.entry == "lib/a.so"
    assert finding.message == "'lib/a.so' is named as native code but is empty, and 2 more"


def test_data_in_place_of_which_a_pointer_lies_is_a_warning() -> None:
    assert codes.LFS_POINTER_DATA.severity is Severity.WARNING
    assert codes.LFS_POINTER.severity is Severity.ERROR
