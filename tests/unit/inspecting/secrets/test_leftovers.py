"""Leftovers of a working folder, and what a layer could leave out."""

from collections.abc import Iterable
from importlib.util import MAGIC_NUMBER

import pytest

from layerlift.domain.limits import MEGABYTE
from layerlift.domain.report import Severity
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.inspection import inspect_zip
from layerlift.inspecting.secrets.ballast import holds_hash
from layerlift.inspecting.secrets.leftovers import check_ballast, check_leftovers
from tests.corpus.sources import MemoryBytes
from tests.corpus.writer import Member, archive

ERROR, WARNING = Severity.ERROR, Severity.WARNING


def entry(path: str, size: int = 1) -> Entry:
    return Entry(
        path=path.rstrip("/"),
        size=size,
        packed_size=size,
        crc=0,
        is_deflated=False,
        flags=0,
        offset=0,
        mode=None,
        is_directory=path.endswith("/"),
        raw_name=path.encode(),
    )


def leftovers(paths: Iterable[str]) -> list[tuple[str, Severity]]:
    return [(f.code, f.severity) for f in check_leftovers([entry(path) for path in paths])]


@pytest.mark.parametrize(
    ("path", "code", "severity"),
    [
        *((path, "environment-file", ERROR) for path in (".env", "python/.env", ".ENV")),
        *((f"python/app/.env.{stage}", "environment-file", ERROR) for stage in ("local", "prod")),
        ("nodejs/node_modules/x/.env", "environment-file", WARNING),
        *(
            (path, "credentials", ERROR)
            for path in (
                *(".aws/config", "terraform.tfstate", "a/terraform.tfstate.backup"),
                *(".aws/credentials", "home/.aws/credentials", ".docker/config.json"),
                *(".kube/config", ".netrc", "_netrc", ".pypirc", ".pgpass", ".vault-token"),
                *("id_rsa", "python/id_ed25519", ".ssh/id_ecdsa_sk", ".git-credentials"),
            )
        ),
        ("nodejs/node_modules/x/test/id_rsa", "credentials", WARNING),
        *(
            (path, "private-file", WARNING)
            for path in (
                *(
                    ".npmrc",
                    ".htpasswd",
                    ".ssh/known_hosts",
                    ".azure/azureProfile.json",
                    ".oci/config",
                ),
                *(".bash_history", ".zsh_history", ".python_history", "python/my_package/.git"),
                *("config/prod.env", "python/x.env", "config/store.jks"),
                *("certificates/client.p12", "passwords.kdbx", "key.ppk"),
            )
        ),
    ],
)
def test_a_leftover_is_named(path: str, code: str, severity: Severity) -> None:
    assert leftovers([path, "python/six.py"]) == [(f"leftover-{code}", severity)]


@pytest.mark.parametrize(
    "path",
    [
        *(f".env.{word}" for word in ("example", "sample", "template", "dist", "local.example")),
        *(".env/bin/python", ".gitignore", ".gitattributes", "a/.gitkeep", "example.env"),
        *("id_rsa.pub", ".ssh/id_rsa.pub", "aws/credentials", "docker/config.json", "env"),
        *(
            "xnetrc",
            "python/sample.env",
            "python/dotenv/.envs",
            ".p12",
            "nodejs/node_modules/x/.npmrc",
        ),
    ],
)
def test_what_is_named_alike_is_left_alone(path: str) -> None:
    assert leftovers([path]) == []


def test_a_python_package_is_published_where_its_metadata_says_so() -> None:
    path = "python/my_package/.env"
    assert leftovers([path]) == [("leftover-environment-file", ERROR)]
    metadata = "python/My_Package-1.0.dist-info/METADATA"
    assert leftovers([path, metadata]) == [("leftover-environment-file", WARNING)]


@pytest.mark.parametrize("name", [".git", ".hg", ".svn", ".bzr"])
def test_a_repository_is_one_finding(name: str) -> None:
    paths = [f"python/a/{name}/", f"python/a/{name}/HEAD", f"python/a/{name}/objects/.env"]
    (finding,) = check_leftovers([entry(path) for path in paths])
    assert (finding.code, finding.severity) == ("leftover-repository", ERROR)
    assert finding.entry == f"python/a/{name}"
    assert "in 2 files" in finding.message


def ballast(sizes: dict[str, int]) -> list[tuple[str, str]]:
    found = check_ballast([entry(path, size) for path, size in sizes.items()])
    return [(f.code.removeprefix("ballast-"), f.message) for f in found]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("python/a/__pycache__/b.cpython-313.pyc", "bytecode"),
        ("python/a/tests/data.csv", "tests"),
        ("python/a/libb.a", "static-libraries"),
        ("python/a/include/b.h", "native-sources"),
        ("python/a/b.pyx", "native-sources"),
        ("nodejs/node_modules/a/b.js.map", "source-maps"),
        ("python/a/b.pyi", "type-stubs"),
        ("nodejs/node_modules/@a/b/c.d.ts", "typescript"),
        ("nodejs/node_modules/a/README.md", "manuals"),
        ("python/pip/_internal/x.py", "installers"),
        ("python/botocore/data/x.json", "aws-sdk"),
        ("nodejs/node_modules/@aws-sdk/client-s3/x.js", "aws-sdk"),
    ],
)
def test_a_megabyte_of_ballast_is_mentioned_once(path: str, code: str) -> None:
    assert [found for found, _ in ballast({path: MEGABYTE})] == [code]
    assert ballast({path: 999_999}) == []


@pytest.mark.parametrize(
    ("flags", "expected"),
    [(0b00, ["ballast-bytecode"]), (0b01, []), (0b11, [])],
    ids=["time", "unchecked hash", "checked hash"],
)
def test_bytecode_is_ballast_only_if_it_depends_on_the_source_s_time(
    flags: int, expected: list[str]
) -> None:
    cache = MAGIC_NUMBER + flags.to_bytes(4, "little") + bytes(8 + MEGABYTE)
    zipped = archive(
        Member("python/a/__init__.py", b""),
        Member("python/a/__pycache__/__init__.cpython-313.pyc", cache),
    )
    assert [f.code for f in inspect_zip(MemoryBytes(zipped)).findings] == expected


def test_a_damaged_cache_is_ballast() -> None:
    assert not holds_hash("python/a/__pycache__/b.pyc", b"\x00" * 4 + b"\x01")


def test_a_test_s_bytecode_is_a_test_s_whatever_it_holds() -> None:
    path = "python/a/tests/__pycache__/b.pyc"
    (found,) = check_ballast([entry(path, MEGABYTE)], {path})
    assert found.code == "ballast-tests"


def test_sums_come_largest_first_with_their_files() -> None:
    sizes = {
        "python/a/tests/b.py": 5 * MEGABYTE // 2,
        "python/a/b.pyi": 4 * MEGABYTE,
        "python/a/c.pyi": 1,
    }
    assert ballast(sizes) == [
        ("type-stubs", "Type stubs of Python take 4.0 MB, in 2 files"),
        ("tests", "Tests of packages take 2.5 MB, in 1 file"),
    ]


@pytest.mark.parametrize("path", ["python/.mypy_cache/x.json", ".idea/a.xml", ".pytest_cache/v"])
def test_folders_of_tools_are_mentioned_however_small(path: str) -> None:
    assert [code for code, _ in ballast({path: 1})] == ["tools"]


@pytest.mark.parametrize("path", ["manual.md", "data/x.ts", "python/a.pyi", "python/wheel.py"])
def test_what_is_no_part_of_a_package_may_be_what_the_layer_is_for(path: str) -> None:
    assert ballast({path: 5_000_000}) == []
