"""``package.json`` is read as Node.js and npm read it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.inspecting.packages.metadata import NodePackage, UnreadableMetadata, reader_for
from layerlift.inspecting.packages.node import read_package

PATH = "nodejs/node_modules/axios/package.json"


def read(**fields: Any) -> NodePackage:
    found = read_package(PATH, json.dumps(fields).encode())
    assert isinstance(found, NodePackage)
    return found


@pytest.mark.parametrize(
    "path",
    [
        PATH,
        "nodejs/node22/node_modules/axios/package.json",
        "nodejs/node_modules/@aws-sdk/client-s3/package.json",
        "nodejs/node_modules/a/node_modules/b/package.json",
        "nodejs/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json",
        "node_modules/a/package.json",
    ],
)
def test_an_installed_package_is_known_by_its_path(path: str) -> None:
    assert reader_for(path) is read_package


@pytest.mark.parametrize(
    "path",
    [
        "nodejs/package.json",
        "nodejs/node_modules/package.json",
        "nodejs/node_modules/a/dist/esm/package.json",
        "nodejs/node_modules/@scope/package.json",
        "nodejs/node_modules/.bin/package.json",
        "nodejs/node_modules/a/my-package.json",
        "nodejs/my_node_modules/a/package.json",
    ],
)
def test_other_files_are_no_package(path: str) -> None:
    assert reader_for(path) is None


def test_a_package_is_read() -> None:
    found = read(
        name="sharp",
        version="0.34.0",
        license="Apache-2.0",
        engines={"node": "^18.17.0 || >=20.3.0", "npm": ">=9"},
        cpu=["x64"],
        os=["linux", "!win32"],
    )
    assert found == NodePackage(
        path=PATH,
        name="sharp",
        version="0.34.0",
        license="Apache-2.0",
        engines_node="^18.17.0 || >=20.3.0",
        cpu=("x64",),
        os=("linux", "!win32"),
    )


@pytest.mark.parametrize(
    ("path", "name"),
    [(PATH, "axios"), ("nodejs/node_modules/@aws/x/package.json", "@aws/x")],
)
def test_a_package_without_a_name_has_that_of_its_folder(path: str, name: str) -> None:
    assert read_package(path, b'{"type": "module"}') == NodePackage(path, name, None, None)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"license": "(MIT OR CC0-1.0)"}, "(MIT OR CC0-1.0)"),
        ({"license": {"type": "ISC", "url": "https://example.org"}}, "ISC"),
        ({"licenses": [{"type": "MIT"}, {"type": "Apache-2.0"}]}, "(MIT OR Apache-2.0)"),
        ({"licenses": [{"type": "MIT"}]}, "MIT"),
        ({"licenses": "MIT"}, "MIT"),
        ({"license": ["MIT"]}, None),
        ({"license": 7}, None),
        ({"licenses": [7, None]}, None),
        ({}, None),
    ],
)
def test_the_licence_may_have_any_form_that_npm_ever_had(
    fields: dict[str, Any], expected: str | None
) -> None:
    assert read(**fields).license == expected


@pytest.mark.parametrize(
    ("engines", "expected"),
    [
        ({"node": ">=18"}, ">=18"),
        ({"npm": ">=9"}, None),
        (["node >= 0.6.0"], ">= 0.6.0"),
        (["npm", 3], None),
        ("node >= 4", None),
        (None, None),
    ],
)
def test_the_engine_may_have_either_form(engines: Any, expected: str | None) -> None:
    assert read(engines=engines).engines_node == expected


@pytest.mark.parametrize(("value", "expected"), [("x64", ("x64",)), ([1, "arm64"], ("arm64",))])
def test_a_platform_may_be_a_single_name(value: Any, expected: tuple[str, ...]) -> None:
    assert read(cpu=value).cpu == expected


@pytest.mark.parametrize("value", [7, None, [], {}, "", " ", "x" * 1000, True])
def test_what_is_no_version_says_nothing(value: Any) -> None:
    assert read(version=value).version is None


def test_the_last_of_two_equal_fields_counts_as_in_node() -> None:
    found = read_package(PATH, b'{"version": "1", "version": "2"}')
    assert isinstance(found, NodePackage)
    assert found.version == "2"


@pytest.mark.parametrize(
    "content",
    [
        b'\xef\xbb\xbf{"version": "1"}',
        b'{"version": "1", "description": "\xff\xfe"}',
        b'{"version": "1", "big": ' + b"9" * 10_000 + b"}",
    ],
    ids=["byte order mark", "no UTF-8", "a huge number"],
)
def test_what_node_takes_is_taken(content: bytes) -> None:
    found = read_package(PATH, content)
    assert isinstance(found, NodePackage)
    assert found.version == "1"


def test_half_a_character_becomes_an_escape() -> None:
    assert read_package(PATH, rb'{"name": "a\ud800"}') == NodePackage(PATH, r"a\ud800", None, None)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "it is not valid JSON"),
        (b"{", "it is not valid JSON"),
        (b"[" * 500_000, "it is not valid JSON"),
        (b'{"a":' * 100_000, "it is not valid JSON"),
        (b"[]", "it is not a JSON object"),
        (b'"a"', "it is not a JSON object"),
        (b" " * ((1 << 20) + 1), "it is larger than 1,048,576 bytes"),
    ],
    ids=["empty", "half", "deep lists", "deep objects", "a list", "a string", "large"],
)
def test_what_is_no_package_is_unreadable(content: bytes, problem: str) -> None:
    assert read_package(PATH, content) == UnreadableMetadata(PATH, problem)


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["name", "version", "license", "licenses", "engines", "cpu", "os", "type", "node"]
)


@given(st.dictionaries(FIELDS, VALUES))
def test_fields_of_any_type_are_taken(fields: dict[str, Any]) -> None:
    found = read(**fields)
    assert found.name
    texts = [found.name, found.version, found.license, found.engines_node, *found.cpu, *found.os]
    assert all(text.isprintable() for text in texts if text is not None)


@given(st.binary(max_size=500))
def test_whatever_the_bytes_are_the_reader_answers(content: bytes) -> None:
    assert isinstance(read_package(PATH, content), NodePackage | UnreadableMetadata)
