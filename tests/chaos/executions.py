"""Executions of the state machines: which run, and those that the emulator lets wait for ever."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from layerlift.domain.approval import Approval
from layerlift.domain.names import parse_stage_name
from layerlift.domain.release import ReleaseRef
from layerlift.releasing.records import approval_key, load
from tests.e2e.application import Application

_A_WHILE_SECONDS = 10.0
"""How long asking for an approval, or starting a promotion, may take when nothing goes wrong."""

_STARTED_BY = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"
"""https://docs.aws.amazon.com/step-functions/latest/dg/concepts-nested-workflows.html"""


def running(client: Any, kind: str = "") -> tuple[str, ...]:
    """Return the executions that run, of state machines whose name ends with ``kind``."""
    machines = client.list_state_machines()["stateMachines"]
    return tuple(
        execution["executionArn"]
        for machine in machines
        if machine["name"].endswith(kind)
        for execution in client.list_executions(
            stateMachineArn=machine["stateMachineArn"], statusFilter="RUNNING"
        )["executions"]
    )


def stop_what_waits_for_ever(application: Application) -> None:
    """Stop what the emulator lets wait where Step Functions would not.

    That is a promotion whose function failed when it asked for an approval: Step Functions fails
    the task, and asks again. And it is a release whose promotion was stopped while it waited for a
    decision: Step Functions fails the task that started it.
    """
    client = application.session.client("stepfunctions")
    promotions = {one: _given(client, one) for one in running(client, "promotion")}
    for execution, given in promotions.items():
        release, stage = given["release"], given["stage"]["name"]
        waits = _waits_for(client, execution, ".waitForTaskToken")
        if waits and not _is_asked_for(application, release, stage):
            client.stop_execution(executionArn=execution, cause="nobody was asked")
    parents = {given.get(_STARTED_BY) for given in promotions.values()}
    for execution in running(client, "release"):
        if execution not in parents and _waits_for(client, execution, ".sync:2"):
            client.stop_execution(executionArn=execution, cause="its promotion was stopped")


def _given(client: Any, execution: str) -> dict[str, Any]:
    given: dict[str, Any] = json.loads(client.describe_execution(executionArn=execution)["input"])
    return given


def _waits_for(client: Any, execution: str, resource: str) -> bool:
    """Say whether the last that happened, a while ago, is that such a task was scheduled."""
    (last,) = client.get_execution_history(executionArn=execution, reverseOrder=True, maxResults=1)[
        "events"
    ]
    scheduled = last.get("taskScheduledEventDetails", {}).get("resource", "")
    age = time.time() - last["timestamp"].timestamp()
    return scheduled.endswith(resource) and age > _A_WHILE_SECONDS


def _is_asked_for(application: Application, release: Mapping[str, Any], stage: str) -> bool:
    ref = ReleaseRef.model_validate(release)
    key = approval_key(ref.layer, ref.version, parse_stage_name(stage))
    held = load(application.registry, Approval, key)
    return held is not None and held.value.attempt == ref.attempt
