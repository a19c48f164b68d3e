"""`layerlift override` asks for what it needs before it asks AWS anything."""

import pytest
from typer.testing import CliRunner

from layerlift_cli.main import app

WORDS = ("override", "http-client", "1.4.0", "prod")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--reason", "why"), "--alarm NAME, --freeze, or both"),
        (("--freeze", "--reason", "  "), "Say why"),
        (("--freeze", "--reason", "x" * 1001), "1000 characters at most"),
        (("--freeze",), "--reason"),
    ],
)
def test_an_override_without_what_or_why_is_refused(options: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(app, [*WORDS, *options], env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert said in result.output


def test_a_stage_that_cannot_be_is_told_before_anything_is_asked() -> None:
    words = ("override", "http-client", "1.4.0", "no stage", "--freeze", "--reason", "why")
    result = CliRunner().invoke(app, words, env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert "is not a stage name" in result.output
