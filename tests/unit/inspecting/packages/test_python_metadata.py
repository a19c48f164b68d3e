"""Core metadata of Python distributions is read as pip and importlib.metadata read it."""

import email
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.inspecting.packages.metadata import (
    PythonDistribution,
    UnreadableMetadata,
    WheelTags,
    reader_for,
)
from layerlift.inspecting.packages.python import (
    is_distribution,
    is_wheel,
    read_distribution,
    read_wheel,
)

PATH = "python/requests-2.32.0.dist-info/METADATA"
FULL = b"""\
Metadata-Version: 2.4
Name: requests
Version: 2.32.0
Summary: HTTP for Humans
License-Expression: Apache-2.0
Requires-Python: >=3.9

Name: not-this
"""


def read(text: str) -> PythonDistribution:
    found = read_distribution(PATH, text.encode())
    assert isinstance(found, PythonDistribution)
    return found


def license_of(*fields: str) -> str | None:
    return read("\n".join(["Name: a", *fields, "", "The description"])).license


@pytest.mark.parametrize(
    "path",
    [
        "python/requests-2.32.0.dist-info/METADATA",
        "requests-2.32.0.dist-info/METADATA",
        "python/lib/python3.13/site-packages/a-1.dist-info/METADATA",
        "python/setuptools/_vendor/wheel-0.45.1.dist-info/METADATA",
        "python/a-1.egg-info/PKG-INFO",
        "python/a-1.egg-info",
        "python/a-1-py3.9.egg/EGG-INFO/PKG-INFO",
    ],
)
def test_metadata_of_a_distribution_is_known_by_its_path(path: str) -> None:
    assert is_distribution(path)
    assert reader_for(path) is read_distribution


@pytest.mark.parametrize(
    "path",
    [
        "python/METADATA",
        "python/a-1.dist-info/licenses/METADATA",
        "python/a-1.dist-info/RECORD",
        "python/.dist-info/METADATA",
        "python/a.dist-info/METADATA.txt",
        "python/a/PKG-INFO",
    ],
)
def test_other_files_are_no_metadata(path: str) -> None:
    assert reader_for(path) is None


def test_the_fields_above_the_description_are_read() -> None:
    assert read_distribution(PATH, FULL) == PythonDistribution(
        path=PATH,
        name="requests",
        version="2.32.0",
        license="Apache-2.0",
        requires_python=">=3.9",
    )


def test_line_ends_of_windows_and_a_byte_order_mark_change_nothing() -> None:
    changed = b"\xef\xbb\xbf" + FULL.replace(b"\n", b"\r\n")
    assert read_distribution(PATH, changed) == read_distribution(PATH, FULL)


def test_field_names_have_no_case() -> None:
    assert read("NAME: a\nversion: 1\nrequires-PYTHON: >=3").requires_python == ">=3"


def test_the_first_of_a_repeated_field_counts() -> None:
    assert read("Name: a\nName: b").name == "a"


def test_a_distribution_need_not_say_more_than_its_name() -> None:
    assert read("Name: a") == PythonDistribution(PATH, "a", None, None, None)


@pytest.mark.parametrize(
    "content", [b"", b"\n\nName: a", b"Name:\n", b"Version: 1", b"\x00" * 99, b"\x7fELF", b"Name"]
)
def test_metadata_without_a_name_is_unreadable(content: bytes) -> None:
    found = read_distribution(PATH, content)
    assert found == UnreadableMetadata(PATH, "it has no Name, which core metadata requires")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["License-Expression: MIT OR Apache-2.0", "License: old"], "MIT OR Apache-2.0"),
        (["License: MIT", "Classifier: License :: OSI Approved :: BSD License"], "MIT"),
        (["License: UNKNOWN"], None),
        (["License:"], None),
        (["Classifier: License :: OSI Approved :: MIT License"], "MIT License"),
        (["Classifier: License :: OSI Approved"], None),
        (["Classifier: License :: Public Domain"], "Public Domain"),
        (["Classifier: Programming Language :: Python"], None),
        (
            [
                "License: " + "word " * 30,
                "Classifier: License :: OSI Approved :: BSD License",
                "Classifier: License :: OSI Approved :: Apache Software License",
            ],
            "BSD License, Apache Software License",
        ),
        (
            [
                "License: Copyright (c) 2001 Someone",
                "        All rights reserved.",
                "        ",
                "        Redistribution is permitted",
                "Classifier: License :: OSI Approved :: BSD License",
            ],
            "BSD License",
        ),
        (["License: MIT", "        with a second line"], None),
        (["License: Copyright (c) 2021, the contributors"], None),
    ],
)
def test_the_licence_is_what_is_said_best(fields: list[str], expected: str | None) -> None:
    assert license_of(*fields) == expected


def test_what_would_break_a_line_is_escaped() -> None:
    assert read("Name: a\x1b[31m\u202eb").name == r"a\x1b[31m\u202eb"


def test_a_name_that_is_no_name_is_not_kept() -> None:
    assert isinstance(read_distribution(PATH, b"Name: " + b"a" * 10_000), UnreadableMetadata)


def test_the_tags_of_a_wheel_are_read() -> None:
    path = "python/numpy-2.3.0.dist-info/WHEEL"
    content = (
        b"Wheel-Version: 1.0\nGenerator: meson\nRoot-Is-Purelib: false\n"
        b"Tag: cp313-cp313-manylinux_2_27_x86_64\nTag: cp313-cp313-manylinux_2_28_x86_64\n\n"
    )
    tags = ("cp313-cp313-manylinux_2_27_x86_64", "cp313-cp313-manylinux_2_28_x86_64")
    assert is_wheel(path)
    assert reader_for(path) is read_wheel
    assert read_wheel(path, content) == WheelTags(path, tags)


HEADER = st.lists(
    st.tuples(
        st.sampled_from(["Name", "Version", "Requires-Python", "Classifier", "X"]),
        st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), max_size=20),
        st.lists(st.text("abc :", min_size=1, max_size=9).map(" {}".format), max_size=2),
    ),
    max_size=8,
)


@given(HEADER)
def test_fields_are_those_that_the_email_parser_finds(
    fields: list[tuple[str, str, list[str]]],
) -> None:
    lines = ["Name: first", *("\n".join([f"{k}: {v}", *more]) for k, v, more in fields)]
    text = "\n".join(lines) + "\n\nName: description"
    expected = email.message_from_string(text, policy=email.policy.compat32)
    found = read(text)
    assert found.name == "first"
    for field, value in (("Version", found.version), ("Requires-Python", found.requires_python)):
        assert value == (" ".join((expected[field] or "").split()) or None)


@given(st.binary(max_size=2000), st.booleans())
def test_whatever_the_bytes_are_a_reader_answers(content: bytes, named: bool) -> None:
    text = b"Name: a\n" + content if named else content
    assert isinstance(read_distribution(PATH, text), PythonDistribution | UnreadableMetadata)
    assert isinstance(read_wheel(PATH, text), WheelTags)
