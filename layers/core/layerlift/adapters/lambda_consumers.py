"""The functions that use a layer, found by listing those of each region."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from layerlift.adapters.clients import AwsClients, aws_errors
from layerlift.domain.approval import ConsumersIn
from layerlift.domain.errors import Fault
from layerlift.domain.names import LayerName
from layerlift.domain.targets import Target

MAX_LISTED_FUNCTIONS = 10
"""Ours: how many a region names; the others are counted."""

_MAX_FUNCTIONS = 2000
"""Ours: how many functions of a region are looked at. Lambda lists 50 a call and lets all its
control APIs together be called 15 times a second, which others need as well.
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

_THREADS = 16


class LambdaConsumers:
    """The :class:`~layerlift.ports.approvals.Consumers` of an AWS account.

    Published versions that functions have are not looked at: what they have attached does not
    change any more.
    """

    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients

    def find(self, published_name: LayerName, targets: Sequence[Target]) -> tuple[ConsumersIn, ...]:
        with ThreadPoolExecutor(max_workers=_THREADS) as threads:
            return tuple(threads.map(lambda target: self._find(published_name, target), targets))

    def _find(self, published_name: LayerName, target: Target) -> ConsumersIn:
        nothing = ConsumersIn(account=target.account, region=target.region)
        try:
            with aws_errors(f"listing the functions in {target}"):
                functions, is_cut = self._list(target)
        except Fault as problem:
            unknown = f"It is not known who uses the layer: {problem}."
            return nothing.model_copy(update={"problem": unknown})
        of_layer = f":{target.region}:{target.account}:layer:{published_name}:"
        names = sorted(f["FunctionName"] for f in functions if _uses(f, of_layer))
        cut = f"Only the first {_MAX_FUNCTIONS:,} functions were looked at."
        return ConsumersIn(
            account=target.account,
            region=target.region,
            functions=tuple(names[:MAX_LISTED_FUNCTIONS]),
            unlisted=max(0, len(names) - MAX_LISTED_FUNCTIONS),
            problem=cut if is_cut else "",
        )

    def _list(self, target: Target) -> tuple[list[dict[str, Any]], bool]:
        """Return the functions of a target, and whether there are more than are looked at."""
        pages = self._clients.client("lambda", target).get_paginator("list_functions").paginate()
        functions: list[dict[str, Any]] = []
        for page in pages:
            functions += page["Functions"]
            if len(functions) >= _MAX_FUNCTIONS and page.get("NextMarker"):
                return functions, True
        return functions, False


def _uses(function: dict[str, Any], of_layer: str) -> bool:
    return any(of_layer in layer["Arn"] for layer in function.get("Layers", ()))
