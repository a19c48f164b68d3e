"""Orders: somebody asks for a rollback, and proves who that is.

Those who may approve a stage may take a release back in it: a rollback changes what consumers get
just as a promotion does.
"""

from dataclasses import dataclass
from datetime import datetime

from layerlift.domain.commands import RollbackCommand
from layerlift.domain.events import EventType
from layerlift.domain.identity import Identity, Proof, Recall
from layerlift.domain.names import StageName
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import Release
from layerlift.ports.identity import IdentityProofs
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.identification import ControlPlaneName, Refusal, identify, refuse, state
from layerlift.releasing.records import load, release_key, write_proof


@dataclass(frozen=True)
class Wish:
    """A rollback as it is asked for: which release goes back where."""

    release: Release
    stage: StageName
    recall: Recall


@dataclass(frozen=True)
class Order(Wish):
    """A rollback that counts, for it is known who says so."""

    by: Identity
    proof: Proof
    binding: str

    @property
    def used(self) -> Write:
        """The write that makes the proof good for nothing else."""
        return write_proof(self.proof, self.binding)


def take_order(
    command: RollbackCommand,
    *,
    control_plane: ControlPlaneName,
    registry: Registry,
    proofs: IdentityProofs,
    now: datetime,
) -> Order | StepResult:
    """Return the order that a command is, or ``refused`` with the reason, which the trail keeps.

    :raises Unavailable: if STS cannot be asked now.
    """
    release = _meant(command, registry)
    if isinstance(release, str):
        return StepResult(outcome=Outcome.REFUSED, reason=release)
    statement = state(command.recall, release.ref, command.stage, control_plane)
    by = identify(
        command.proof,
        statement,
        release.stage(command.stage).approvals,
        account=control_plane.account,
        registry=registry,
        proofs=proofs,
        now=now,
    )
    if isinstance(by, Refusal):
        return _refuse(by, command.proof, release, command.stage, registry, now)
    return Order(
        release=release,
        stage=command.stage,
        recall=command.recall,
        by=by,
        proof=command.proof,
        binding=statement.binding(command.proof.nonce),
    )


def refuse_order(order: Order, reason: str, registry: Registry, now: datetime) -> StepResult:
    """Answer ``refused`` to an order that makes no sense, whoever gave it."""
    refusal = Refusal(reason, order.by)
    return _refuse(refusal, order.proof, order.release, order.stage, registry, now)


def _refuse(
    refusal: Refusal,
    proof: Proof,
    release: Release,
    stage: StageName,
    registry: Registry,
    now: datetime,
) -> StepResult:
    kind = EventType.ROLLBACK_REFUSED
    return refuse(refusal, kind, proof.fingerprint, release.ref, stage, registry, now)


def _meant(command: RollbackCommand, registry: Registry) -> Release | str:
    """Return the release to take back, or why it cannot be that."""
    name = f"{command.layer} {command.version}"
    held = load(registry, Release, release_key(command.layer, command.version))
    if held is None:
        return f"There is no release {name}. See those there are: layerlift status"
    if command.stage not in {plan.name for plan in held.value.stages}:
        return f"{name} does not go through {command.stage}. See: layerlift status {command.layer}"
    if held.value.attempt != command.attempt:
        return (
            f"{name} is at attempt {held.value.attempt}, and attempt {command.attempt} was meant. "
            "Try again, which takes back what is there now."
        )
    return held.value
