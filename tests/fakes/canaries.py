"""Canaries that answer what the test says."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from layerlift.domain.errors import Unavailable
from layerlift.domain.targets import Target
from layerlift.ports.aws import Canaries, CanaryPlan, CanaryReading, Invocation, Leftover
from tests.fakes.wire import Wire, port_call


def trial(**fields: Any) -> Invocation:
    """Return an invocation that imported one module, or what `fields` say instead."""
    usual = {"is_cold": True, "startup_ms": 200, "duration_ms": 210, "exercised": {"modules": 1}}
    return Invocation(**(usual | fields))


class MemoryCanaries(Canaries):
    """Canaries that answer what the test says: `reading` of every function."""

    port = "canaries"

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.reading = CanaryReading((trial(),))
        self.runs: list[tuple[Target, str, tuple[CanaryPlan, ...]]] = []
        self.functions: dict[tuple[Target, str], datetime] = {}
        self.unreachable: set[Target] = set()

    @port_call
    def run(
        self, target: Target, layer_arn: str, plans: Sequence[CanaryPlan]
    ) -> tuple[CanaryReading, ...]:
        self.runs.append((target, layer_arn, tuple(plans)))
        return tuple(self.reading for _ in plans)

    @port_call
    def leftovers(self, target: Target) -> tuple[Leftover, ...]:
        if target in self.unreachable:
            raise Unavailable(f"{target} does not answer")
        made = self.functions.items()
        return tuple(Leftover(name, at) for (where, name), at in made if where == target)

    @port_call
    def remove(self, target: Target, name: str) -> None:
        self.functions.pop((target, name), None)
