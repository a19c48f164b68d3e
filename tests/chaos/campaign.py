"""A campaign: rounds on one deployed application, behind the proxy, each checked as a whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from layerlift_cli.local.checkout import this_checkout
from layerlift_cli.local.lifecycle import deployed
from layerlift_cli.progress import Silent
from tests.chaos.bus import listen_to
from tests.chaos.driving import Driver
from tests.chaos.invariants import Broken, broken_in
from tests.chaos.killing import Functions
from tests.chaos.looking import Dropped, Onlooker, Zip
from tests.chaos.plan import POLICIES, Round
from tests.chaos.proxy import FaultProxy
from tests.chaos.report import Ended, Report, injected
from tests.chaos.sight import Sight
from tests.e2e.application import Application

_WAITS = "0.3"
"""How long the emulator's Wait states and retries take, of what they say: time is for releases."""

_LONGEST_STORM = 120.0
_SHORTEST_STORM = 30.0
_TIDYING_SECONDS = 35.0
"""What a round takes beside its storm, when nothing has to wait for a lease."""

_HOLDS_A_LEASE = ("RecoverFunction", "RollbackFunction")
"""Functions whose death nobody may make good for 150 seconds: spared if time is short."""

Say = Callable[[str], None]


@dataclass
class Campaign:
    """What one run of the campaign needs; ``seconds`` is None if it may take its time."""

    driver: Driver
    onlooker: Onlooker
    functions: Functions
    report: Report
    say: Say
    deadline: float | None = None
    _seen: list[tuple[Round, Mapping[Zip, Dropped]]] = field(default_factory=list)

    def run(self, plans: Iterator[Round]) -> None:
        """Run rounds until there are no more, or the time is up; then see that debts are paid."""
        for plan in plans:
            if self._seen and self._left() < _SHORTEST_STORM + _TIDYING_SECONDS:
                break
            self.report.rounds.append(self._round(plan))
        if self.deadline is None:
            self._see_debts_paid()

    def _round(self, plan: Round) -> Ended:
        began, stopped = time.monotonic(), self.driver.stopped
        storm = max(_SHORTEST_STORM, min(_LONGEST_STORM, self._left() - _TIDYING_SECONDS))
        dropped, faults = self.driver.storm(plan, storm)
        self.driver.calm(dropped, debts=False)
        sight = self._sight(plan, dropped)
        if any(lock.owner for lock in sight.locks):
            # The control plane's own schedule ticks, too, and may have done so just before.
            self.driver.calm(dropped, debts=False)
            later = self._sight(plan, dropped)
            sight = replace(later, shown=(*sight.shown, *later.shown))
        broken = self._broken_in(sight)
        self._seen.append((plan, dropped))
        counts = injected(faults, self.driver.stopped - stopped)
        self.say(
            f"round {plan.number} ({plan.policy}): {len(dropped)} releases, "
            f"{sum(counts.values())} faults, {len(broken)} broken, "
            f"{time.monotonic() - began:.0f} s"
        )
        return Ended(plan.number, len(dropped), counts, broken)

    def _sight(
        self, plan: Round, dropped: Mapping[Zip, Dropped], *, in_the_end: bool = False
    ) -> Sight:
        return self.onlooker.look(dropped, POLICIES[plan.policy], in_the_end=in_the_end)

    def _broken_in(self, sight: Sight) -> tuple[Broken, ...]:
        broken = broken_in(sight)
        for each in broken:
            self.say(f"  BROKEN {each.invariant}: {each.about} {each.what}")
        return broken

    def _see_debts_paid(self) -> None:
        """Have all debts paid, and look at every round once more."""
        self.say("waiting until all debts are paid, and all pointers seen to")
        self.driver.calm({}, debts=True)
        self.report.rounds = [
            Ended(
                ended.number,
                ended.releases,
                ended.injected,
                tuple(dict.fromkeys((*ended.broken, *self._in_the_end(plan, dropped)))),
            )
            for ended, (plan, dropped) in zip(self.report.rounds, self._seen, strict=True)
        ]

    def _in_the_end(self, plan: Round, dropped: Mapping[Zip, Dropped]) -> tuple[Broken, ...]:
        return self._broken_in(self._sight(plan, dropped, in_the_end=True))

    def _left(self) -> float:
        return float("inf") if self.deadline is None else self.deadline - time.monotonic()


@contextmanager
def campaign(report: Report, say: Say, seconds: float | None) -> Iterator[Campaign]:
    """A campaign on an emulator of its own, with the application deployed behind the proxy."""
    deadline = None if seconds is None else time.monotonic() + seconds
    functions = Functions(spared=() if seconds is None else _HOLDS_A_LEASE)
    proxy = FaultProxy(kill=functions.kill)
    with TemporaryDirectory(prefix="layerlift-chaos-") as place, proxy.running() as endpoint:
        settings = {"AWS_ENDPOINT_URL": endpoint, "SFN_WAIT_SCALE": _WAITS}
        with deployed(this_checkout(), Path(place), Silent(), extra=settings) as state:
            proxy.upstream, functions.emulator = state.endpoint, state.process.pid
            application = Application(Path(place))
            ear = listen_to(application.outputs["EventBusName"], application.session)
            onlooker = Onlooker(application, ear, functions)
            driver = Driver(application, proxy, onlooker)
            yield Campaign(driver, onlooker, functions, report, say, deadline)
