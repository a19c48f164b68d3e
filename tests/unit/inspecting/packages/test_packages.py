"""What comes of the metadata: packages, each once, and what is wrong with them."""

import pytest

from layerlift.domain.report import Package, Severity
from layerlift.inspecting.packages.metadata import (
    JavaArchive,
    MavenArtifact,
    NodePackage,
    PackageMetadata,
    PythonDistribution,
    RubyGem,
    UnreadableMetadata,
    WheelTags,
    check_metadata,
    packages_of,
    unread_metadata,
)

SITE = "python/lib/python3.13/site-packages"


def python(name: str, version: str | None = "1", root: str = "python") -> PythonDistribution:
    path = f"{root}/{name}-{version}.dist-info/METADATA"
    return PythonDistribution(path, name, version, "MIT", None)


def node(name: str, version: str, under: str = "nodejs") -> NodePackage:
    return NodePackage(f"{under}/node_modules/{name}/package.json", name, version, "ISC")


def jar(file: str, name: str, version: str, *bundled: MavenArtifact) -> JavaArchive:
    return JavaArchive(f"java/lib/{file}", name, version, None, bundled=bundled)


def codes(metadata: list[PackageMetadata]) -> list[str]:
    return [finding.code for finding in check_metadata(metadata)]


def listed(metadata: list[PackageMetadata]) -> list[tuple[str, str, str | None]]:
    return [(p.ecosystem, p.name, p.version) for p in packages_of(metadata)]


def test_every_ecosystem_is_listed_by_its_name() -> None:
    gem = RubyGem("ruby/gems/3.3.0/specifications/rack-3.gemspec", "rack", "3", "MIT")
    metadata: list[PackageMetadata] = [
        python("zope.interface"),
        python("attrs"),
        node("axios", "1.7.0"),
        gem,
        jar("a-1.jar", "g:a", "1"),
        WheelTags("python/attrs-1.dist-info/WHEEL", ("py3-none-any",)),
        UnreadableMetadata("x", "y"),
    ]
    assert listed(metadata) == [
        ("gem", "rack", "3"),
        ("maven", "g:a", "1"),
        ("npm", "axios", "1.7.0"),
        ("pypi", "attrs", "1"),
        ("pypi", "zope.interface", "1"),
    ]


def test_a_package_carries_what_its_metadata_says() -> None:
    assert packages_of([python("a", "2.0")]) == (
        Package(
            name="a",
            version="2.0",
            license="MIT",
            ecosystem="pypi",
            path="python/a-2.0.dist-info/METADATA",
        ),
    )


def test_what_lies_in_two_roots_is_listed_once_by_the_first() -> None:
    (package,) = packages_of([python("a", root=SITE), python("a")])
    assert package.path == "python/a-1.dist-info/METADATA"


def test_names_of_one_distribution_may_be_written_differently() -> None:
    assert len(packages_of([python("Zope.Interface"), python("zope_interface")])) == 1


def test_names_of_node_packages_have_a_case() -> None:
    assert len(packages_of([node("Axios", "1"), node("axios", "1")])) == 2


def test_two_versions_of_a_package_are_both_listed() -> None:
    nested = node("ms", "2.0.0", under="nodejs/node_modules/debug")
    assert listed([node("ms", "2.1.3"), nested]) == [("npm", "ms", "2.0.0"), ("npm", "ms", "2.1.3")]


def test_what_a_jar_bundles_is_listed_by_the_jar() -> None:
    packages = packages_of([jar("app.jar", "app", "1", MavenArtifact("g:a", "2"))])
    assert [(p.name, p.version, p.path) for p in packages] == [
        ("app", "1", "java/lib/app.jar"),
        ("g:a", "2", "java/lib/app.jar"),
    ]


def test_the_order_of_the_zip_does_not_matter() -> None:
    metadata: list[PackageMetadata] = [
        python("b"),
        python("a", "2"),
        python("a", None),
        python("a"),
    ]
    assert packages_of(metadata) == packages_of(metadata[::-1])


def test_unreadable_metadata_is_a_warning_at_its_entry() -> None:
    (found,) = check_metadata([UnreadableMetadata("python/a.dist-info/METADATA", "it is empty")])
    assert found.code == "package-metadata-unreadable"
    assert found.severity is Severity.WARNING
    assert found.entry == "python/a.dist-info/METADATA"
    assert found.message == "python/a.dist-info/METADATA cannot be read: it is empty"


def test_a_thousand_unreadable_files_are_not_a_thousand_findings() -> None:
    assert len(codes([UnreadableMetadata(f"{n}", "x") for n in range(1000)])) == 20


def test_two_versions_in_one_folder_are_a_warning() -> None:
    (found,) = check_metadata([python("requests", "2.32.0"), python("requests", "2.31.0")])
    assert found.code == "package-twice"
    assert found.severity is Severity.WARNING
    assert found.entry == "python/requests-2.32.0.dist-info/METADATA"
    assert found.message == "python/ has requests in the versions 2.31.0 and 2.32.0"


@pytest.mark.parametrize(
    "metadata",
    [
        [python("a", "1"), python("a", "2", root=SITE)],
        [python("a", "1"), python("a", "2", root="python/setuptools/_vendor")],
        [python("a", "1"), PythonDistribution("python/a-1.egg-info", "a", "1", None, None)],
        [python("a", "1"), python("a", None)],
        [node("a", "1"), node("a", "2", under="nodejs/node_modules/b")],
        [jar("netty-1-x86_64.jar", "g:netty", "1"), jar("netty-1-aarch_64.jar", "g:netty", "1")],
        [jar("app.jar", "g:a", "1"), jar("other.jar", "g:a", "2")],
    ],
    ids=["two roots", "vendored", "egg-info", "no version", "nested", "classifiers", "bundled"],
)
def test_what_several_folders_or_files_may_have_is_no_finding(
    metadata: list[PackageMetadata],
) -> None:
    assert codes(metadata) == []


def test_two_versions_of_a_jar_in_one_folder_are_a_warning() -> None:
    assert codes([jar("a-1.jar", "g:a", "1"), jar("a-2.jar", "g:a", "2")]) == ["package-twice"]


def test_a_jar_too_large_to_read_is_known_by_its_name() -> None:
    found = unread_metadata("java/lib/awssdk-2.20.0.jar", 500_000_000)
    assert listed([found]) == [("maven", "awssdk", "2.20.0")]
    assert codes([found]) == []


def test_other_metadata_too_large_to_read_is_unreadable() -> None:
    found = unread_metadata("python/a-1.dist-info/METADATA", 99_000_000)
    problem = "it has 99,000,000 bytes, which no metadata needs"
    assert found == UnreadableMetadata("python/a-1.dist-info/METADATA", problem)
