"""Ballot: a decision is held against the policy's rules, and counted once for each person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from layerlift.domain.approval import Approval, Vote
from layerlift.domain.errors import Unavailable
from layerlift.domain.events import Event, EventType
from layerlift.domain.identity import Identity, Proof
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import StageState
from layerlift.ports.identity import IdentityProofs
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.electors import find_voter, state_ruling
from layerlift.releasing.identification import ControlPlaneName, Refusal, refuse
from layerlift.releasing.records import approval_key, load, write_approval, write_proof
from layerlift.releasing.trail import Clock, audit_entry, commit_with_event, release_event
from layerlift.releasing.waiting import failed_meanwhile, release_of, write_stage_state

_EVENTS = {
    Outcome.APPROVED: EventType.APPROVAL_GRANTED,
    Outcome.DENIED: EventType.APPROVAL_DENIED,
    Outcome.EXPIRED: EventType.APPROVAL_EXPIRED,
}
_TRIES = 5
MAX_COMMENT = 1000
"""Ours, characters of a comment: an event may have 256 KB, and a chat message a few thousand."""

_SCHEDULE_PRECISION = timedelta(minutes=1)
"""How early a schedule may come.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"""

_NOBODY = "layerlift"
"""Who decides when the time is up."""


@dataclass(frozen=True)
class Ballot:
    """A decision as it was handed in; ``proof`` is None for the console and the schedule."""

    outcome: Outcome
    comment: str
    proof: Proof | None

    @property
    def kept_comment(self) -> str:
        """As much of the comment as the audit trail keeps."""
        return self.comment[:MAX_COMMENT]


@dataclass(frozen=True)
class _Change:
    """A request as a ballot leaves it, and the event that tells of it."""

    approval: Approval
    event: Event


def count(
    ballot: Ballot,
    approval: Approval,
    *,
    control_plane: ControlPlaneName,
    registry: Registry,
    proofs: IdentityProofs,
    clock: Clock,
) -> Approval | StepResult:
    """Return the request as it stands once it is settled, or why this ballot does not settle it.

    :raises Unavailable: if STS cannot be asked, or others kept changing the request.
    """
    now = clock()
    if ballot.outcome is Outcome.EXPIRED:
        return _expire(ballot, approval, registry, now)
    if ballot.proof is None:
        if approval.rules.console == "comment-only":
            return _keep_comment(ballot, approval, registry, now)
        return _cast(_vote(ballot, None, now), (), approval, registry)
    statement = state_ruling(approval, ballot.outcome, ballot.comment, control_plane)
    voter = find_voter(
        ballot.proof,
        statement,
        approval,
        ballot.outcome,
        account=control_plane.account,
        registry=registry,
        proofs=proofs,
        now=now,
    )
    if isinstance(voter, Refusal):
        return _refuse(voter, ballot.proof.fingerprint, approval, registry, now)
    used = write_proof(ballot.proof, statement.binding(ballot.proof.nonce))
    return _cast(_vote(ballot, voter, now), (used,), approval, registry)


def _vote(ballot: Ballot, identity: Identity | None, now: datetime) -> Vote:
    return Vote(
        outcome=ballot.outcome,
        identity=identity,
        comment=ballot.kept_comment,
        voted_at=now,
        proof=None if ballot.proof is None else ballot.proof.fingerprint,
    )


def _cast(
    vote: Vote, used: tuple[Write, ...], approval: Approval, registry: Registry
) -> Approval | StepResult:
    def change(current: Approval) -> _Change | StepResult:
        known = current.vote_of(vote.person)
        if known is not None and known.outcome == vote.outcome:
            return _counted(current, f" {vote.name} has approved already, and counts once.")
        others = tuple(held for held in current.votes if held.person != vote.person)
        voted = current.model_copy(update={"votes": (*others, vote)})
        settled = _settled(voted, vote)
        return _Change(settled, _vote_event(settled, vote))

    return _commit(change, used, approval, registry, vote.voted_at)


def _settled(approval: Approval, vote: Vote) -> Approval:
    """Return the request decided, if ``vote``, its newest, does decide it."""
    approvals = approval.approved_by
    if vote.outcome is Outcome.DENIED:
        who = vote.name
    elif len(approvals) >= approval.rules.required:
        who = " and ".join(held.name for held in approvals)
    else:
        return approval
    verdict = {"decision": vote.outcome.value, "decided_by": who, "comment": vote.comment}
    return approval.model_copy(update=verdict)


def _vote_event(approval: Approval, vote: Vote) -> Event:
    is_settled = approval.decision is not None
    return release_event(
        _EVENTS[vote.outcome] if is_settled else EventType.APPROVAL_COUNTED,
        release_of(approval),
        vote.voted_at,
        stage=approval.stage,
        occasion="" if is_settled else vote.person,
        outcome=vote.outcome if is_settled else Outcome.COUNTED,
        reason=None if is_settled else _counted(approval).reason,
        actor=vote.name,
        comment=vote.comment,
    )


def _counted(approval: Approval, also: str = "") -> StepResult:
    got, needed = len(approval.approved_by), approval.rules.required
    name = f"{approval.layer} {approval.version}"
    reason = f"{name} has {got} of the {needed} approvals it needs for {approval.stage}.{also}"
    return StepResult(outcome=Outcome.COUNTED, reason=reason)


def _expire(
    ballot: Ballot, approval: Approval, registry: Registry, now: datetime
) -> Approval | StepResult:
    """Close a request whose time is up. Whoever says so before is refused: it needs no proof."""
    if now < approval.expires_at - _SCHEDULE_PRECISION:
        until = f"{approval.expires_at:%Y-%m-%d %H:%M} UTC"
        early = Refusal(f"The request is open until {until}, and cannot expire before.")
        return _refuse(early, "early", approval, registry, now)
    verdict = {
        "decision": Outcome.EXPIRED.value,
        "decided_by": _NOBODY,
        "comment": ballot.kept_comment,
    }

    def change(current: Approval) -> _Change:
        event = release_event(
            EventType.APPROVAL_EXPIRED,
            release_of(current),
            now,
            stage=current.stage,
            outcome=Outcome.EXPIRED,
            actor=_NOBODY,
            comment=ballot.kept_comment,
        )
        return _Change(current.model_copy(update=verdict), event)

    return _commit(change, (), approval, registry, now)


def _commit(
    change: Callable[[Approval], _Change | StepResult],
    also: tuple[Write, ...],
    approval: Approval,
    registry: Registry,
    now: datetime,
) -> Approval | StepResult:
    """Commit what ``change`` makes of the request, unless it is settled; return what stands.

    A promotion that has failed meanwhile hears no decision, so that none is made.
    """
    key = approval_key(approval.layer, approval.version, approval.stage)
    for _ in range(_TRIES):
        held = load(registry, Approval, key)
        if held is None:
            return approval
        stage = write_stage_state(held.value, StageState.RUNNING, now, registry)
        if held.value.decision is not None or failed_meanwhile(held.value, registry) is not None:
            return held.value
        changed = change(held.value)
        if isinstance(changed, StepResult):
            return changed
        is_settled = changed.approval.decision is not None
        writes = (
            write_approval(changed.approval, held.revision),
            *((stage,) if is_settled else ()),
        )
        if registry.commit(*writes, *also, audit_entry(changed.event)):
            return changed.approval if is_settled else _counted(changed.approval)
    raise Unavailable(f"the approval of {approval.layer} {approval.version} kept changing")


def _keep_comment(
    ballot: Ballot, approval: Approval, registry: Registry, now: datetime
) -> StepResult:
    command = "approve" if ballot.outcome is Outcome.APPROVED else "reject"
    reason = (
        "The comment is kept, and nothing is decided: the policy wants to know who decides, which "
        f"a click cannot say. Decide with: layerlift {command} {approval.layer} "
        f"{approval.version} {approval.stage}"
    )
    event = release_event(
        EventType.APPROVAL_COMMENTED,
        release_of(approval),
        now,
        stage=approval.stage,
        occasion=f"{ballot.outcome} {ballot.kept_comment}",
        outcome=Outcome.COMMENTED,
        reason=reason,
        comment=ballot.kept_comment,
    )
    commit_with_event(registry, event, lambda: ())
    return StepResult(outcome=Outcome.COMMENTED, reason=reason)


def _refuse(
    refusal: Refusal, occasion: str, approval: Approval, registry: Registry, now: datetime
) -> StepResult:
    """Leave word in the audit trail, once for each proof and reason."""
    ref = release_of(approval)
    kind = EventType.APPROVAL_REFUSED
    return refuse(refusal, kind, occasion, ref, approval.stage, registry, now)
