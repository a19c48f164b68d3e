"""Strings that name things are checked before they are used."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.domain.errors import InvalidText
from layerlift.domain.limits import MAX_DESCRIPTION, MAX_LAYER_NAME
from layerlift.domain.names import (
    Digest,
    code_sha256,
    object_key,
    parse_digest,
    parse_layer_name,
    parse_object_key,
    parse_stage_name,
    parse_version,
    split_file_stem,
    version_description,
)

NAMES = st.from_regex(r"[a-zA-Z0-9_-]{1,30}", fullmatch=True)
VERSIONS = st.builds(
    lambda core, pre: ".".join(map(str, core)) + pre,
    st.tuples(*[st.integers(0, 99)] * 3),
    st.sampled_from(["", "-rc.1", "-alpha", "-0-a.b-c", "-x-1.0.0"]),
)


@pytest.mark.parametrize("text", ["a", "A-b_9", "x" * MAX_LAYER_NAME])
def test_a_layer_name_is_what_lambda_takes(text: str) -> None:
    assert parse_layer_name(text) == text


@pytest.mark.parametrize("text", ["", "x" * (MAX_LAYER_NAME + 1), "a b", "a.b", "ä", "a\n", "a/b"])
def test_what_lambda_refuses_is_no_layer_name(text: str) -> None:
    with pytest.raises(InvalidText, match="is not a layer name"):
        parse_layer_name(text)


@pytest.mark.parametrize("text", ["0.0.0", "1.4.0", "1.0.0-rc.1", "1.0.0-a-b.0"])
def test_a_version_is_semantic(text: str) -> None:
    assert parse_version(text) == text


@pytest.mark.parametrize(
    "text", ["", "1", "1.0", "v1.0.0", "01.0.0", "1.0.0-", "1.0.0 ", "1.0.0-01"]
)
def test_what_is_not_semantic_is_no_version(text: str) -> None:
    with pytest.raises(InvalidText, match=r"use MAJOR\.MINOR\.PATCH"):
        parse_version(text)


def test_a_version_has_no_build_metadata() -> None:
    with pytest.raises(InvalidText, match="build metadata"):
        parse_version("1.0.0+build.7")


def test_an_endless_version_is_refused() -> None:
    with pytest.raises(InvalidText):
        parse_version("1.0.0-" + "a" * 100)


@pytest.mark.parametrize("text", ["dev", "prod-eu", "a" * 31])
def test_a_stage_name_fits_a_layer_name_and_a_parameter_path(text: str) -> None:
    assert parse_stage_name(text) == text


@pytest.mark.parametrize("text", ["", "Dev", "1st", "a" * 32, "a_b", "a/b", "-a", "a\n"])
def test_what_does_not_fit_is_no_stage_name(text: str) -> None:
    with pytest.raises(InvalidText, match="is not a stage name"):
        parse_stage_name(text)


@pytest.mark.parametrize("text", ["", "A" * 64, "a" * 63, "g" * 64, "a" * 64 + "\n"])
def test_what_is_no_hexadecimal_sha256_is_no_digest(text: str) -> None:
    with pytest.raises(InvalidText, match="is not a SHA-256 digest"):
        parse_digest(text)


@given(st.binary(max_size=50))
def test_a_digest_is_spelled_as_lambda_spells_it(content: bytes) -> None:
    digest = parse_digest(hashlib.sha256(content).hexdigest())
    assert base64.b64decode(code_sha256(digest)) == hashlib.sha256(content).digest()


@given(name=NAMES, version=VERSIONS)
def test_a_key_in_a_folder_names_layer_and_version(name: str, version: str) -> None:
    layer, parsed = parse_layer_name(name), parse_version(version)
    assert parse_object_key(object_key(layer, parsed)) == (layer, parsed)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("incoming/http-client/1.4.0.zip", ("http-client", "1.4.0")),
        ("incoming/http-client-1.4.0.zip", ("http-client", "1.4.0")),
        ("incoming/http-client-1.4.0-rc.1.zip", ("http-client", "1.4.0-rc.1")),
        ("incoming/py3-12-1.4.0.zip", ("py3-12", "1.4.0")),
        # The version begins at the first place it can.
        ("incoming/a-1.0.0-2.0.0.zip", ("a", "1.0.0-2.0.0")),
    ],
)
def test_both_forms_of_a_key_name_layer_and_version(key: str, expected: tuple[str, str]) -> None:
    assert parse_object_key(key) == expected


@pytest.mark.parametrize(
    "key",
    [
        "",
        "incoming/",
        "incoming/.zip",
        "incoming/1.4.0.zip",
        "incoming/-1.4.0.zip",
        "incoming/http-client.zip",
        "incoming/http-client/1.4.zip",
        "incoming/http-client/1.4.0.tar",
        "incoming/http-client/1.4.0.ZIP",
        "incoming/a/b/1.4.0.zip",
        "incoming/a//1.4.0.zip",
        "Incoming/a/1.4.0.zip",
        "a/1.4.0.zip",
        "incoming/a b/1.4.0.zip",
        "incoming/a/1.4.0+b.zip",
        "incoming/a-1.4.0+b.zip",
        "incoming/ä/1.4.0.zip",
    ],
)
def test_a_key_of_another_form_says_what_to_use(key: str) -> None:
    with pytest.raises(InvalidText) as caught:
        parse_object_key(key)
    assert len(str(caught.value)) > 20


@given(st.text(max_size=60))
def test_no_key_makes_it_crash(text: str) -> None:
    for key in (text, f"incoming/{text}.zip"):
        try:
            layer, version = parse_object_key(key)
        except InvalidText:
            continue
        assert (parse_layer_name(layer), parse_version(version)) == (layer, version)


def test_a_stem_without_a_version_is_none() -> None:
    assert split_file_stem("http-client") is None
    assert split_file_stem("http-client-1.0.0") == ("http-client", "1.0.0")


@given(VERSIONS)
def test_a_description_fits_and_names_version_and_digest(version: str) -> None:
    description = version_description(parse_version(version), Digest("ab" * 32))
    assert description == f"v{version} sha256:abababababab"
    assert len(description) <= MAX_DESCRIPTION
