"""Consumers in an AWS account: found by ARN or tag, cloned, asked, and the clones removed."""

import base64
import json
import re
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

from layerlift.adapters.canary_functions import NotOffered, canary_prefix, removed_afterwards
from layerlift.adapters.canary_invocations import Answer, ask, invoke_all
from layerlift.adapters.clients import AwsClients, aws_errors, error_code
from layerlift.adapters.consumer_clones import MAX_CODE_BYTES, CloneFunction
from layerlift.domain.gates.consumers import MAX_SECONDS, Consumer
from layerlift.domain.names import LayerName
from layerlift.domain.targets import Target
from layerlift.ports.aws import CanaryReading, Invocation
from layerlift.ports.consumers import Clone, ConsumerVersion, Search

_MAX_LOOKED_AT = 50
"""Ours: how many functions of a consumer are looked at, each with a call of the 15 a second that
Lambda's control APIs take together, which others need as well.
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

_BUDGET_SECONDS = 55
"""After this no further clone is made. The last takes up to 85 seconds more, and its step makes two
runs at most: together they end before their own function does."""

_SIDE_BY_SIDE = 3
"""Clones at a time: the code of each, 50 MB at most, is held in memory more than once."""

_REPORT = re.compile(r"REPORT RequestId: \S+\s+Duration: ([\d.]+) ms")
_INIT = re.compile(r"\tInit Duration: ([\d.]+) ms")
"""The last line of an invocation's log, and what it says of one that found the function cold.
https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html"""


class LambdaConsumerCanaries:
    """The :class:`~layerlift.ports.consumers.ConsumerCanaries` of an AWS account."""

    def __init__(self, clients: AwsClients, control_plane: str, partition: str) -> None:
        self._clients = clients
        self._control_plane = control_plane
        self._partition = partition

    def find(self, target: Target, consumer: Consumer, published_name: LayerName) -> Search:
        of_layer = f":{target.region}:{target.account}:layer:{published_name}:"
        found: list[ConsumerVersion] = []
        unfit: list[str] = []
        with aws_errors(f"looking for consumers in {target}"):
            client = self._clients.client("lambda", target)
            named = self._named(target, consumer)
            arns = sorted({arn for arn in named if not self._is_canary(arn)})
            looked_at = 0
            for arn in arns[:_MAX_LOOKED_AT]:
                if len(found) == consumer.at_most:
                    break
                looked_at += 1
                newest = _newest(client, arn)
                layer_arn = None if newest is None else _layer_of(newest, of_layer)
                if newest is None or layer_arn is None:
                    continue
                flaw = _flaw(newest)
                if flaw:
                    unfit.append(f"{newest['FunctionName']}: {flaw}")
                else:
                    found.append(_version(arn, newest, layer_arn))
        return Search(tuple(found), tuple(unfit), looked_at, is_cut=looked_at < len(arns))

    def _is_canary(self, arn: str) -> bool:
        return arn.rpartition(":")[2].startswith(canary_prefix(self._control_plane))

    def _named(self, target: Target, consumer: Consumer) -> Iterable[str]:
        """Return the ARNs of the functions that the policy means, whatever layers they have."""
        if consumer.tags:
            return self._tagged(target, consumer)
        pages = self._clients.client("lambda", target).get_paginator("list_functions").paginate()
        arns = (function["FunctionArn"] for page in pages for function in page["Functions"])
        return filter(consumer.matches, arns)

    def _tagged(self, target: Target, consumer: Consumer) -> Iterable[str]:
        filters = [{"Key": key, "Values": [value]} for key, value in sorted(consumer.tags.items())]
        client = self._clients.client("resourcegroupstaggingapi", target)
        pages = client.get_paginator("get_resources").paginate(
            ResourceTypeFilters=["lambda:function"], TagFilters=filters
        )
        return (each["ResourceARN"] for page in pages for each in page["ResourceTagMappingList"])

    def run(self, target: Target, clones: Sequence[Clone]) -> tuple[CanaryReading, ...]:
        deadline = time.monotonic() + _BUDGET_SECONDS
        with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:
            runs = [
                threads.submit(self._run, self._function(target, clone), deadline)
                for clone in clones
            ]
        return tuple(run.result() for run in runs)

    def _function(self, target: Target, clone: Clone) -> CloneFunction:
        return CloneFunction(self._control_plane, self._partition, target, clone)

    def _run(self, function: CloneFunction, deadline: float) -> CanaryReading:
        if time.monotonic() > deadline:
            return CanaryReading(not_offered="no time was left for its clone")
        target = function.target
        client = self._clients.client("lambda", target)
        invoking = self._clients.client("lambda", target, asks_once=True)
        with aws_errors(f"running {function.name}, a clone of {function.clone.version.arn}"):
            try:
                with removed_afterwards(client, function.name):
                    flaw, secrets = _made(client, function)
                    done = flaw or _ask(invoking, function, deadline)
                    return CanaryReading(tuple(_without(secrets, one) for one in done))
            except NotOffered as refusal:
                return CanaryReading(not_offered=str(refusal))


def _made(client: Any, function: CloneFunction) -> tuple[tuple[Invocation, ...], tuple[str, ...]]:
    """Make a clone; return as a failed invocation that Lambda takes no function of these parts.

    That may be the new version's doing: all layers of a function together may unzip to 250 MB.
    Returned as well is what of the clone's environment nobody is told.
    """
    from botocore.exceptions import ClientError

    try:
        return (), function.create(client)
    except ClientError as problem:
        code = error_code(problem)
        if code != "InvalidParameterValueException":
            raise
        message = str(problem.response["Error"].get("Message", ""))
        return (Invocation(error=message, error_kind=code),), ()


def _without(secrets: Iterable[str], invocation: Invocation) -> Invocation:
    """Return an invocation whose error, which becomes part of a reason, quotes no secret."""
    error = invocation.error
    for secret in secrets:
        error = error.replace(secret, "***")
    return replace(invocation, error=error)


def _newest(client: Any, arn: str) -> dict[str, Any] | None:
    """Return the settings of a function's newest published version, None if it has none."""
    from botocore.exceptions import ClientError

    pages = client.get_paginator("list_versions_by_function").paginate(FunctionName=arn)
    try:
        numbered = [
            version
            for page in pages
            for version in page["Versions"]
            if version["Version"].isdigit()
        ]
    except ClientError as problem:
        # What is tagged, or was listed, can be gone by now.
        if error_code(problem) == "ResourceNotFoundException":
            return None
        raise
    return max(numbered, key=lambda version: int(version["Version"]), default=None)


def _layer_of(version: dict[str, Any], of_layer: str) -> str | None:
    arns = (str(layer["Arn"]) for layer in version.get("Layers", ()))
    return next((arn for arn in arns if of_layer in arn), None)


def _flaw(version: dict[str, Any]) -> str:
    """Return why a version cannot be cloned; empty if it can."""
    size = int(version.get("CodeSize", 0))
    if version.get("PackageType") == "Image":
        return "it is a container image, which has no layers to replace"
    if size > MAX_CODE_BYTES:
        return f"its code has {size:,} bytes, and a clone is made of 50 MB at most"
    return ""


def _version(arn: str, version: dict[str, Any], layer_arn: str) -> ConsumerVersion:
    return ConsumerVersion(
        arn=f"{arn}:{version['Version']}",
        layer_arn=layer_arn,
        runtime=version["Runtime"],
        architecture=version.get("Architectures", ["x86_64"])[0],
        seconds=min(int(version["Timeout"]), MAX_SECONDS),
    )


def _ask(client: Any, function: CloneFunction, deadline: float) -> tuple[Invocation, ...]:
    clone = function.clone
    invoke = partial(ask, client, function.name, clone.payload, _read, LogType="Tail")
    return invoke_all(invoke, cold=clone.cold, warm=clone.warm, deadline=deadline)


def _read(answer: Answer, body: Any) -> Invocation:
    """Return what a clone answered, and how long it took if Lambda reports it.

    Of the log, which is the function's own, nothing but that report is looked at.
    """
    tail = base64.b64decode(answer.get("LogResult", "")).decode(errors="replace")
    # The function may have written lines that look the same: Lambda's own comes after them.
    reports = list(_REPORT.finditer(tail))
    if not reports:
        return Invocation(answer=json.dumps(body))
    report = reports[-1]
    init = _INIT.search(tail, report.end())
    startup = 0.0 if init is None else float(init[1])
    return Invocation(
        is_cold=init is not None,
        startup_ms=round(startup),
        duration_ms=round(startup + float(report[1])),
        answer=json.dumps(body),
    )
