"""The deployed application in bad weather: regions go away, calls are slow, executions stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from layerlift.domain.events import EventType
from layerlift.domain.names import LayerName, StageName
from layerlift.domain.release import PromotionLock
from layerlift.releasing.records import load, lock_key
from layerlift.releasing.trail import read_trail, release_trail
from tests.chaos.proxy import Fault, FaultProxy, Kind
from tests.e2e.application import PATIENCE_SECONDS, Application, python_layer

AWAY = "us-west-2"
SLOW_SECONDS = 4.0
REGIONS = ["eu-central-1", "us-east-1", AWAY]


@dataclass
class Weather:
    """The deployed application, and the proxy that its functions speak through."""

    application: Application
    proxy: FaultProxy

    def away(self, *, service: str | None = None, operation: str | None = None) -> Fault:
        return Fault(Kind.AWAY, service=service, region=AWAY, operation=operation)

    def versions(self, layer: str) -> dict[str, str | None]:
        """Return which version each pointer of prod names."""
        found = {region: self.application.pointer(layer, "prod", region) for region in REGIONS}
        return {region: None if p is None else p.version for region, p in found.items()}

    def events(self, layer: str, version: str) -> list[str]:
        trail = read_trail(self.application.registry, release_trail(layer, version))
        return [event.type.removeprefix("Layer ") for event in trail]

    def rollback_seconds(self, layer: str, version: str) -> float:
        """Return how long the pointers took to go back, as the audit trail has it."""
        trail = read_trail(self.application.registry, release_trail(layer, version))
        (began,) = (e.detail.time for e in trail if e.type is EventType.ROLLBACK_STARTED)
        (ended,) = (e.detail.time for e in trail if e.type is EventType.ROLLBACK_SUCCEEDED)
        return (ended - began).total_seconds()

    def stop(
        self, layer: str, version: str, region: str, service: str, operation: str, moved: str | None
    ) -> None:
        """Drop a release, and stop its promotion where it is slow, as one does in the console."""
        app = self.application
        slow = Fault(Kind.LATENCY, service, region, operation, seconds=SLOW_SECONDS)
        with self.proxy.fault(slow):
            content = python_layer({"module.py": f"X = {version!r}\n"})
            assert app.answer(app.drop(f"incoming/{layer}/{version}.zip", content)).layer == layer
            self.wait_until(lambda: self.owner(layer, version) is not None)
            if moved is not None:
                self.wait_until(lambda: self.versions(layer)[moved] == version)
            app.session.client("stepfunctions").stop_execution(
                executionArn=self.owner(layer, version), cause="by hand"
            )

    def owner(self, layer: str, version: str) -> str | None:
        """Return the execution that has prod for a release."""
        key = lock_key(LayerName(layer), StageName("prod"))
        held = load(self.application.registry, PromotionLock, key)
        return held.value.owner if held and held.value.owner_version == version else None

    def wait_until(self, reached: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not reached():
            assert time.monotonic() < deadline, "it never came to that"
            time.sleep(0.1)

    def reconcile(self) -> dict[str, Any]:
        """Let the schedule tick, and wait until what it started has ended."""
        tick = {"time": f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}"}
        done = self.application.invoke("Reconcile", tick)
        for name in done.get("started", ()):
            machine = self.application.outputs["ReleaseStateMachineArn"]
            arn = machine.replace(":stateMachine:", ":execution:").replace("-release", "-repayment")
            ended = self.application.ended(f"{arn}:{name}")
            assert ended["status"] == "SUCCEEDED", ended
        time.sleep(1.1)  # the next tick is another second
        return done
