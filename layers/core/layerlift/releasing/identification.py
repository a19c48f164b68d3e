"""Identification: who makes a statement, as STS vouches for it, and whether a stage admits them."""

from dataclasses import dataclass
from datetime import datetime

from layerlift.domain.events import EventType
from layerlift.domain.gates.approvals import Approvals
from layerlift.domain.identity import (
    PROOF_LIFETIME,
    Identity,
    Proof,
    Recall,
    Ruling,
    Statement,
    Waiver,
)
from layerlift.domain.names import StageName
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import ReleaseRef
from layerlift.ports.identity import IdentityProofs, ProofRefused
from layerlift.ports.registry import Registry
from layerlift.releasing.records import proof_key
from layerlift.releasing.trail import commit_with_event, release_event


@dataclass(frozen=True)
class ControlPlaneName:
    """Tells control planes apart, so that a proof for one is worth nothing to another."""

    account: str
    stack: str

    def __str__(self) -> str:
        return f"{self.account}/{self.stack}"


@dataclass(frozen=True)
class Refusal:
    """A statement that does not count: a sentence why, and who it was if that is known."""

    reason: str
    identity: Identity | None = None


def state(
    says: Ruling | Waiver | Recall,
    ref: ReleaseRef,
    stage: StageName,
    control_plane: ControlPlaneName,
) -> Statement:
    """Return what a proof has to be bound to, if this is to count for the release in the stage."""
    return Statement(
        control_plane=str(control_plane),
        layer=ref.layer,
        version=ref.version,
        stage=stage,
        digest=ref.digest,
        attempt=ref.attempt,
        says=says,
    )


def identify(
    proof: Proof,
    statement: Statement,
    rules: Approvals,
    *,
    account: str,
    registry: Registry,
    proofs: IdentityProofs,
    now: datetime,
) -> Identity | Refusal:
    """Return who makes a statement, if the stage's rules admit them.

    ``account`` is the control plane's. Whoever lets the statement count also commits
    :func:`~layerlift.releasing.records.write_proof`: it makes the proof good for nothing else.

    :raises Unavailable: if STS cannot be asked now.
    """
    binding = statement.binding(proof.nonce)
    unusable = _unusable(proof, binding, registry, now)
    if unusable is not None:
        return unusable
    identity = proofs.redeem(proof, binding)
    if isinstance(identity, ProofRefused):
        return Refusal(
            f"STS does not vouch for the proof: {identity.reason}. It has to be signed for exactly "
            "what it comes with, as the layerlift command does."
        )
    if not rules.admits(identity, account):
        whose = "among the approvers" if rules.approvers else "of the control plane's account"
        who = f"{identity.arn} is not {whose} of {statement.stage}. Ask one who is."
        return Refusal(who, identity)
    return identity


def _unusable(proof: Proof, binding: str, registry: Registry, now: datetime) -> Refusal | None:
    """Return why a proof is not worth asking STS about, None if it is."""
    if abs(now - proof.signed_at) > PROOF_LIFETIME:
        minutes = int(PROOF_LIFETIME.total_seconds() // 60)
        return Refusal(
            f"The proof of identity was signed at {proof.signed_at:%Y-%m-%d %H:%M:%S} UTC, and is "
            f"good for {minutes} minutes. Try again, which signs a new one; if it was just now, "
            "set your clock."
        )
    used = registry.get(proof_key(proof))
    if used is not None and used.body["binding"] != binding:
        return Refusal(
            "The proof of identity has been used before, for something else. "
            "Try again, which signs a new one."
        )
    return None


def refuse(
    refusal: Refusal,
    kind: EventType,
    occasion: str,
    ref: ReleaseRef,
    stage: StageName,
    registry: Registry,
    now: datetime,
) -> StepResult:
    """Answer ``refused`` and leave word in the audit trail, once for each occasion and reason."""
    event = release_event(
        kind,
        ref,
        now,
        stage=stage,
        occasion=f"{occasion} {refusal.reason}",
        outcome=Outcome.REFUSED,
        reason=refusal.reason,
        actor=None if refusal.identity is None else refusal.identity.arn,
    )
    commit_with_event(registry, event, lambda: ())
    return StepResult(outcome=Outcome.REFUSED, reason=refusal.reason)
