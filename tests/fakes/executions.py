"""Executions that run, that wait, and that are yet to start."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from layerlift.ports.aws import Executions, Promotions, Schedules
from tests.fakes.wire import Wire, port_call


class MemoryPromotions(Promotions):
    """Executions that run, and tokens that are waited for."""

    port = "promotions"

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.running: set[str] = set()
        self.waiting: set[str] = set()
        self.resumed: list[tuple[str, dict[str, Any]]] = []
        self.stopped: list[str] = []

    @port_call
    def resume(self, task_token: str, output: Mapping[str, Any]) -> bool:
        if task_token not in self.waiting:
            return False
        self.waiting.remove(task_token)
        self.resumed.append((task_token, dict(output)))
        return True

    @port_call
    def is_running(self, execution: str) -> bool:
        return execution in self.running

    @port_call
    def stop(self, execution: str, cause: str) -> None:
        self.running.discard(execution)
        self.stopped.append(execution)


class MemoryExecutions(Executions):
    """Executions by name; a name counts once."""

    def __init__(self, wire: Wire, port: str) -> None:
        self.wire = wire
        self.port = port
        self.started: dict[str, dict[str, Any]] = {}

    @port_call
    def start(self, name: str, given: Mapping[str, Any]) -> bool:
        is_new = name not in self.started
        self.started.setdefault(name, dict(given))
        return is_new


class MemorySchedules(Schedules):
    """Decisions by name; a name counts once."""

    port = "schedules"

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.planned: dict[str, tuple[datetime, dict[str, Any]]] = {}

    @port_call
    def once(self, name: str, at: datetime, decision: Mapping[str, Any]) -> None:
        self.planned.setdefault(name, (at, dict(decision)))
