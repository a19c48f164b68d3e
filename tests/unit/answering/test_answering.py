"""Each step leaves one line in its log that says what it answered about what."""

import json
from typing import Any

import pytest

from layerlift import answering
from layerlift.domain.commands import RollbackCommand, TargetCommand
from layerlift.domain.errors import Unavailable
from layerlift.domain.model import Value
from layerlift.domain.outcomes import Outcome, StepResult

TARGET = TargetCommand.model_validate(
    {
        "release": {"layer": "http-client", "version": "1.0.0", "digest": "a" * 64, "attempt": 1},
        "stage": "prod",
        "target": {"account": "", "region": "eu-west-1"},
    }
)
ROLLBACK = RollbackCommand.model_validate(
    {
        "layer": "http-client",
        "version": "1.0.0",
        "stage": "prod",
        "attempt": 1,
        "recall": {"reason": "no good"},
        "proof": {
            "authorization": "AWS4-HMAC-SHA256 Signature=of-somebody",
            "date": "20261123T120000Z",
            "nonce": "0" * 32,
        },
    }
)


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    lines: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(
        answering._logger, "info", lambda message, **fields: lines.append((message, fields))
    )
    return lines


def test_what_was_answered_about_what_is_logged_in_one_line(
    logged: list[tuple[str, dict[str, Any]]],
) -> None:
    result = StepResult(outcome=Outcome.PASSED, reason="Imported 8 modules.")
    assert answering.answer(TARGET, lambda: result) == result.model_dump(mode="json")
    [(message, fields)] = logged
    assert (message, fields["reason"]) == ("passed", "Imported 8 modules.")
    about = TARGET.model_dump(mode="json")
    assert fields["about"] == {"release": about["release"], "stage": "prod"} | {
        "target": about["target"]
    }


def test_what_is_out_of_reach_is_answered_and_logged_as_well(
    logged: list[tuple[str, dict[str, Any]]],
) -> None:
    def fail() -> StepResult:
        raise Unavailable("reading in eu-west-1: timed out")

    assert answering.answer(TARGET, fail)["outcome"] == "unavailable"
    assert logged[0][0] == "unavailable"
    assert logged[0][1]["reason"] == "reading in eu-west-1: timed out"


@pytest.mark.parametrize("command", [ROLLBACK, TARGET])
def test_no_proof_is_logged(logged: list[tuple[str, dict[str, Any]]], command: Value) -> None:
    answering.answer(command, lambda: StepResult(outcome=Outcome.INACTIVE))
    line = json.dumps(logged)
    assert "Signature" not in line
    assert "proof" not in line
    assert '"stage": "prod"' in line
