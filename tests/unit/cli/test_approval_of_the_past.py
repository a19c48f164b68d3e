"""What is told of a request whose attempt is over is never taken for what the drop after it is."""

from __future__ import annotations

from typing import Any

import pytest
from typer.testing import CliRunner

from layerlift.domain.names import parse_version
from layerlift.domain.outcomes import InspectResult, Outcome, StepResult
from layerlift.domain.release import Artifact
from layerlift.releasing.record import record_drop
from layerlift_cli import approvals
from layerlift_cli import session as cli_session
from layerlift_cli.main import app
from layerlift_cli.pushing import foreseen_refusal
from tests.fakes.control_plane import control_plane
from tests.fakes.world import ADA, BUCKET, LAYER, World, execution

WHY = "1.2.0 is live and 1.1.0 is below it."
WORDS = ("http-client", "1.1.0", "prod")


def run(monkeypatch: pytest.MonkeyPatch, world: World, *words: str) -> Any:
    plane = control_plane(world.registry)
    monkeypatch.setattr(cli_session.Caller, "control_plane", lambda _: (plane, None))
    return CliRunner().invoke(app, words, env={"COLUMNS": "80"})


def rolled_back() -> World:
    """1.1.0 was approved for prod, was live there, and was taken back."""
    world = World()
    world.go_into(world.release(b"one", "1.0.0", "run-1"))
    world.promotions.running.discard(execution("run-1"))
    ref = world.release(b"two", "1.1.0", "run-2")
    world.request(ref)
    world.decide(ref, by=ADA)
    world.go_into(ref)
    world.promotions.running.discard(execution("run-2"))
    world.clock.advance(seconds=1)
    assert world.roll_back("1.1.0").outcome is Outcome.ROLLED_BACK
    return world


def refuse_drop(world: World, version: str = "1.1.0") -> None:
    world.clock.advance(seconds=1)
    artifact = Artifact(bucket=BUCKET, key=f"incoming/{LAYER}/{version}.zip", version_id="again")
    inspection = InspectResult(
        outcome=Outcome.ACCEPTED,
        artifact=artifact,
        layer=LAYER,
        version=version,
        digest=None,
        report_key=None,
        findings=(),
    )
    record_drop(inspection, Outcome.REJECTED, WHY, registry=world.registry, clock=world.clock)


def test_status_of_a_layer_shows_a_drop_that_was_refused_though_the_version_is_a_release(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = rolled_back()
    before = run(monkeypatch, world, "status", "http-client").stdout
    refuse_drop(world)
    after = run(monkeypatch, world, "status", "http-client").stdout
    assert "Refused lately" not in before
    assert "Refused lately" in after
    assert WHY in after
    refuse_drop(world, "9.9.9")
    said = run(monkeypatch, world, "status", "http-client").stdout
    assert said.count(WHY) == 2, "what is no release is listed as a rejected one, once"


@pytest.mark.parametrize("again", [False, True])
def test_an_approval_of_an_attempt_that_is_over_is_not_taken_for_one_of_the_new_drop(
    monkeypatch: pytest.MonkeyPatch, *, again: bool
) -> None:
    world = rolled_back()
    if again:
        refuse_drop(world)
    since = WHY if again else "Drop it again to ask anew."
    shown = run(monkeypatch, world, "approval", *WORDS)
    assert "approved for prod, attempt 1" in shown.stdout
    assert "since then" in shown.stdout
    assert since in " ".join(shown.stdout.split())
    decided = run(monkeypatch, world, "approve", *WORDS)
    assert decided.exit_code == 1
    said = " ".join(decided.output.split())
    assert "does not wait for an approval in prod. Attempt 1 was approved." in said
    assert since in said


def test_approve_shows_what_it_approves(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    ref = world.release()
    world.request(ref)
    decided = StepResult(outcome=Outcome.APPROVED)
    monkeypatch.setattr(approvals, "sign", lambda said, *_: world.prove_identity(said, ADA))
    monkeypatch.setattr(approvals, "tell", lambda *_: decided)
    done = run(monkeypatch, world, "approve", "http-client", "1.0.0", "prod")
    assert done.exit_code == 0
    assert ref.digest in "".join(done.stderr.split())
    assert "replaces" in done.stderr
    assert "layerlift reject" not in done.stderr
    assert done.stdout.startswith("http-client 1.0.0 is approved for prod. It goes on.")


def test_push_says_that_a_version_below_a_live_one_will_be_rejected() -> None:
    world = rolled_back()
    plane = control_plane(world.registry)
    assert foreseen_refusal(plane, LAYER, parse_version("1.1.0")) == ""
    world.go_into(world.release(b"three", "1.2.0", "run-3"), "dev")
    said = foreseen_refusal(plane, LAYER, parse_version("1.1.0"))
    assert said.startswith("It will be rejected: http-client 1.2.0 is live or on its way")
