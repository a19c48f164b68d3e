"""A shell gets names in time or none, and never an error; what it is told is asked once."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from layerlift.domain.policy import Policy
from layerlift.releasing.known_names import KnownNames, read_known_names
from layerlift.releasing.policies import apply_policy
from layerlift_cli.completion import FRESH_SECONDS, cache_file, remembered
from layerlift_cli.session import Caller
from tests.fakes.world import LAYER, World

NAMES = KnownNames(
    layers={"http-client": ("1.1.0", "1.0.0"), "http-server": ("2.0.0",), "orjson": ("3.0.0",)},
    stages=("dev", "staging", "prod"),
)
LAYERLIFT = Path(sys.prefix) / "bin" / "layerlift"
UNREACHABLE = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file in which the names of the stack ``layerlift`` were just kept."""
    for name, value in UNREACHABLE.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "LAYERLIFT_STACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    path = cache_file(Caller("layerlift", None, None))
    path.parent.mkdir(parents=True)
    path.write_text(NAMES.model_dump_json())
    return path


def offered(shell: str, line: str) -> list[str]:
    """Run the protocol as the shell's script does, for a cursor at the end of a line."""
    words = line.split(" ")
    asked = {
        "bash": {
            "_LAYERLIFT_COMPLETE": "complete_bash",
            "COMP_WORDS": "\n".join(words),
            "COMP_CWORD": str(len(words) - 1),
        },
        "zsh": {"_LAYERLIFT_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": line},
        "fish": {
            "_LAYERLIFT_COMPLETE": "complete_fish",
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            "_TYPER_COMPLETE_ARGS": line,
        },
    }[shell]
    done = subprocess.run(
        [str(LAYERLIFT)],
        env=os.environ | asked,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    if shell == "zsh":
        return [word.split('"')[1] for word in done.stdout.splitlines() if '"' in word]
    return [word.split("\t")[0] for word in done.stdout.splitlines() if word]


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_is_offered_layers_that_begin_so(shell: str) -> None:
    assert offered(shell, "layerlift status http") == ["http-client", "http-server"]


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("layerlift approve http-client ", ["1.1.0", "1.0.0"]),
        ("layerlift approve http-client 1.0.0 ", ["dev", "staging", "prod"]),
        ("layerlift rollback http-client s", ["staging"]),
        ("layerlift arn orjson --stage p", ["prod"]),
        ("layerlift explain canary_f", ["canary_failed"]),
        ("layerlift exp", ["explain"]),
    ],
)
def test_versions_are_those_of_the_layer_and_stages_those_of_the_policy(
    line: str, words: list[str]
) -> None:
    assert offered("bash", line) == words


def test_another_stack_has_names_of_its_own(kept: Path) -> None:
    assert cache_file(Caller("other", None, None)) != kept
    assert offered("bash", "layerlift --stack other status http") == []


def test_an_aws_that_does_not_answer_is_no_error_and_no_hang(kept: Path) -> None:
    kept.unlink()
    started = time.monotonic()
    assert offered("bash", "layerlift status ht") == []
    assert time.monotonic() - started < 30  # of a busy machine; the wait itself is two seconds


def test_what_was_told_seconds_ago_is_not_asked_again(kept: Path) -> None:
    def ask() -> KnownNames:
        raise AssertionError("asked again")

    assert remembered(kept, ask) == NAMES


def test_what_is_old_is_asked_again_and_kept(kept: Path) -> None:
    long_ago = time.time() - FRESH_SECONDS - 1
    os.utime(kept, (long_ago, long_ago))
    newer = KnownNames(stages=("prod",))
    assert remembered(kept, lambda: newer) == newer
    assert json.loads(kept.read_text())["stages"] == ["prod"]
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


def test_what_is_old_is_offered_if_no_answer_comes_in_time(kept: Path) -> None:
    long_ago = time.time() - FRESH_SECONDS - 1
    os.utime(kept, (long_ago, long_ago))

    def ask() -> KnownNames:
        time.sleep(5)
        return KnownNames()

    assert remembered(kept, ask, patience=0.05) == NAMES


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert remembered(tmp_path / "file" / "names.json", lambda: NAMES) == NAMES


def test_a_kept_answer_that_is_no_json_is_asked_again(kept: Path) -> None:
    kept.write_text("{")
    assert remembered(kept, lambda: NAMES) == NAMES


def test_an_error_is_no_names(tmp_path: Path) -> None:
    def ask() -> KnownNames:
        raise RuntimeError("no")

    assert remembered(tmp_path / "names.json", ask) == KnownNames()


def test_names_are_read_from_the_newest_releases_and_the_policy_in_force() -> None:
    world = World()
    world.release(b"one", "1.0.0", "run-1")
    world.clock.advance(seconds=1)
    world.release(b"two", "1.1.0", "run-2")
    stages = [{"name": name, "waves": [["eu-central-1"]]} for name in ("dev", "prod")]
    apply_policy(world.registry, Policy.model_validate({"version": 1, "stages": stages}))
    found = read_known_names(world.registry)
    assert found == KnownNames(layers={LAYER: ("1.1.0", "1.0.0")}, stages=("dev", "prod"))
