"""A control plane in memory: the real steps over fake ports, with short names for tests."""

import hashlib
from collections.abc import Callable

from layerlift.domain.errors import Unavailable
from layerlift.domain.events import Event
from layerlift.domain.names import parse_digest, parse_layer_name, parse_stage_name, parse_version
from layerlift.domain.outcomes import ClaimResult, Outcome, StepResult
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
from layerlift.releasing.approval import Decision, decide, request_approval
from layerlift.releasing.canary import run_canary
from layerlift.releasing.claim import Claimant, claim
from layerlift.releasing.lock import lock
from layerlift.releasing.pointers import activate, restore
from layerlift.releasing.policies import apply_policy
from layerlift.releasing.progress import Place
from layerlift.releasing.publish import publish
from layerlift.releasing.record import record_stage
from layerlift.releasing.records import load, release_key, stage_key, target_key
from tests.fakes.aws import (
    Clock,
    MemoryAlarms,
    MemoryArtifacts,
    MemoryBus,
    MemoryCanaries,
    MemoryLambda,
    MemoryPointers,
    MemoryPromotions,
    MemorySchedules,
)
from tests.fakes.registry import MemoryRegistry
from tests.fakes.wire import Wire

ACCOUNT = "111122223333"
BUCKET = "artifacts"
CONTROL_PLANE = "layerlift"
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
        self.pointers = MemoryPointers(self.wire)
        self.alarms = MemoryAlarms(self.wire)
        self.promotions = MemoryPromotions(self.wire)
        self.schedules = MemorySchedules(self.wire)
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
        )
        return claim(
            claimant,
            report_of(content, version),
            registry=self.registry,
            promotions=self.promotions,
            clock=self.clock,
        )

    def release(
        self, content: bytes = b"zip", version: str = "1.0.0", run: str = "run-1"
    ) -> ReleaseRef:
        """Claim a release that is known to be claimable."""
        result = self.claim(content, version, run=run)
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
            default_runtime="python3.13",
            default_architecture="arm64",
            registry=self.registry,
            canaries=self.canaries,
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
            promotions=self.promotions,
            schedules=self.schedules,
            clock=self.clock,
        )

    def decide(
        self,
        ref: ReleaseRef,
        outcome: str = "approved",
        *,
        actor: str = "ada",
        comment: str = "",
        attempt: int | None = None,
    ) -> StepResult:
        decision = Decision.model_validate(
            {
                "layer": ref.layer,
                "version": ref.version,
                "stage": "prod",
                "outcome": outcome,
                "actor": actor,
                "comment": comment,
                "attempt": attempt,
            }
        )
        return decide(
            decision, registry=self.registry, promotions=self.promotions, clock=self.clock
        )

    # ── what is known afterwards ────────────────────────────────────────────────────────────────

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
