"""What `layerlift rollback` asks for, says, and ends with."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from typer.testing import CliRunner

from layerlift.domain.commands import RollbackCommand
from layerlift.domain.events import EventType
from layerlift_cli import rollbacks
from layerlift_cli import session as cli_session
from layerlift_cli.main import app
from tests.fakes.control_plane import control_plane
from tests.fakes.world import ADA, FRANKFURT, World, execution


class FunctionOf:
    """Stands for boto3's session: Lambda runs the rollback of a world."""

    def __init__(self, world: World, answer: dict[str, Any] | None = None) -> None:
        self.world = world
        self.fixed = answer
        self.asked: list[dict[str, Any]] = []

    def client(self, service: str) -> FunctionOf:
        assert service == "lambda"
        return self

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        assert FunctionName == "rollback"
        command = json.loads(Payload)
        self.asked.append(command)
        result = self.fixed or self.world.take_back(
            RollbackCommand.model_validate(command)
        ).model_dump(mode="json")
        return {"Payload": io.BytesIO(json.dumps(result).encode())}


def live() -> World:
    world = World()
    for version in ("1.0.0", "1.1.0"):
        world.go_into(
            world.release(version.encode(), version, f"run-{version}"), "dev", (FRANKFURT,)
        )
        world.promotions.running.discard(execution(f"run-{version}"))
    return world


def run(monkeypatch: pytest.MonkeyPatch, session: FunctionOf, *arguments: str) -> Any:
    plane = control_plane(session.world.registry)
    monkeypatch.setattr(cli_session.Caller, "control_plane", lambda _: (plane, session))
    monkeypatch.setattr(rollbacks, "sign", lambda said, *_: session.world.prove_identity(said, ADA))
    return CliRunner().invoke(app, ["rollback", *arguments])


def test_it_names_the_release_that_is_live_and_proves_who_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = FunctionOf(live())
    done = run(monkeypatch, session, "http-client", "dev", "--reason", "slow")
    said = "http-client 1.1.0 is rolled back in dev: 1.0.0 is live in eu-central-1.\n"
    assert (done.exit_code, done.stdout) == (0, said)
    assert done.stderr == "http-client in dev: 1.1.0 → 1.0.0 in eu-central-1\n"
    (asked,) = session.asked
    assert asked["version"] == "1.1.0"
    assert (asked["attempt"], asked["recall"]) == (
        1,
        {"to": None, "to_nothing": False, "reason": "slow"},
    )
    (started,) = session.world.events(EventType.ROLLBACK_STARTED)
    assert started.detail.actor == ADA.arn


def test_the_same_command_again_empties_nothing_and_says_how_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = FunctionOf(live())
    run(monkeypatch, session, "http-client", "dev")
    again = run(monkeypatch, session, "http-client", "dev")
    assert again.exit_code == 1
    assert again.stderr == "", "what will not be done is not foretold"
    assert "http-client 1.0.0 stays live in dev: nothing was there before it" in again.stdout
    asked = run(monkeypatch, session, "http-client", "dev", "--to-nothing")
    said = "http-client 1.0.0 is rolled back in dev: nothing is live in eu-central-1.\n"
    assert (asked.exit_code, asked.stdout) == (0, said)


def test_a_reason_longer_than_the_trail_keeps_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    session = FunctionOf(live())
    done = run(monkeypatch, session, "http-client", "dev", "--reason", "x" * 1001)
    assert done.exit_code == 2
    assert "1000 characters at most" in done.output
    assert session.asked == []


def test_its_json_says_what_was_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(monkeypatch, FunctionOf(live()), "http-client", "dev", "--to", "1.0.0", "--json")
    said = json.loads(done.stdout)
    assert (said["version"], said["outcome"]) == ("1.1.0", "rolled_back")


@pytest.mark.parametrize(
    ("outcome", "code", "words"),
    [
        ("incomplete", 1, "Why. The reconciler goes on trying. Follow it: layerlift status"),
        ("refused", 1, "Why."),
        ("busy", 3, "It could not be done now: Why. Try again."),
        ("unavailable", 3, "It could not be done now: Why. Try again."),
    ],
)
def test_its_exit_code_says_how_it_ended(
    monkeypatch: pytest.MonkeyPatch, outcome: str, code: int, words: str
) -> None:
    session = FunctionOf(live(), {"outcome": outcome, "reason": "Why."})
    done = run(monkeypatch, session, "http-client", "dev")
    assert done.exit_code == code
    assert words in done.output


def test_a_layer_that_is_not_there_is_not_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    session = FunctionOf(World())
    done = run(monkeypatch, session, "http-client", "dev")
    assert done.exit_code == 1
    assert "http-client is not live in dev, so there is nothing to take back." in done.output
    assert "layerlift status http-client" in done.output
    assert session.asked == []
