"""The manifest is read, or each of its mistakes is named with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.domain.report import Declaration
from layerlift.inspecting.compatibility.manifest import (
    MAX_MANIFEST_BYTES,
    ManifestContent,
    read_manifest,
)
from tests.unit.inspecting.compatibility.layers import said


@pytest.mark.parametrize(
    ("text", "runtimes", "architectures"),
    [
        ("", (), ()),
        ("# nothing yet\n", (), ()),
        ("{}", (), ()),
        ("runtimes: [python3.13]\n", ("python3.13",), ()),
        ("runtimes:\n  - python3.13\n  - python3.12\n", ("python3.13", "python3.12"), ()),
        ("architectures: [x86_64, arm64]\n", (), ("x86_64", "arm64")),
        ("runtimes: []\narchitectures: ['arm64']\n", (), ("arm64",)),
        ("\ufeffruntimes: [3.10]\n", ("3.10",), ()),
        ('{"runtimes": ["no"]}', ("no",), ()),
    ],
)
def test_a_manifest_declares_what_its_lists_say(
    text: str, runtimes: tuple[str, ...], architectures: tuple[str, ...]
) -> None:
    declared = Declaration(runtimes=runtimes, architectures=architectures)
    assert read_manifest(text.encode()) == (ManifestContent(declared), ())


MALFORMED = {
    "broken": ("runtimes: [a\n", 2, ""),
    "a tab": ("runtimes:\n\t- a\n", 2, ""),
    "an anchor": ("runtimes: &a [b]\n", 1, "anchors"),
    "an alias": ("runtimes: [b]\narchitectures: *a\n", 2, "anchors"),
    "a tag": ("runtimes: !!set {a}\n", 1, "tags"),
    "a Python object": ("runtimes: !!python/object/apply:os.system [ls]\n", 1, "tags"),
    "a key twice": ("runtimes: [a]\nruntimes: [b]\n", 2, "'runtimes' is given twice"),
    "two documents": ("runtimes: [a]\n---\nruntimes: [b]\n", 2, ""),
    "nested deeply": ("runtimes: " + "[" * 30_000, 1, "nested too deeply"),
    "blocks nested deeply": ("\n".join(" " * n + "a:" for n in range(200)), 10, "nested"),
    "a control character": ("\n\nruntimes: [\x07]\n", 3, "not allowed"),
    "a list without end": ("runtimes: [" + "a," * 30_000, 1, "too many"),
    "a list as key": ("? [a]\n: b\n", 1, ""),
}


@pytest.mark.parametrize(("text", "line", "problem"), MALFORMED.values(), ids=list(MALFORMED))
def test_what_is_no_plain_yaml_is_named_with_its_line(text: str, line: int, problem: str) -> None:
    content, findings = read_manifest(text.encode())
    assert content == ManifestContent()
    assert said(findings) == [("manifest-malformed", "error")]
    assert findings[0].message.startswith(f"layerlift.yaml, line {line}: ")
    assert problem in findings[0].message
    assert findings[0].entry == "layerlift.yaml"


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("architectures: []\nruntime: [a]\n", ["line 2: unknown key 'runtime'"]),
        ("runtimes: python3.13\n", ["line 1: 'runtimes' is no list"]),
        ("runtimes:\n", ["line 1: 'runtimes' is no list"]),
        ("runtimes:\n  - a\n  - [b]\n", ["line 3: an item of 'runtimes' is no name"]),
        ("- a\n", ["line 1: it is no mapping of keys to lists"]),
        ("a", ["line 1: it is no mapping of keys to lists"]),
        ("x: 1\ny: 2\n", ["line 1: unknown key 'x'", "line 2: unknown key 'y'"]),
        ('runtimes: ["\\ud800"]\n', ["line 1: an item of 'runtimes' is no name"]),
        ("runtimes:\n  -\n", ["line 2: an item of 'runtimes' is no name"]),
        ("runtimes: [größer]\n", ["line 1: an item of 'runtimes' is no name"]),
        ("runtimes: [" + "a" * 101 + "]\n", ["line 1: an item of 'runtimes' is no name"]),
        (
            "runtimes: [" + "a, " * 101 + "]\n",
            ["line 1: 'runtimes' has more items than Lambda has names"],
        ),
    ],
)
def test_what_a_manifest_cannot_say_is_named_with_its_line(text: str, messages: list[str]) -> None:
    content, findings = read_manifest(text.encode())
    assert content == ManifestContent()
    assert said(findings) == [("manifest-invalid", "error")] * len(messages)
    assert [found.message for found in findings] == [f"layerlift.yaml, {m}" for m in messages]


def test_bytes_that_are_no_text_are_named_with_their_line() -> None:
    _, findings = read_manifest(b"runtimes:\n  - \xff\n")
    assert findings[0].message == "layerlift.yaml, line 2: it is not UTF-8"


def test_a_manifest_beyond_the_limit_is_not_read() -> None:
    assert read_manifest(b"#" * MAX_MANIFEST_BYTES)[1] == ()
    assert said(read_manifest(b"#" * (MAX_MANIFEST_BYTES + 1))[1]) == [
        ("manifest-too-large", "error")
    ]


def test_many_mistakes_are_not_all_told() -> None:
    _, findings = read_manifest("".join(f"k{n}: 1\n" for n in range(100)).encode())
    assert 0 < len(findings) <= 20


@given(st.binary(max_size=200) | st.text("ab:-[]{}&*!? \n\t'\"|>#%,<", max_size=60).map(str.encode))
def test_no_bytes_make_the_reader_fail(content: bytes) -> None:
    read, findings = read_manifest(content)
    assert not findings or read == ManifestContent()
    assert Declaration.model_validate_json(read.declared.model_dump_json()) == read.declared
