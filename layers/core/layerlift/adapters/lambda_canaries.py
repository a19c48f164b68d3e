"""Canary functions: created with a layer version attached, invoked, and removed."""

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

from layerlift.adapters.canary_functions import (
    MADE_TAG,
    PLANE_TAG,
    CanaryFunction,
    NotOffered,
    canary_prefix,
    remove_function,
    removed_afterwards,
)
from layerlift.adapters.canary_invocations import Answer, ask, invoke_all
from layerlift.adapters.clients import AwsClients, aws_errors
from layerlift.domain.targets import Target, canary_log_group, canary_role
from layerlift.ports.aws import CanaryPlan, CanaryReading, Failure, Invocation, Leftover

_BUDGET_SECONDS = 150
"""After this no further invocation is begun, so that a run ends before its own function does."""

_SIDE_BY_SIDE = 8
"""Variants at a time; each makes few calls of the 15 a second that Lambda's API takes."""

_MALFORMED_MADE = datetime.min.replace(tzinfo=UTC)
"""When a function was made whose tag was changed by hand: long ago, so that it is removed."""


class LambdaCanaries:
    """The :class:`~layerlift.ports.aws.Canaries` of an AWS account."""

    def __init__(
        self, clients: AwsClients, control_plane: str, partition: str, *, purpose: str = ""
    ) -> None:
        """Make it; canaries of another ``purpose`` are other functions, at the same time too."""
        self._clients = clients
        self._control_plane = control_plane
        self._partition = partition
        self._purpose = purpose

    def run(
        self, target: Target, layer_arn: str, plans: Sequence[CanaryPlan]
    ) -> tuple[CanaryReading, ...]:
        deadline = time.monotonic() + _BUDGET_SECONDS
        with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:
            runs = [
                threads.submit(self._run, target, self._function(target, layer_arn, plan), deadline)
                for plan in plans
            ]
        return tuple(run.result() for run in runs)

    def _function(self, target: Target, layer_arn: str, plan: CanaryPlan) -> CanaryFunction:
        return CanaryFunction(
            control_plane=self._control_plane,
            layer_arn=layer_arn,
            role=canary_role(self._control_plane, target, partition=self._partition),
            log_group=canary_log_group(self._control_plane),
            plan=plan,
            purpose=self._purpose,
        )

    def _run(self, target: Target, function: CanaryFunction, deadline: float) -> CanaryReading:
        client = self._clients.client("lambda", target)
        invoking = self._clients.client("lambda", target, asks_once=True)
        with aws_errors(f"running the canary {function.name} in {target}"):
            try:
                with removed_afterwards(client, function.name):
                    function.create(client)
                    return CanaryReading(_ask(invoking, function, deadline))
            except NotOffered as refusal:
                return CanaryReading(not_offered=str(refusal))

    def leftovers(self, target: Target) -> tuple[Leftover, ...]:
        pages = self._clients.client("resourcegroupstaggingapi", target).get_paginator(
            "get_resources"
        )
        with aws_errors(f"looking for canaries in {target}"):
            found = pages.paginate(
                TagFilters=[{"Key": PLANE_TAG, "Values": [self._control_plane]}],
                ResourceTypeFilters=["lambda:function"],
            )
            named = tuple(
                _leftover(each) for page in found for each in page["ResourceTagMappingList"]
            )
        # Whoever may tag a function could have it removed, or stop all others from being removed.
        prefix = canary_prefix(self._control_plane)
        return tuple(leftover for leftover in named if leftover.name.startswith(prefix))

    def remove(self, target: Target, name: str) -> None:
        remove_function(self._clients.client("lambda", target), name)


def _ask(client: Any, function: CanaryFunction, deadline: float) -> tuple[Invocation, ...]:
    plan = function.plan
    invoke = partial(ask, client, function.name, json.dumps(plan.event).encode(), _read)
    return invoke_all(invoke, cold=plan.cold, warm=plan.warm, deadline=deadline)


def _read(_answer: Answer, body: Any) -> Invocation:
    """Return what a probe answered; what answers otherwise is a custom runtime's own handler."""
    if not isinstance(body, dict) or "startup_ms" not in body:
        return Invocation(answer=json.dumps(body))
    return Invocation(
        is_cold=bool(body["cold"]),
        startup_ms=int(body["startup_ms"]),
        duration_ms=int(body["duration_ms"]),
        exercised={str(kind): int(count) for kind, count in body["exercised"].items()},
        failures=tuple(Failure(str(f["what"]), str(f["error"])) for f in body["failures"]),
        not_exercised=tuple(map(str, body["not_exercised"])),
        answer=body["answer"],
    )


def _leftover(mapping: Mapping[str, Any]) -> Leftover:
    tags = {tag["Key"]: tag["Value"] for tag in mapping["Tags"]}
    try:
        made_at = datetime.fromisoformat(tags[MADE_TAG])
    except (KeyError, ValueError):
        made_at = _MALFORMED_MADE
    return Leftover(str(mapping["ResourceARN"]).rpartition(":")[2], made_at)
