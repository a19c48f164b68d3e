"""Every function has a sample of the event it gets: the one that the state machines send."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from layerlift.adapters.dynamodb_stream import read_events
from layerlift.adapters.sqs_events import read_messages
from layerlift.console.requests import Decide, comment_field, understand
from layerlift.domain import commands
from layerlift.domain.catalogue.shape import ON_THE_BUS
from layerlift.domain.live_canary import LivePlace
from layerlift.releasing.approval import Decision
from tools.reference.settings import function_folders, logical_id
from tools.reference.sources import ROOT

MODELS: dict[str, type[BaseModel]] = {
    "activate": commands.TargetCommand,
    "canary": commands.TargetCommand,
    "check_alarms": commands.CheckAlarmsCommand,
    "claim": commands.ClaimCommand,
    "decide_approval": Decision,
    "grant": commands.TargetCommand,
    "reserve": commands.LayerStageCommand,
    "inspect": commands.InspectCommand,
    "lock": commands.StageCommand,
    "override": commands.OverrideCommand,
    "pay": commands.PayCommand,
    "publish": commands.TargetCommand,
    "reconcile": commands.ReconcileCommand,
    "record": commands.RecordCommand,
    "request_approval": commands.RequestApprovalCommand,
    "recover": commands.LayerStageCommand,
    "restore": commands.TargetCommand,
    "rollback": commands.RollbackCommand,
    "settle": commands.SettleCommand,
    "start_watches": commands.StartWatchesCommand,
    "try_consumers": commands.TargetCommand,
    "watch_live": LivePlace,
}
NOT_STEPS = {
    "announce",
    "console",
    "decide_approval",
    "notify",
    "override",
    "reconcile",
    "rollback",
    "start_watches",
    "sweep",
}
"""Invoked by people, schedules, a queue and the table's stream, not by a state machine."""

FUNCTIONS = [folder.name for folder in function_folders()]


def sample(name: str) -> Any:
    return json.loads((ROOT / "events/functions" / f"{name}.json").read_text())


def payloads(node: Any, function: str) -> list[dict[str, Any]]:
    """Return what a state machine sends to a function, wherever it does."""
    if isinstance(node, list):
        return [found for item in node for found in payloads(item, function)]
    if not isinstance(node, dict):
        return []
    here = [node["Payload"]] if node.get("FunctionName") == f"${{{function}Arn}}" else []
    return here + [found for value in node.values() for found in payloads(value, function)]


def test_there_is_one_sample_for_each_function_and_no_other() -> None:
    found = {path.stem for path in (ROOT / "events/functions").iterdir()}
    assert found == set(FUNCTIONS)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name in MODELS])
def test_the_model_of_the_handler_accepts_the_sample(name: str) -> None:
    model = MODELS[name]
    tree = ast.parse((ROOT / "functions" / name / "handler.py").read_text())
    validated = {
        node.func.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "model_validate"
        and isinstance(node.func.value, ast.Name)
    }
    assert validated == {model.__name__}
    content = {"entry": sample(name)} if model is commands.RecordCommand else sample(name)
    model.model_validate(content)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in NOT_STEPS])
def test_the_sample_has_the_fields_that_a_state_machine_sends(name: str) -> None:
    function = logical_id(Path(name))
    machines = sorted((ROOT / "statemachines").glob("*.asl.json"))
    sent = [
        payload
        for machine in machines
        for payload in payloads(json.loads(machine.read_text()), function)
    ]
    assert sorted(sample(name)) in [sorted(payload) for payload in sent]


def test_the_sample_of_notify_is_a_batch_of_the_stream() -> None:
    (arrival,) = read_events(sample("notify"))
    published = json.loads((ROOT / "events/bus/layer-version-published.json").read_text())
    detail = arrival.event.detail.model_dump(mode="json", exclude_none=True)
    kept = {n: value for n, value in published["detail"].items() if n not in ON_THE_BUS}
    assert detail == kept


def test_the_sample_of_announce_is_a_batch_of_the_queue() -> None:
    (message,) = read_messages(sample("announce"))
    requested = json.loads((ROOT / "events/bus/layer-approval-requested.json").read_text())
    assert message.event is not None
    assert message.event.type == requested["detail-type"]
    detail = message.event.detail.model_dump(mode="json", exclude_none=True)
    assert detail == requested["detail"]


def test_the_sample_of_the_console_is_a_decision_with_its_comment() -> None:
    asked = understand(sample("console"))
    assert isinstance(asked.request, Decide)
    decided = asked.request
    field = comment_field(decided.layer, decided.version, decided.stage, decided.attempt)
    assert (asked.context.is_dark, bool(asked.context.field(field))) == (True, True)


def test_the_drop_becomes_the_sample_of_inspect() -> None:
    drop = json.loads((ROOT / "events/drop.json").read_text())
    assert (drop["source"], drop["detail-type"]) == ("aws.s3", "Object Created")
    dropped = drop["detail"]["object"]
    assert sample("inspect") == {
        "bucket": drop["detail"]["bucket"]["name"],
        "key": dropped["key"],
        "version_id": dropped["version-id"],
    }
