"""Electors: who may decide on a request, by who they are and what the policy asks for."""

from datetime import datetime

from layerlift.domain.approval import Approval
from layerlift.domain.identity import Identity, Proof, Ruling, Statement
from layerlift.domain.outcomes import Outcome
from layerlift.ports.identity import IdentityProofs
from layerlift.ports.registry import Registry
from layerlift.releasing.identification import ControlPlaneName, Refusal, identify, state
from layerlift.releasing.waiting import release_of


def state_ruling(
    approval: Approval, outcome: Outcome, comment: str, control_plane: ControlPlaneName
) -> Statement:
    """Return what a proof has to be bound to, if it is to count for this decision."""
    ruling = Ruling(outcome=outcome, comment=comment)
    return state(ruling, release_of(approval), approval.stage, control_plane)


def find_voter(
    proof: Proof,
    statement: Statement,
    approval: Approval,
    outcome: Outcome,
    *,
    account: str,
    registry: Registry,
    proofs: IdentityProofs,
    now: datetime,
) -> Identity | Refusal:
    """Return who made a decision, if they may.

    :raises Unavailable: if STS cannot be asked now.
    """
    identity = identify(
        proof,
        statement,
        approval.rules,
        account=account,
        registry=registry,
        proofs=proofs,
        now=now,
    )
    if isinstance(identity, Refusal) or outcome is not Outcome.APPROVED:
        return identity
    barred = _barred(identity, approval)
    return identity if barred is None else Refusal(barred, identity)


def _barred(identity: Identity, approval: Approval) -> str | None:
    """Return why somebody whom the stage admits may not approve this release, None if they may."""
    if not approval.rules.not_requester:
        return None
    if approval.requester is None:
        return (
            f"The policy asks that another approves {approval.stage} than who dropped the release, "
            "and the drop does not say who that was. Release it with: layerlift push"
        )
    if approval.requester == identity.user_id:
        return (
            f"{identity.arn} has dropped this release, and the policy asks that somebody else "
            f"approves it for {approval.stage}."
        )
    return None
