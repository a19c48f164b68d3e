"""`layerlift policy check` says what a policy means, and `apply` what it leaves behind."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from layerlift.domain.policy import Policy
from layerlift.releasing.policies import apply_policy, read_policy
from layerlift_cli import session as cli_session
from layerlift_cli.main import app
from layerlift_cli.policy_view import left_behind, policy_view
from tests.fakes.control_plane import control_plane
from tests.fakes.registry import MemoryRegistry

SATURDAY = datetime(2026, 11, 28, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 12, tzinfo=UTC)
MANAGERS = "arn:aws:iam::111122223333:role/release-managers"
WEEKEND = {"weekly": "Fri 16:00 - Mon 08:00", "timezone": "Europe/Berlin", "reason": "Weekend"}


def policy(*regions: str, **gates: Any) -> Policy:
    stages = [
        {"name": "dev", "waves": [["eu-central-1"]]},
        {"name": "prod", "waves": [[region] for region in regions], **gates},
    ]
    return Policy.model_validate({"version": 1, "stages": stages})


def shown(found: Policy, now: datetime = MONDAY) -> str:
    output = io.StringIO()
    Console(file=output, width=200).print(policy_view(found, now))
    return output.getvalue()


def test_a_stage_without_gates_is_where_it_is() -> None:
    rows = [line.split() for line in shown(policy("eu-west-1")).splitlines()]
    assert rows[1:] == [["dev", "1", "region"], ["prod", "1", "region"]]


def test_every_gate_is_named() -> None:
    gates = {
        "approvals": {"required": 2, "approvers": [MANAGERS]},
        "alarms": {"prefixes": ["checkout-"]},
        "bake": "30m",
        "freezes": [WEEKEND],
        "canary": {"watch": "24h", "consumers": [{"tags": {"canary": "yes"}}]},
        "grants": {"accounts": ["222222222222"]},
        "debts": {"allowed": 1},
    }
    text = shown(policy("eu-west-1", "us-east-1", **gates))
    said = " ".join(text.split())
    assert (
        "2 regions in 2 waves; 2 approvals by role/release-managers; alarms must be quiet; each "
        "wave bakes 30m; 1 freeze window; clones of consumers try it; what is live is tried every "
        "24h; others may read it; 1 region may be owed it" in said
    )


def test_a_freeze_that_is_on_is_told() -> None:
    text = shown(policy("eu-west-1", freezes=[WEEKEND]), SATURDAY)
    assert "frozen now, until 2026-11-30 07:00 UTC" in text


def test_what_a_policy_no_longer_names_is_told() -> None:
    before = policy("eu-west-1", "us-east-1", "us-west-2")
    assert left_behind(before, policy("us-east-1")).startswith(
        "No longer in the policy: prod in eu-west-1, us-west-2. What is live there stays as it is"
    )
    dev_only = Policy.model_validate({"version": 1, "stages": [before.stages[0].model_dump()]})
    assert "prod in eu-west-1, us-east-1, us-west-2" in left_behind(before, dev_only)
    assert left_behind(before, before) == left_behind(None, before) == ""


def test_apply_tells_it_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    registry = MemoryRegistry()
    apply_policy(registry, policy("eu-west-1", "us-east-1"))
    plane = control_plane(registry)
    monkeypatch.setattr(cli_session.Caller, "control_plane", lambda _: (plane, None))
    file = tmp_path / "policy.yaml"
    file.write_text(policy("eu-west-1").model_dump_json())
    words = ["policy", "apply", str(file)]
    first, second = (CliRunner().invoke(app, words) for _ in range(2))
    assert "No longer in the policy: prod in us-east-1." in first.stdout
    assert second.stdout == "This policy is in force already.\n"
    assert read_policy(registry) == policy("eu-west-1")
