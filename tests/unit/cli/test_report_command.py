"""`layerlift report` shows what was found in a release, or in what became none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from layerlift.adapters import s3_artifacts
from layerlift.domain.names import parse_version
from layerlift.domain.outcomes import InspectResult, Outcome
from layerlift.domain.release import Artifact
from layerlift.releasing.record import record_drop
from layerlift_cli import session as cli_session
from layerlift_cli.errors import AnswerIsNo
from layerlift_cli.main import app
from layerlift_cli.report_command import find_address
from tests.fakes.control_plane import control_plane
from tests.fakes.releases_by_hand import ReleasesByHand
from tests.fakes.world import BUCKET, LAYER, World


def run(monkeypatch: pytest.MonkeyPatch, world: World, *words: str) -> Any:
    plane = control_plane(world.registry)
    monkeypatch.setattr(cli_session.Caller, "control_plane", lambda _: (plane, None))
    monkeypatch.setattr(s3_artifacts, "S3Artifacts", lambda _: world.artifacts)
    return CliRunner().invoke(app, ["report", *words], env={"COLUMNS": "80"})


def rejected(world: World, version: str) -> str:
    """A drop that was rejected, with a report; returns where the report is."""
    url = f"s3://{BUCKET}/reports/rejected-{version}.json"
    artifact = Artifact(bucket=BUCKET, key=f"incoming/{LAYER}/{version}.zip", version_id="v1")
    inspection = InspectResult(
        outcome=Outcome.REJECTED,
        artifact=artifact,
        layer=LAYER,
        version=version,
        digest=None,
        report_key=url.removeprefix(f"s3://{BUCKET}/"),
        findings=(),
    )
    record_drop(inspection, Outcome.REJECTED, "No.", registry=world.registry, clock=world.clock)
    return url


def test_it_shows_what_was_found_in_the_newest_release(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ReleasesByHand()
    made.release(LAYER, "1.0.0", minutes_ago=60)
    made.release(LAYER, "1.1.0", minutes_ago=5)
    shown = run(monkeypatch, made.world, LAYER)
    assert shown.exit_code == 0
    assert "http-client 1.1.0  accepted  1 warning, 1 note" in shown.stdout
    assert "Strip it: strip --strip-unneeded" in shown.stdout
    told = json.loads(run(monkeypatch, made.world, LAYER, "1.0.0", "--json").stdout)
    assert (told["version"], len(told["findings"])) == ("1.0.0", 2)


def test_a_report_that_was_removed_can_be_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ReleasesByHand()
    made.release(LAYER, "1.0.0")
    made.world.artifacts.reports.clear()
    shown = run(monkeypatch, made.world, LAYER)
    assert shown.exit_code == 1
    assert "has been removed. Inspect the zip again: layerlift inspect ZIP" in shown.stderr


def test_a_drop_that_was_rejected_has_a_report_until_its_version_is_a_release() -> None:
    world = World()
    url = rejected(world, "1.0.0")
    assert find_address(world.registry, LAYER, None) == url
    world.clock.advance(seconds=1)
    world.release(b"one", "1.0.0", "run-1")
    with pytest.raises(AnswerIsNo, match=r"There is no report of http-client 1\.0\.0\."):
        find_address(world.registry, LAYER, parse_version("1.0.0"))


def test_without_a_release_it_says_where_to_see_those_there_are() -> None:
    with pytest.raises(AnswerIsNo, match=r"no report of http-client\. See .* layerlift status"):
        find_address(World().registry, LAYER, None)
