"""With `--json`, what ends a command early is JSON on stderr, and its exit code is the same."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from layerlift_cli.main import app

runner = CliRunner()
NOWHERE = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_CONFIG_FILE": "/nonexistent",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
}


def told(words: Sequence[str], env: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    """Return exit code and error of a command that prints nothing else."""
    result = runner.invoke(app, [*words, "--json"], env=env)
    assert result.stdout == ""
    error = json.loads(result.stderr)["error"]
    assert set(error) == {"code", "message", "next"}
    return result.exit_code, error


def every_command(command: Any, *words: str) -> list[tuple[str, ...]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        return [words]
    return [found for name, each in inner.items() for found in every_command(each, *words, name)]


@pytest.mark.parametrize("words", every_command(get_command(app)), ids=" ".join)
def test_every_command_that_is_used_wrongly_says_so_in_json(words: tuple[str, ...]) -> None:
    code, error = told((*words, "--no-such-option"))
    assert (code, error["code"]) == (2, "usage")
    assert "--no-such-option" in error["message"]
    assert error["next"] == f"See how it is used: layerlift {' '.join(words)} --help"


def test_a_command_that_is_not_there_says_so_in_json() -> None:
    code, error = told(("relase",))
    assert (code, error["code"]) == (2, "usage")
    assert "relase" in error["message"]


def test_a_text_that_breaks_a_rule_is_misuse() -> None:
    code, error = told(("approve", "http-client", "not-a-version", "prod"))
    assert (code, error["code"]) == (2, "usage")
    assert "not-a-version" in error["message"]


def test_an_answer_of_no_says_what_next() -> None:
    code, error = told(("explain", "nothing-like-it-at-all"))
    assert (code, error["code"]) == (1, "answer_is_no")
    assert "layerlift explain --list" in error["next"]


def test_what_is_missing_here_says_what_next(tmp_path: Path) -> None:
    code, error = told(("policy", "check", str(tmp_path / "policy.yaml")))
    assert (code, error["code"]) == (2, "not_set_up")
    assert error["next"]


def test_an_aws_that_does_not_answer_says_what_next() -> None:
    code, error = told(("approvals",), NOWHERE)
    assert (code, error["code"]) == (3, "out_of_reach")
    assert error["message"].startswith("AWS cannot be reached: ")
    assert "layerlift local up" in error["next"]


def test_without_json_the_same_is_words() -> None:
    result = runner.invoke(app, ["explain", "nothing-like-it-at-all"])
    assert result.exit_code == 1
    assert result.stderr.startswith("'nothing-like-it-at-all' is no finding")


def test_a_result_that_is_no_stays_a_result(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("version: 1\nstages: []\n")
    result = runner.invoke(app, ["policy", "check", str(path), "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["valid"] is False
    assert result.stderr == ""


def test_what_follows_two_dashes_asks_for_no_json() -> None:
    result = runner.invoke(app, ["explain", "--", "--json"])
    assert result.exit_code == 1
    assert result.stderr.startswith("'--json' is no finding")


@pytest.mark.parametrize("words", every_command(get_command(app)), ids=" ".join)
def test_flags_show_no_type_in_the_help(words: tuple[str, ...]) -> None:
    result = runner.invoke(app, [*words, "--help"], env={"COLUMNS": "80", "TERM": "xterm"})
    assert result.exit_code == 0
    assert "<bool>" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
