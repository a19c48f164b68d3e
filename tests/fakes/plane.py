"""The fake ports of one control plane, and what is known of it afterwards."""

from layerlift.domain.approval import Approval
from layerlift.domain.events import Event
from layerlift.domain.names import parse_stage_name
from layerlift.domain.policy import Policy
from layerlift.domain.release import Release, ReleaseRef, StageProgress, TargetProgress
from layerlift.releasing.approval import find_approval
from layerlift.releasing.policies import apply_policy
from layerlift.releasing.progress import Place
from layerlift.releasing.records import load, release_key, stage_key, target_key
from tests.fakes.approvals import MemoryConsumers, MemoryIdentityProofs
from tests.fakes.artifacts import MemoryArtifacts
from tests.fakes.aws import MemoryAlarms, MemoryBus, MemoryPointers
from tests.fakes.canaries import MemoryCanaries
from tests.fakes.clock import Clock
from tests.fakes.consumers import MemoryConsumerCanaries
from tests.fakes.executions import MemoryExecutions, MemoryPromotions, MemorySchedules
from tests.fakes.layers import MemoryLambda, MemoryPermissions, MemoryReaders
from tests.fakes.names import POLICY, PROD
from tests.fakes.registry import MemoryRegistry
from tests.fakes.wire import Wire


class Plane:
    """Every port in memory, over one wire and one clock."""

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
        self.repayments = MemoryExecutions(self.wire, "repayments")
        self.schedules = MemorySchedules(self.wire)
        self.signed = 0
        self.bus = MemoryBus(self.wire)
        if policy is not None:
            apply_policy(self.registry, policy)
        self.wire.forget()

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
