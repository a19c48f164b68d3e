"""The steps of a release, as the state machines call them."""

from collections.abc import Callable, Mapping, Sequence

from layerlift.domain.commands import Verdict
from layerlift.domain.names import parse_stage_name
from layerlift.domain.outcomes import Outcome, SettleResult, StepResult
from layerlift.domain.release import ReleaseRef, StageState
from layerlift.domain.targets import Target
from layerlift.releasing.canary import run_canary
from layerlift.releasing.canary_plans import Defaults
from layerlift.releasing.consumers import try_consumers
from layerlift.releasing.debts import pay, settle
from layerlift.releasing.grant import grant
from layerlift.releasing.lock import lock
from layerlift.releasing.patience import patiently
from layerlift.releasing.pointers import activate, restore
from layerlift.releasing.progress import Place
from layerlift.releasing.publish import publish
from layerlift.releasing.reconcile import Reconciled, Reconciler
from layerlift.releasing.record import record_stage
from layerlift.releasing.recovery import recover
from layerlift.releasing.reserving import reserve
from tests.fakes.names import CONTROL_PLANE, DUBLIN, FRANKFURT, LAYER, VIRGINIA, execution
from tests.fakes.plane import Plane


class StageSteps(Plane):
    """A step a method, over the ports of a plane."""

    def place(self, ref: ReleaseRef, stage: str = "dev", target: Target = FRANKFURT) -> Place:
        return Place(ref, parse_stage_name(stage), target)

    def publish(self, place: Place, owner: str = "request-1") -> StepResult:
        return publish(
            place,
            owner,
            control_plane=CONTROL_PLANE,
            registry=self.registry,
            artifacts=self.artifacts,
            layers_in=self.aws.layers_in,
            clock=self.clock,
        )

    def canary(self, place: Place) -> StepResult:
        return run_canary(
            place,
            defaults=Defaults(("python3.13", "nodejs22.x"), "arm64"),
            registry=self.registry,
            canaries=self.canaries,
            clock=self.clock,
        )

    def try_consumers(self, place: Place) -> StepResult:
        return try_consumers(
            place,
            registry=self.registry,
            consumers=self.consumer_canaries,
            artifacts=self.artifacts,
            clock=self.clock,
        )

    def grant(self, place: Place) -> StepResult:
        return grant(
            place,
            registry=self.registry,
            permissions=self.permissions,
            readers=self.readers,
            clock=self.clock,
        )

    def activate(self, place: Place) -> StepResult:
        return activate(place, registry=self.registry, pointers=self.pointers, clock=self.clock)

    def restore(self, place: Place) -> StepResult:
        return restore(place, registry=self.registry, pointers=self.pointers, clock=self.clock)

    def prove(self, place: Place) -> None:
        """Publish and canary."""
        assert self.publish(place).outcome == Outcome.PUBLISHED
        assert self.canary(place).outcome == Outcome.PASSED

    def lock(self, ref: ReleaseRef, run: str, stage: str = "prod") -> StepResult:
        self.promotions.running.add(execution(run, "promotion"))
        return lock(
            ref,
            parse_stage_name(stage),
            execution(run, "promotion"),
            registry=self.registry,
            tokens=self.tokens,
            promotions=self.promotions,
            clock=self.clock,
        )

    def end(self, ref: ReleaseRef, run: str, state: StageState, stage: str = "prod") -> None:
        """Record how a promotion ended, as the state machine does; it no longer runs then."""
        record_stage(
            ref,
            parse_stage_name(stage),
            state,
            "",
            execution(run, "promotion"),
            registry=self.registry,
            clock=self.clock,
        )
        self.promotions.running.discard(execution(run, "promotion"))

    def go_into(
        self,
        ref: ReleaseRef,
        stage: str = "prod",
        targets: Sequence[Target] = (FRANKFURT, VIRGINIA, DUBLIN),
        *,
        run: str | None = None,
    ) -> None:
        """Bring a release into a stage, as the state machine does, and leave the rest owed."""
        self.clock.advance(seconds=1)
        name = run or f"{stage}-{ref.version}-{ref.attempt}"
        assert self.lock(ref, name, stage).outcome is Outcome.LOCKED
        for target in targets:
            place = self.place(ref, stage, target)
            self.prove(place)
            self.activate(place)
        self.end(ref, name, StageState.ACTIVE, stage)

    def patiently(self, place: Place, step: Callable[[], StepResult]) -> StepResult:
        return patiently(place, step, registry=self.registry, clock=self.clock)

    def settle(
        self, ref: ReleaseRef, outcomes: Mapping[Target, str], stage: str = "prod"
    ) -> SettleResult:
        return settle(
            ref,
            parse_stage_name(stage),
            tuple(outcomes),
            tuple(Verdict(outcome=word, reason="It is away") for word in outcomes.values()),
            registry=self.registry,
            clock=self.clock,
        )

    def pay(self, place: Place, outcome: str = "active") -> StepResult:
        verdict = Verdict(outcome=outcome, reason="Why.")
        return pay(place, verdict, registry=self.registry, clock=self.clock)

    def reserve(self, run: str, stage: str = "prod") -> StepResult:
        self.promotions.running.add(execution(run, "repayment"))
        return reserve(
            LAYER,
            parse_stage_name(stage),
            execution(run, "repayment"),
            registry=self.registry,
            promotions=self.promotions,
            now=self.clock(),
        )

    def recover(self, owner: str = "request-1", stage: str = "prod") -> StepResult:
        return recover(
            LAYER,
            parse_stage_name(stage),
            owner,
            registry=self.registry,
            pointers=self.pointers,
            promotions=self.promotions,
            clock=self.clock,
        )

    def reconcile(self, owner: str = "tick") -> Reconciled:
        reconciler = Reconciler(
            registry=self.registry,
            pointers=self.pointers,
            promotions=self.promotions,
            repayments=self.repayments,
            clock=self.clock,
        )
        return reconciler.run(self.clock(), owner)
