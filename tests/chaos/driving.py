"""Drives one round: drops, decides, stops, lets faults strike, and tidies up after it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from layerlift.domain.approval import Approval
from layerlift.domain.identity import Recall
from layerlift.domain.names import StageName, parse_layer_name, parse_version
from layerlift.domain.release import PromotionLock, Release, ReleaseState
from layerlift.ports.registry import Registry
from layerlift.releasing.approval import list_open
from layerlift.releasing.policies import apply_policy
from layerlift.releasing.records import (
    APPROVALS_INDEX,
    DEBTS_INDEX,
    LOCKS_INDEX,
    MOVES_INDEX,
    RELEASES_INDEX,
    STUCK_INDEX,
    layer_partition,
    load,
    load_all,
    release_key,
)
from layerlift_cli.approvals import decide
from layerlift_cli.errors import AnswerIsNo, CommandError
from layerlift_cli.rollbacks import sign_rollback
from tests.chaos.executions import running, stop_what_waits_for_ever
from tests.chaos.looking import Dropped, Onlooker, Zip
from tests.chaos.plan import POLICIES, Content, PlannedDrop, Round, Stop, TakeBack
from tests.chaos.proxy import Fault, FaultProxy
from tests.e2e.application import Application, python_layer

_TICK = 1.1
"""Between two looks: longer than a second, in which the reconciler starts nothing twice."""

_BUSY_TICK = 15.0
"""Between two ticks of the schedule while executions run: each may start some that pay debts."""

_CALM_SECONDS = 330.0
"""How long tidying up may take: a lease of a rollback or a recovery that was killed, twice over."""

_STARTED_SECONDS = 20.0
"""How long a drop may take to be started and looked into."""

_DROPS = 4
"""How often a zip is dropped again whose execution ended before it had an answer."""

_MODULES = {
    Content.PYTHON: "X = {text!r}\n",
    Content.DATA: "{text}\n",
    Content.BROKEN: "import nothing_that_there_is_{number}\n",
}


@dataclass
class Driver:
    """One campaign's hands: all that people and schedules do to a control plane."""

    application: Application
    proxy: FaultProxy
    onlooker: Onlooker
    stopped: int = 0
    """Executions that were stopped."""
    _ticked: float = 0.0

    def storm(self, plan: Round, seconds: float) -> tuple[dict[Zip, Dropped], tuple[Fault, ...]]:
        """Run a round with its faults, for so many seconds at most.

        What was not dropped by then is not dropped. Returns what was, and the faults.
        """
        apply_policy(self.application.registry, POLICIES[plan.policy])
        faults = tuple(strike.fault() for strike in plan.strikes)
        run = _Run(self, plan)
        with ExitStack() as struck:
            for fault in faults:
                struck.enter_context(self.proxy.fault(fault))
            run.until_nothing_runs(seconds)
        return run.dropped, faults

    def calm(self, dropped: dict[Zip, Dropped], *, debts: bool) -> None:
        """Let schedules tick without faults, until nothing is left to do or the time is up.

        ``debts`` says whether what is owed counts as left to do, and pointers on the move.
        """
        deadline = time.monotonic() + _CALM_SECONDS
        while time.monotonic() < deadline:
            self.approve()
            busy = self.is_anything_running()
            if busy:
                stop_what_waits_for_ever(self.application)
            else:
                self._drop_again(dropped)
                if not self._is_left_to_do(dropped, debts):
                    return
            self._reconcile(every=_BUSY_TICK if busy else _TICK)
            time.sleep(_TICK)

    def drop(self, planned: PlannedDrop) -> Dropped:
        """Drop a zip whose bytes nobody else drops."""
        content = _content(planned)
        artifact = self.application.drop(f"incoming/{planned.layer}/{planned.version}.zip", content)
        return Dropped(hashlib.sha256(content).hexdigest(), (artifact,))

    def approve(self) -> None:
        """Approve whatever waits."""
        plane, session = self.application.plane, self.application.session
        for stored in self.application.registry.query_index(APPROVALS_INDEX, limit=50):
            asked = Approval.model_validate(stored.body)
            with suppress(CommandError):  # it waits no more, or the door is out of reach
                decide(
                    plane,
                    session,
                    asked.layer,
                    asked.version,
                    asked.stage,
                    approve=True,
                    comment="go on",
                )

    def stop(self, stop: Stop) -> bool:
        """Stop an execution as one does in the console; False if it does not run (yet)."""
        execution = self._execution(stop)
        if execution is None:
            return False
        client = self.application.session.client("stepfunctions")
        try:
            client.stop_execution(executionArn=execution, cause="by hand")
        except ClientError:
            return False
        self.stopped += 1
        return True

    def take_back(self, rollback: TakeBack, stage: StageName) -> bool:
        """Roll a stage back, as `layerlift rollback` does; False if nothing is there (yet)."""
        layer = parse_layer_name(rollback.layer)
        plane, session = self.application.plane, self.application.session
        try:
            recall = Recall(to_nothing=True, reason="it is slow")
            command = sign_rollback(plane, session, layer, stage, recall)
        except AnswerIsNo:
            return False
        self.application.invoke("Rollback", command.model_dump(mode="json"))
        return True

    def _execution(self, stop: Stop) -> str | None:
        registry: Registry = self.application.registry
        layer, version = parse_layer_name(stop.layer), parse_version(stop.version)
        if stop.machine == "release":
            held = load(registry, Release, release_key(layer, version))
            return None if held is None else held.value.execution
        locks = load_all(registry, PromotionLock, layer_partition(layer), "LOCK#")
        mine = (lock.owner for lock in locks if lock.owner_version == version)
        return next((owner for owner in mine if owner and ":execution:" in owner), None)

    def is_anything_running(self) -> bool:
        """Say whether an execution of any state machine runs."""
        return bool(running(self.application.session.client("stepfunctions")))

    def _drop_again(self, dropped: dict[Zip, Dropped]) -> None:
        """Drop again what has no answer and no execution any more, as whoever waits for it does."""
        for key, drop in dropped.items():
            answers = [self.onlooker.answer(artifact) for artifact in drop.artifacts]
            if any(answers) or len(answers) > _DROPS:
                continue
            last = drop.artifacts[-1]
            copied = self.application.session.client("s3").copy_object(
                Bucket=last.bucket,
                Key=last.key,
                CopySource={"Bucket": last.bucket, "Key": last.key, "VersionId": last.version_id},
                MetadataDirective="REPLACE",
            )
            again = last.model_copy(update={"version_id": copied["VersionId"]})
            dropped[key] = Dropped(drop.digest, (*drop.artifacts, again))
            time.sleep(_TICK)

    def _is_left_to_do(self, dropped: dict[Zip, Dropped], debts: bool) -> bool:
        registry = self.application.registry
        indexes = [LOCKS_INDEX, STUCK_INDEX]
        indexes += [DEBTS_INDEX, MOVES_INDEX] if debts else []
        if list_open(registry) or any(registry.query_index(i, limit=1) for i in indexes):
            return True
        newest = registry.query_index(RELEASES_INDEX, limit=50)
        if any(stored.body.get("state") == ReleaseState.PROMOTING for stored in newest):
            return True
        return any(
            not any(self.onlooker.answer(artifact) for artifact in drop.artifacts)
            for drop in dropped.values()
            if len(drop.artifacts) <= _DROPS
        )

    def _reconcile(self, every: float) -> None:
        """Let the schedule tick, if the last time is so many seconds ago."""
        if time.monotonic() - self._ticked < every:
            return
        self._ticked = time.monotonic()
        self.application.invoke(
            "Reconcile", {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        )


@dataclass
class _Run:
    """What of a round's plan is still to come."""

    driver: Driver
    plan: Round
    dropped: dict[Zip, Dropped] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._drops = sorted(self.plan.drops, key=lambda drop: drop.after)
        self._stops = list(self.plan.stops)
        self._rollbacks = list(self.plan.rollbacks)
        self._last_drop = max(drop.after for drop in self.plan.drops)
        self._last = StageName(POLICIES[self.plan.policy].stages[-1].name)

    def until_nothing_runs(self, seconds: float) -> None:
        """Do what is due, until all is done and nothing runs, or the time is up."""
        began = time.monotonic()
        while (passed := time.monotonic() - began) < seconds:
            for drop in self._due(passed):
                key = (parse_layer_name(drop.layer), parse_version(drop.version))
                self.dropped[key] = self.driver.drop(drop)
            self._stops = [s for s in self._stops if not self._stopped(s, passed)]
            self._rollbacks = [r for r in self._rollbacks if not self._taken_back(r, passed)]
            self.driver.approve()
            if not self._drops and self._is_over(passed):
                return
            time.sleep(_TICK)

    def _due(self, passed: float) -> Iterator[PlannedDrop]:
        while self._drops and self._drops[0].after <= passed:
            yield self._drops.pop(0)

    def _stopped(self, stop: Stop, passed: float) -> bool:
        return stop.after <= passed and self.driver.stop(stop)

    def _taken_back(self, rollback: TakeBack, passed: float) -> bool:
        return rollback.after <= passed and self.driver.take_back(rollback, self._last)

    def _is_over(self, passed: float) -> bool:
        """Say whether nothing runs any more, nor is about to.

        On a busy machine it takes seconds until what was dropped is started; what was stopped
        before it had an answer never has one.
        """
        if self.driver.is_anything_running():
            return False
        answer = self.driver.onlooker.answer
        waits = any(not any(map(answer, drop.artifacts)) for drop in self.dropped.values())
        return not waits or passed > self._last_drop + _STARTED_SECONDS


def _content(planned: PlannedDrop) -> bytes:
    text = f"{planned.layer} {planned.version}"
    number = planned.version.replace(".", "_")
    module = _MODULES[planned.content].format(text=text, number=number)
    if planned.content is Content.DATA:
        return python_layer({"data.txt": module}, prefix="share/")
    return python_layer({"module.py": module})
