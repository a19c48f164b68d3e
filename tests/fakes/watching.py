"""The scheduled canaries in memory: a world in which what is live is watched."""

from collections.abc import Sequence

from layerlift.domain.live_canary import LiveCanary, LivePlace
from layerlift.domain.names import parse_stage_name
from layerlift.domain.outcomes import StepResult
from layerlift.domain.policy import Policy
from layerlift.domain.release import ReleaseRef, StageProgress, StageState
from layerlift.domain.targets import Target
from layerlift.ports.live_gauges import Gauge, LiveGauges
from layerlift.releasing.canary_plans import Defaults
from layerlift.releasing.live_canary import LiveWatch
from layerlift.releasing.live_canary_records import live_canary_key
from layerlift.releasing.live_watches import Started, start_watches
from layerlift.releasing.records import load, revision, stage_key, write_stage
from tests.fakes.executions import MemoryExecutions
from tests.fakes.wire import Wire, port_call
from tests.fakes.world import ACCOUNT, FRANKFURT, LAYER, World


class MemoryLiveGauges(LiveGauges):
    """What is shown last, by target, metric and place; and the alarms that are there."""

    port = "gauges"

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.shown: dict[tuple[Target, str, LivePlace | None], int] = {}
        self.alarms: set[LivePlace] = set()

    @port_call
    def show(self, target: Target, gauges: Sequence[Gauge]) -> None:
        for gauge in gauges:
            self.shown[target, gauge.name, gauge.place] = gauge.value

    @port_call
    def watch(self, place: LivePlace) -> None:
        self.alarms.add(place)

    @port_call
    def unwatch(self, place: LivePlace) -> None:
        self.alarms.discard(place)


def watched_policy(*regions: str, watch: str = "1h") -> Policy:
    """Return a policy with one stage, dev, that is watched."""
    stage = {"name": "dev", "waves": [list(regions or ("eu-central-1",))]}
    return Policy.model_validate(
        {"version": 1, "stages": [stage | {"canary": {"watch": watch, "cold": 1, "warm": 0}}]}
    )


class WatchedWorld(World):
    """A world in which schedules look at what is live."""

    def __init__(self, policy: Policy | None = None) -> None:
        super().__init__(policy or watched_policy())
        self.gauges = MemoryLiveGauges(self.wire)
        self.watches = MemoryExecutions(self.wire, "watches")

    def live_place(self, target: Target = FRANKFURT) -> LivePlace:
        return LivePlace(layer=LAYER, stage=parse_stage_name("dev"), target=target)

    def make_live(self, version: str = "1.0.0", targets: Sequence[Target] = (FRANKFURT,)) -> None:
        """Release a version of its own bytes into dev."""
        ref = self.release(version.encode(), version, run=f"run-{version}")
        self.go_into(ref, "dev", targets)

    def look(self, place: LivePlace | None = None) -> StepResult:
        watch = LiveWatch(
            defaults=Defaults(("python3.13", "nodejs22.x"), "arm64"),
            registry=self.registry,
            canaries=self.canaries,
            layers_in=self.aws.layers_in,
            promotions=self.promotions,
            gauges=self.gauges,
            clock=self.clock,
        )
        return watch.look(place or self.live_place())

    def found(self, place: LivePlace | None = None) -> LiveCanary:
        held = load(self.registry, LiveCanary, live_canary_key(place or self.live_place()))
        assert held is not None
        return held.value

    def tick(self) -> Started:
        return start_watches(
            self.clock(), ACCOUNT, registry=self.registry, watches=self.watches, clock=self.clock
        )

    def looked_at(self) -> list[str]:
        """Return the regions that all ticks together have had looked at, in order."""
        given = self.watches.started.values()
        return [target["region"] for each in given for target in each["targets"]]

    def set_stage(self, ref: ReleaseRef, state: StageState) -> None:
        """Have a promotion into dev be in a state."""
        progress = self.stage(ref, "dev").model_copy(update={"state": state})
        held = load(self.registry, StageProgress, stage_key(ref, progress.stage))
        assert self.registry.commit(write_stage(progress, ref, revision(held)))
