"""The bill of materials is valid CycloneDX, whatever the packages are called."""

import json
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from layerlift.domain.report import Package, Report
from layerlift.inspecting.packages.reading import said
from layerlift.inspecting.sbom import cyclonedx_json

VALIDATOR = JsonStrictValidator(SchemaVersion.V1_6)


def report(*packages: Package, **of: Any) -> Report:
    fields: dict[str, Any] = {
        "accepted": True,
        "layer": "http-client",
        "version": "1.4.0",
        "sha256": "a" * 64,
        "code_sha256": None,
        "size": 1,
        "unzipped_size": 1,
        "entries": 1,
        "runtimes": ("python3.12", "python3.13"),
        "architectures": ("arm64",),
        "packages": packages,
    }
    return Report(**fields | of)


def package(name: str = "a", **of: Any) -> Package:
    return Package(**{"name": name, "version": "1", "ecosystem": "pypi", "path": "p"} | of)


def document(of: Report) -> Any:
    text = cyclonedx_json(of)
    assert VALIDATOR.validate_str(text) is None
    return json.loads(text)


def component(of: Package) -> Any:
    (found,) = document(report(of))["components"]
    return found


def test_the_document_is_cyclonedx_of_the_layer() -> None:
    found = document(report(package()))
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    assert found["metadata"]["component"] == {
        "bom-ref": "layer",
        "type": "library",
        "name": "http-client",
        "version": "1.4.0",
        "hashes": [{"alg": "SHA-256", "content": "a" * 64}],
        "properties": [
            {"name": "layerlift:architecture", "value": "arm64"},
            {"name": "layerlift:runtime", "value": "python3.12"},
            {"name": "layerlift:runtime", "value": "python3.13"},
        ],
    }


def test_a_package_is_a_component_with_the_path_that_proves_it() -> None:
    assert component(package("requests", version="2.32.0", license="Apache-2.0")) == {
        "bom-ref": "pypi:requests@2.32.0",
        "type": "library",
        "name": "requests",
        "version": "2.32.0",
        "purl": "pkg:pypi/requests@2.32.0",
        "licenses": [{"expression": "Apache-2.0"}],
        "properties": [{"name": "layerlift:path", "value": "p"}],
    }


@pytest.mark.parametrize(
    ("name", "ecosystem", "expected"),
    [
        ("Zope_Interface", "pypi", "pkg:pypi/zope-interface@1"),
        ("axios", "npm", "pkg:npm/axios@1"),
        ("@aws-sdk/client-s3", "npm", "pkg:npm/%40aws-sdk/client-s3@1"),
        ("org.slf4j:slf4j-api", "maven", "pkg:maven/org.slf4j/slf4j-api@1"),
        ("slf4j", "maven", "pkg:generic/slf4j@1"),
        ("rack", "gem", "pkg:gem/rack@1"),
    ],
)
def test_a_package_url_follows_the_rules_of_its_ecosystem(
    name: str, ecosystem: str, expected: str
) -> None:
    assert component(package(name, ecosystem=ecosystem))["purl"] == expected


@pytest.mark.parametrize("name", ["@/", "/", "//"])
def test_a_name_that_fits_no_package_url_goes_without(name: str) -> None:
    found = component(package(name, ecosystem="npm"))
    assert found["name"] == name
    assert "purl" not in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mit", [{"expression": "MIT"}]),
        ("Apache-2.0 OR BSD-3-Clause", [{"expression": "Apache-2.0 OR BSD-3-Clause"}]),
        ("LGPL-2.1", [{"expression": "LGPL-2.1"}]),
        ("BSD License, MIT", [{"license": {"name": "BSD License, MIT"}}]),
        ("SEE LICENSE IN x", [{"license": {"name": "SEE LICENSE IN x"}}]),
        ("(" * 300, [{"license": {"name": "(" * 300}}]),
        ("(MIT) " * 50, [{"license": {"name": "(MIT) " * 50}}]),
        ("__import__('os')", [{"license": {"name": "__import__('os')"}}]),
    ],
)
def test_a_licence_is_an_expression_only_if_it_is_one(text: str, expected: list[Any]) -> None:
    assert component(package(license=text))["licenses"] == expected


def test_without_version_and_licence_neither_is_claimed() -> None:
    found = component(package(version=None, license=None))
    assert found.keys() == {"bom-ref", "type", "name", "purl", "properties"}


def test_the_same_report_gives_the_same_text() -> None:
    packages = [package(f"p{n}", license="MIT") for n in range(20)]
    assert cyclonedx_json(report(*packages)) == cyclonedx_json(report(*packages[::-1]))


def test_nothing_in_it_tells_the_time() -> None:
    assert "timestamp" not in cyclonedx_json(report(package()))


@pytest.mark.parametrize("other", [{"sha256": "b" * 64}, {"version": "1.5.0"}, {"layer": "x"}])
def test_another_layer_has_another_serial_number(other: dict[str, str]) -> None:
    ours, theirs = document(report()), document(report(**other))
    assert ours["serialNumber"] != theirs["serialNumber"]


def test_the_layer_depends_on_all_it_brings_and_claims_nothing_of_them() -> None:
    found = document(report(package("a"), package("b")))
    assert found["dependencies"] == [
        {"ref": "layer", "dependsOn": ["pypi:a@1", "pypi:b@1"]},
    ]


def test_a_layer_without_name_digest_or_packages_has_a_document_too() -> None:
    found = document(report(layer=None, version=None, sha256=None, runtimes=(), architectures=()))
    assert found["metadata"]["component"]["name"] == "layer"
    assert found.get("components", []) == []


NAMES = st.text(min_size=1, max_size=40).map(said).filter(bool)


@settings(max_examples=50)
@given(
    st.lists(
        st.builds(
            Package,
            name=NAMES,
            version=st.none() | NAMES,
            license=st.none() | NAMES | st.text("()+ MITANDORwith", max_size=30),
            ecosystem=st.sampled_from(["pypi", "npm", "maven", "gem"]),
            path=NAMES,
        ),
        max_size=4,
    )
)
def test_whatever_names_are_quoted_the_document_is_valid(packages: list[Package]) -> None:
    found = document(report(*packages))
    assert {c["name"] for c in found.get("components", [])} == {p.name for p in packages}
