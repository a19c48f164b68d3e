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

_ASKED_SECONDS = 10.0
"""How long a function may take to ask for an approval, when nothing goes wrong any more."""


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


def stop_what_nobody_asks_for(application: Application) -> None:
    """Stop promotions that wait for a decision of which no request was ever recorded.

    The function that asks has failed. Step Functions then fails the task, and asks again; the
    emulator swallows that and waits for ever, so it is stopped by hand.
    """
    client = application.session.client("stepfunctions")
    for execution in running(client, "promotion"):
        (last,) = client.get_execution_history(
            executionArn=execution, reverseOrder=True, maxResults=1
        )["events"]
        waits = last.get("taskScheduledEventDetails", {}).get("resource", "")
        if not waits.endswith(".waitForTaskToken"):
            continue
        if time.time() - last["timestamp"].timestamp() < _ASKED_SECONDS:
            continue
        given = json.loads(client.describe_execution(executionArn=execution)["input"])
        if not _is_asked_for(application, given["release"], given["stage"]["name"]):
            client.stop_execution(executionArn=execution, cause="nobody was asked")


def _is_asked_for(application: Application, release: Mapping[str, Any], stage: str) -> bool:
    ref = ReleaseRef.model_validate(release)
    key = approval_key(ref.layer, ref.version, parse_stage_name(stage))
    held = load(application.registry, Approval, key)
    return held is not None and held.value.attempt == ref.attempt
