"""What one release over 3 stages and 30 regions costs, from the history of a real run.

The GB-seconds are an upper bound: all regions share this machine, so a run is slower than on AWS,
more so if others work on it; and a batch of events is counted as a second.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3

from benchmarks.cost_model import (
    FUNCTION_GB,
    Usage,
    baking_day,
    lambda_seconds,
    lambda_tasks,
    state_transitions,
)
from benchmarks.counting_proxy import CountingProxy, Counts
from benchmarks.figures import Figure
from benchmarks.own_process import in_own_process
from benchmarks.thirty_regions import LAYER, REGIONS, VERSION, control_plane, release
from examples.build import build_layer
from layerlift.domain.gates.bakes import bake_interval
from layerlift_cli.local.checkout import Checkout

AT_MOST_USD = 0.02

_DAY_SECONDS = 24 * 60 * 60
_TRANSITIONS_PER_CHECK = 3
"""Wait, look at the alarms, choose."""

_GIGABYTE = 1e9


def measure(checkout: Checkout) -> Iterator[Figure]:
    """Yield the cost of a release, and say on standard error what it is made of."""
    used = in_own_process(counted, checkout)
    for name, usd in used.costs().items():
        print(f"  {name:20} {getattr(used, name):>12.6g}  ${usd:.6f}", file=sys.stderr)
    interval = bake_interval(_DAY_SECONDS, waves=1)
    day = baking_day(_TRANSITIONS_PER_CHECK, _DAY_SECONDS // interval)
    print(f"  a day of baking, a look each {interval} s: ${day.usd:.4f}", file=sys.stderr)
    yield Figure(
        id="cost_release_usd",
        value=used.usd,
        unit=f"USD for 3 stages and {len(REGIONS)} regions, list prices of prices.json",
        reference="the most it may cost",
        reference_value=AT_MOST_USD,
    )


def counted(checkout: Checkout) -> Usage:
    """Return what the first release of a fresh deployment uses."""
    with (
        tempfile.TemporaryDirectory(prefix="layerlift-bench-") as folder,
        CountingProxy().listening() as proxy,
    ):
        place = Path(folder)
        content = build_layer(LAYER, VERSION, place)
        # The emulator hands its environment on to the functions, which then ask the proxy.
        through = {"AWS_ENDPOINT_URL": proxy.endpoint}
        with control_plane(checkout, place / "cost", REGIONS, extra=through) as deployment:
            state, plane, session = deployment
            proxy.upstream = state.endpoint
            release(plane, session, content)
            return usage(checkout, session, proxy.counts, content.stat().st_size)


def usage(checkout: Checkout, session: boto3.Session, counts: Counts, size: int) -> Usage:
    """Return what the executions that are in Step Functions used, and what passed the proxy."""
    transitions, invocations, seconds = 0, counts.batches, counts.batches + counts.canary_seconds
    for machine in ("release", "promotion"):
        definition = _definition(checkout, machine)
        for history in _histories(session, machine):
            transitions += state_transitions(definition, history)
            invocations += lambda_tasks(history)
            seconds += lambda_seconds(history)
    return Usage(
        state_transition=transitions,
        lambda_gb_second=seconds * FUNCTION_GB,
        lambda_request=invocations + counts.canaries,
        dynamodb_write_unit=counts.dynamodb_write_unit,
        dynamodb_read_unit=counts.dynamodb_read_unit,
        s3_write=counts.s3_write,
        s3_read=counts.s3_read,
        event=counts.event,
        transfer_gb=counts.copies * size / _GIGABYTE,
    )


def _definition(checkout: Checkout, machine: str) -> Mapping[str, Any]:
    path = checkout.root / "statemachines" / f"{machine}.asl.json"
    definition: Mapping[str, Any] = json.loads(path.read_text())
    return definition


def _histories(session: boto3.Session, machine: str) -> Iterator[list[Mapping[str, Any]]]:
    client = session.client("stepfunctions")
    machines = client.list_state_machines()["stateMachines"]
    (arn,) = (m["stateMachineArn"] for m in machines if m["name"].endswith(f"-{machine}"))
    for execution in client.list_executions(stateMachineArn=arn)["executions"]:
        pages = client.get_paginator("get_execution_history").paginate(
            executionArn=execution["executionArn"]
        )
        yield [event for page in pages for event in page["events"]]
