"""`layerlift inspect` answers with its exit code, its JSON, and one sentence about a wrong use."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from layerlift.adapters.files import FileBytes
from layerlift.adapters.s3_artifacts import S3Artifacts
from layerlift.domain.errors import AccessRefused, Unavailable
from layerlift.inspecting.inspection import Expectations, inspect_zip
from layerlift_cli.main import app
from tests.corpus.zips import zip_of

KEYS = [
    "accepted",
    "layer",
    "version",
    "sha256",
    "code_sha256",
    "size",
    "unzipped_size",
    "entries",
    "kind",
    "runtimes",
    "architectures",
    "packages",
    "findings",
]
METADATA = b"Metadata-Version: 2.1\nName: greet\nVersion: %s\nLicense-Expression: MIT\n\n"
KEY = "incoming/greet/1.0.0.zip"


def layer(version: bytes = b"1.0.0", *more: tuple[str, bytes]) -> bytes:
    """Return a sound layer with one package of the given version."""
    info = f"python/greet-{version.decode()}.dist-info/METADATA"
    return zip_of(
        ("python/greet/__init__.py", b"GREETING = 'hello'\n"), (info, METADATA % version), *more
    )


def run(*arguments: str | Path) -> Result:
    """Run the command as on a line of 80 columns."""
    return CliRunner().invoke(app, ["inspect", *map(str, arguments)], env={"COLUMNS": "80"})


def answered(*arguments: str | Path) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(run(*arguments, "--json").stdout)
    return answer


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.zip"
    path.write_bytes(layer())
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.zip"
    path.write_bytes(zip_of(("greet/__init__.py", b"")))
    return path


def test_a_sound_layer_is_accepted_with_0(good: Path) -> None:
    result = run(good)
    assert (result.exit_code, result.stdout.split()[:3]) == (0, ["✓", "good.zip", "accepted"])


def test_a_bad_layer_is_rejected_with_1_and_what_to_do(bad: Path) -> None:
    result = run(bad)
    assert (result.exit_code, result.stdout.split()[:3]) == (1, ["✗", "bad.zip", "rejected"])
    assert "→" in result.stdout


def test_json_has_these_keys_in_this_order(good: Path) -> None:
    answer = answered(good)
    assert list(answer) == KEYS
    assert answer["accepted"] is True
    assert answer["packages"] == [{"name": "greet", "version": "1.0.0", "license": "MIT"}]
    assert answer["architectures"] == ["x86_64", "arm64"]
    assert answer["kind"] == "python"
    assert answer["size"] == good.stat().st_size


def test_json_of_a_rejected_layer_has_the_same_keys_and_findings_with_theirs(bad: Path) -> None:
    answer = answered(bad)
    assert list(answer) == KEYS
    assert answer["accepted"] is False
    assert [list(found) for found in answer["findings"]] == [
        ["code", "severity", "entry", "message", "fix"]
    ] * len(answer["findings"])
    assert "error" in {found["severity"] for found in answer["findings"]}


def test_json_is_all_that_is_on_stdout_and_nothing_is_on_stderr(good: Path) -> None:
    result = run(good, "--json")
    assert (result.exit_code, result.stdout.count("\n"), result.stderr) == (0, 1, "")


def test_the_key_names_layer_and_version(good: Path) -> None:
    answer = answered(good, "--key", KEY)
    assert (answer["layer"], answer["version"], answer["accepted"]) == ("greet", "1.0.0", True)


def test_a_key_that_names_no_release_rejects(good: Path) -> None:
    assert run(good, "--key", "greet.zip").exit_code == 1


def test_what_the_layer_serves_may_be_declared(good: Path) -> None:
    result = run(
        good, "--runtime", "python3.13", "--runtime", "python3.12", "--architecture", "arm64"
    )
    assert result.exit_code == 0


@pytest.mark.parametrize("runtime", ["nodejs22.x", "python3.133"])
def test_a_runtime_that_is_not_served_or_not_known_rejects(good: Path, runtime: str) -> None:
    assert run(good, "--runtime", runtime).exit_code == 1


def misused(result: Result, *words: str) -> bool:
    """Whether it was told, with all these words, that the command was used wrongly."""
    text = " ".join(result.stderr.replace("│", " ").split())
    return (result.exit_code, result.stdout) == (2, "") and all(word in text for word in words)


def test_no_zip_at_all_is_wrong_use() -> None:
    assert misused(run(), "Missing argument")


def test_an_impossible_architecture_is_wrong_use(good: Path) -> None:
    assert misused(run(good, "--architecture", "mips"), "'x86_64', 'arm64'")


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    assert misused(run("nosuch.zip"), "nosuch.zip is no file")


def test_a_folder_is_wrong_use(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    assert misused(run("folder"), "folder is a folder, not a zip")


def test_a_file_that_cannot_be_read_is_wrong_use(good: Path, monkeypatch: Any) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(FileBytes, "read_at", refuse)
    monkeypatch.setattr(FileBytes, "stream", refuse)
    assert misused(run(good), "cannot be read: Permission denied")


@pytest.mark.parametrize("url", ["s3://", "s3://bucket", "s3://bucket/", "s3:///key"])
def test_a_url_without_bucket_or_key_is_wrong_use(url: str) -> None:
    assert misused(run(url), "s3://BUCKET/KEY")


@pytest.fixture
def in_a_region(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


@pytest.mark.usefixtures("in_a_region")
def test_an_object_is_inspected_like_a_file(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def find(_: S3Artifacts, bucket: str, key: str, version_id: str | None) -> FileBytes:
        asked.append((bucket, key))
        return FileBytes(good)

    monkeypatch.setattr(S3Artifacts, "find", find)
    url = f"s3://artifacts/{KEY}"
    assert answered(url) == answered(good)
    assert run(url).stdout.split()[:3] == ["✓", "1.0.0.zip", "accepted"]
    assert asked == [("artifacts", KEY)] * 2


@pytest.mark.usefixtures("in_a_region")
def test_an_object_that_is_not_there_is_wrong_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(S3Artifacts, "find", lambda *_: None)
    assert misused(run("s3://artifacts/nosuch.zip"), "no object s3://artifacts/nosuch.zip")


@pytest.mark.usefixtures("in_a_region")
@pytest.mark.parametrize("fault", [Unavailable, AccessRefused])
def test_an_aws_that_does_not_answer_or_refuses_ends_with_3(
    fault: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(*_: Any) -> None:
        raise fault("looking at key: not today")

    monkeypatch.setattr(S3Artifacts, "find", find)
    result = run("s3://artifacts/layer.zip")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "not today" in result.stderr


def test_changes_since_a_zip_are_shown(good: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.zip"
    newer.write_bytes(layer(b"1.1.0"))
    assert "greet 1.0.0 → 1.1.0" in run(newer, "--previous", good).stdout
    answer = answered(newer, "--previous", good)
    assert list(answer) == [*KEYS, "changes"]
    assert answer["changes"]["changed"] == [{"name": "greet", "before": "1.0.0", "after": "1.1.0"}]


def test_changes_since_a_kept_report_are_those_since_its_zip(good: Path, tmp_path: Path) -> None:
    newer, kept = tmp_path / "newer.zip", tmp_path / "report.json"
    newer.write_bytes(layer(b"1.1.0"))
    kept.write_text(inspect_zip(FileBytes(good), Expectations()).model_dump_json(indent=2))
    assert answered(newer, "--previous", kept) == answered(newer, "--previous", good)


@pytest.mark.parametrize("content", [b"{", b"{}", b'{"accepted": true}'])
def test_a_previous_report_that_is_none_is_wrong_use(
    good: Path, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(content)
    assert misused(run(good, "--previous", path), "--previous", "is no report of an inspection")


def test_a_previous_zip_that_is_none_is_wrong_use(good: Path, tmp_path: Path) -> None:
    path = tmp_path / "old.zip"
    path.write_bytes(b"no zip")
    assert misused(run(good, "--previous", path), "--previous", "nothing to compare with")


def test_the_sbom_lists_the_packages(good: Path, tmp_path: Path) -> None:
    path = tmp_path / "sbom.json"
    assert run(good, "--sbom", path).exit_code == 0
    sbom = json.loads(path.read_text())
    assert sbom["bomFormat"] == "CycloneDX"
    assert [part["purl"] for part in sbom["components"]] == ["pkg:pypi/greet@1.0.0"]


def test_an_unreadable_zip_has_no_sbom_and_says_so(tmp_path: Path) -> None:
    bad, path = tmp_path / "bad.zip", tmp_path / "sbom.json"
    bad.write_bytes(b"no zip")
    result = run(bad, "--sbom", path)
    assert result.exit_code == 1
    assert "There is no SBOM" in result.stderr
    assert not path.exists()


def test_an_sbom_that_cannot_be_written_is_told(good: Path, tmp_path: Path) -> None:
    result = run(good, "--sbom", tmp_path / "nosuch" / "sbom.json")
    assert result.exit_code == 2
    assert "cannot be written" in " ".join(result.stderr.replace("│", " ").split())


_LOADED = """
import sys
from layerlift_cli.main import app
try:
    app(["inspect", sys.argv[1], "--json"])
except SystemExit as end:
    print(end.code, file=sys.stderr)
heavy = ("boto3", "botocore", "rich.console", "cyclonedx", "yaml", "layerlift.releasing")
print([name for name in heavy if name in sys.modules], file=sys.stderr)
"""


def test_a_file_is_inspected_without_the_aws_sdk_and_what_draws(good: Path) -> None:
    command = [sys.executable, "-c", _LOADED, str(good)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines() == ["0", "[]"]
