"""A control plane in memory: the real steps over fake ports, with short names for tests."""

import hashlib
from collections.abc import Callable, Mapping, Sequence

from layerlift.domain.approval import Approval
from layerlift.domain.commands import OverrideCommand, RollbackCommand, Verdict
from layerlift.domain.errors import Unavailable
from layerlift.domain.events import Event
from layerlift.domain.identity import Identity, Proof, Recall, Statement, Waiver
from layerlift.domain.names import (
    StageName,
    parse_digest,
    parse_layer_name,
    parse_stage_name,
    parse_version,
)
from layerlift.domain.outcomes import ClaimResult, Outcome, SettleResult, StepResult
from layerlift.domain.policy import Policy
from layerlift.domain.release import (
    Artifact,
    Release,
    ReleaseRef,
    StageProgress,
    StageState,
    TargetProgress,
)
from layerlift.domain.report import Module, Report
from layerlift.domain.targets import Target
from layerlift.releasing.approval import find_approval, request_approval
from layerlift.releasing.canary import run_canary
from layerlift.releasing.canary_plans import Defaults
from layerlift.releasing.claim import Claimant, claim
from layerlift.releasing.consumers import try_consumers
from layerlift.releasing.debts import pay, settle
from layerlift.releasing.decision import Decision, decide
from layerlift.releasing.electors import state_ruling
from layerlift.releasing.grant import grant
from layerlift.releasing.identification import ControlPlaneName, state
from layerlift.releasing.lock import lock
from layerlift.releasing.override import override
from layerlift.releasing.patience import patiently
from layerlift.releasing.pointers import activate, restore
from layerlift.releasing.policies import apply_policy
from layerlift.releasing.progress import Place
from layerlift.releasing.publish import publish
from layerlift.releasing.reconcile import Reconciled, Reconciler
from layerlift.releasing.record import record_stage
from layerlift.releasing.records import load, release_key, stage_key, target_key
from layerlift.releasing.recovery import recover
from layerlift.releasing.reserving import reserve
from layerlift.releasing.rollback import roll_back
from tests.fakes.approvals import MemoryConsumers, MemoryIdentityProofs, person
from tests.fakes.aws import (
    Clock,
    MemoryAlarms,
    MemoryArtifacts,
    MemoryBus,
    MemoryCanaries,
    MemoryLambda,
    MemoryPermissions,
    MemoryPointers,
    MemoryPromotions,
    MemoryReaders,
    MemoryRepayments,
    MemorySchedules,
)
from tests.fakes.consumers import MemoryConsumerCanaries
from tests.fakes.registry import MemoryRegistry
from tests.fakes.wire import Wire

ACCOUNT = "111122223333"
BUCKET = "artifacts"
CONTROL_PLANE = "layerlift"
PLANE = ControlPlaneName(ACCOUNT, CONTROL_PLANE)
ADA, BOB = person("ada"), person("bob")
LAYER = parse_layer_name("http-client")
DEV, PROD = parse_stage_name("dev"), parse_stage_name("prod")
FRANKFURT = Target(account=ACCOUNT, region="eu-central-1")
VIRGINIA = Target(account=ACCOUNT, region="us-east-1")
DUBLIN = Target(account=ACCOUNT, region="eu-west-1")

POLICY = Policy.model_validate(
    {
        "version": 1,
        "stages": [
            {"name": "dev", "waves": [["eu-central-1"]]},
            {
                "name": "prod",
                "approvals": {"required": 1, "expires": "2h"},
                "alarms": {"names": ["errors"], "prefixes": ["http-client-"]},
                "waves": [["eu-central-1", "us-east-1"], ["eu-west-1"]],
            },
        ],
    }
)


CONSUMER = "222222222222"
READER = f"arn:aws:iam::{CONSUMER}:role/layerlift-reader"
GRANTING = Policy.model_validate(
    {
        "version": 1,
        "stages": [
            {
                "name": "dev",
                "waves": [["eu-central-1"]],
                "grants": {"accounts": [CONSUMER], "reader": READER},
            }
        ],
    }
)


def execution(name: str, machine: str = "release") -> str:
    return f"arn:aws:states:eu-central-1:{ACCOUNT}:execution:{CONTROL_PLANE}-{machine}:{name}"


def report_of(content: bytes, version: str = "1.0.0") -> Report:
    return Report(
        accepted=True,
        layer=LAYER,
        version=version,
        sha256=hashlib.sha256(content).hexdigest(),
        code_sha256=None,
        size=len(content),
        unzipped_size=len(content),
        entries=1,
        modules=(Module(name="httpx", path="python/httpx/__init__.py"),),
    )


class World:
    """Everything a step touches."""

    def __init__(self, policy: Policy | None = POLICY) -> None:
        self.wire = Wire()
        self.clock = Clock()
        self.registry = MemoryRegistry(self.wire)
        self.artifacts = MemoryArtifacts(self.wire)
        self.aws = MemoryLambda(self.wire, self.clock, self.artifacts)
        self.canaries = MemoryCanaries(self.wire)
        self.consumer_canaries = MemoryConsumerCanaries(self.wire)
        self.permissions = MemoryPermissions(self.wire)
        self.readers = MemoryReaders(self.wire, self.aws, self.permissions)
        self.pointers = MemoryPointers(self.wire)
        self.alarms = MemoryAlarms(self.wire)
        self.promotions = MemoryPromotions(self.wire)
        self.tokens = MemoryRegistry(self.wire, "tokens")
        self.proofs = MemoryIdentityProofs(self.wire)
        self.consumers = MemoryConsumers(self.wire)
        self.repayments = MemoryRepayments(self.wire)
        self.schedules = MemorySchedules(self.wire)
        self.signed = 0
        self.bus = MemoryBus(self.wire)
        if policy is not None:
            apply_policy(self.registry, policy)
        self.wire.forget()

    # ── what users do ───────────────────────────────────────────────────────────────────────────

    def drop(self, content: bytes = b"zip", version: str = "1.0.0") -> Artifact:
        return self.artifacts.drop(BUCKET, f"incoming/{LAYER}/{version}.zip", content)

    def claim(
        self,
        content: bytes = b"zip",
        version: str = "1.0.0",
        *,
        run: str = "run-1",
        artifact: Artifact | None = None,
        report_url: str | None = None,
    ) -> ClaimResult:
        """Claim dropped bytes by an execution that runs from now on; time goes on a second."""
        self.clock.advance(seconds=1)
        self.promotions.running.add(execution(run))
        claimant = Claimant(
            layer=LAYER,
            version=parse_version(version),
            digest=parse_digest(hashlib.sha256(content).hexdigest()),
            artifact=artifact or self.drop(content, version),
            execution=execution(run),
            report_url=report_url,
        )
        return claim(
            claimant,
            report_of(content, version),
            registry=self.registry,
            promotions=self.promotions,
            clock=self.clock,
        )

    def release(
        self,
        content: bytes = b"zip",
        version: str = "1.0.0",
        run: str = "run-1",
        report_url: str | None = None,
    ) -> ReleaseRef:
        """Claim a release that is known to be claimable."""
        result = self.claim(content, version, run=run, report_url=report_url)
        assert result.release is not None, result
        return result.release

    # ── the steps ───────────────────────────────────────────────────────────────────────────────

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

    def request(self, ref: ReleaseRef, token: str = "token-1", stage: str = "prod") -> None:
        self.promotions.waiting.add(token)
        request_approval(
            ref,
            parse_stage_name(stage),
            token,
            registry=self.registry,
            tokens=self.tokens,
            promotions=self.promotions,
            schedules=self.schedules,
            artifacts=self.artifacts,
            consumers=self.consumers,
            clock=self.clock,
        )

    def sign(
        self,
        ref: ReleaseRef,
        outcome: str = "approved",
        *,
        by: Identity = ADA,
        comment: str = "",
        plane: ControlPlaneName = PLANE,
    ) -> Proof:
        """Sign a decision on the request that waits, as the command does."""
        approval = self.approval(ref)
        return self.prove_identity(state_ruling(approval, Outcome(outcome), comment, plane), by)

    def prove_identity(self, statement: Statement, by: Identity) -> Proof:
        """Sign a statement as somebody's own tools do, each time with another nonce."""
        self.signed += 1
        nonce = f"{self.signed:032x}"
        return self.proofs.sign(by, statement.binding(nonce), nonce, self.clock.now)

    def hand_in(
        self,
        ref: ReleaseRef,
        outcome: str,
        proof: Proof | None,
        *,
        comment: str = "",
        attempt: int | None = None,
    ) -> StepResult:
        """Hand a decision to the control plane."""
        decision = Decision(
            layer=ref.layer,
            version=ref.version,
            stage=PROD,
            outcome=outcome,  # type: ignore[arg-type]
            comment=comment,
            attempt=attempt,
            proof=proof,
        )
        return decide(
            decision,
            control_plane=PLANE,
            registry=self.registry,
            tokens=self.tokens,
            promotions=self.promotions,
            proofs=self.proofs,
            clock=self.clock,
        )

    def decide(
        self,
        ref: ReleaseRef,
        outcome: str = "approved",
        *,
        by: Identity = ADA,
        comment: str = "",
        attempt: int | None = None,
    ) -> StepResult:
        """Decide with a proof of identity, or as the schedule does when the time is up."""
        is_signed = outcome != "expired" and self.find_approval(ref) is not None
        proof = self.sign(ref, outcome, by=by, comment=comment) if is_signed else None
        return self.hand_in(ref, outcome, proof, comment=comment, attempt=attempt)

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

    def roll_back(
        self,
        version: str,
        to: str | None = None,
        *,
        stage: str = "prod",
        owner: str = "request-1",
    ) -> StepResult:
        """Sign a rollback and hand it in."""
        return self.take_back(self.sign_rollback(version, to, stage=stage), owner)

    def sign_rollback(
        self,
        version: str,
        to: str | None = None,
        *,
        stage: str = "prod",
        by: Identity = ADA,
        plane: ControlPlaneName = PLANE,
    ) -> RollbackCommand:
        """Sign a rollback as the command does, also of a release that is not there."""
        held = load(self.registry, Release, release_key(LAYER, parse_version(version)))
        ref = held.value.ref if held is not None else None
        recall = Recall(to=None if to is None else parse_version(to), reason="it is slow")
        place = parse_stage_name(stage)
        known = ref or ReleaseRef(
            layer=LAYER, version=parse_version(version), digest=parse_digest("0" * 64), attempt=1
        )
        return RollbackCommand(
            layer=LAYER,
            version=known.version,
            stage=place,
            attempt=known.attempt,
            recall=recall,
            proof=self.prove_identity(state(recall, known, place, plane), by),
        )

    def take_back(self, command: RollbackCommand, owner: str = "request-1") -> StepResult:
        """Hand a rollback to the control plane."""
        return roll_back(
            command,
            owner,
            control_plane=PLANE,
            registry=self.registry,
            pointers=self.pointers,
            promotions=self.promotions,
            proofs=self.proofs,
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

    def sign_override(
        self,
        ref: ReleaseRef,
        waiver: Waiver,
        *,
        by: Identity = ADA,
        stage: StageName = PROD,
        plane: ControlPlaneName = PLANE,
    ) -> OverrideCommand:
        """Sign an override of what holds a stage, as the command does."""
        return OverrideCommand(
            layer=ref.layer,
            version=ref.version,
            stage=stage,
            attempt=ref.attempt,
            waiver=waiver,
            proof=self.prove_identity(state(waiver, ref, stage, plane), by),
        )

    def override(self, command: OverrideCommand) -> StepResult:
        """Hand an override to the control plane."""
        return override(
            command,
            control_plane=PLANE,
            registry=self.registry,
            proofs=self.proofs,
            clock=self.clock,
        )

    # ── what is known afterwards ────────────────────────────────────────────────────────────────

    def find_approval(self, ref: ReleaseRef) -> Approval | None:
        return find_approval(ref, PROD, self.registry)

    def approval(self, ref: ReleaseRef) -> Approval:
        held = self.find_approval(ref)
        assert held is not None
        return held

    def events(self, *types: str) -> list[Event]:
        """Return the trail's events in the order they were written, all or those of some types."""
        events = [Event.model_validate(body) for body in self.registry.kinds("audit")]
        return [event for event in events if not types or event.type in types]

    def progress(self, place: Place) -> TargetProgress | None:
        held = load(self.registry, TargetProgress, target_key(place.ref, place.stage, place.target))
        return None if held is None else held.value

    def stage(self, ref: ReleaseRef, stage: str = "prod") -> StageProgress:
        held = load(self.registry, StageProgress, stage_key(ref, parse_stage_name(stage)))
        assert held is not None
        return held.value

    def stored_release(self, ref: ReleaseRef) -> Release:
        held = load(self.registry, Release, release_key(ref.layer, ref.version))
        assert held is not None
        return held.value


def until_settled(
    world: World, step: Callable[[], StepResult], *, tries: int = 40, seconds: float = 5
) -> StepResult:
    """Repeat a step while it is unavailable, as often and as slowly as the state machine does."""
    for _ in range(tries):
        try:
            result = step()
        except Unavailable:
            result = StepResult(outcome=Outcome.UNAVAILABLE)
        if result.outcome != Outcome.UNAVAILABLE:
            return result
        world.clock.advance(seconds=seconds)
    raise AssertionError(f"still unavailable after {tries} tries: {result.reason}")
