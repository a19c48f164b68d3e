"""Decision: what somebody decided on a release that waits, and what becomes of it."""

from typing import Literal

from pydantic import ConfigDict

from layerlift.domain.approval import Approval, in_words
from layerlift.domain.identity import Proof
from layerlift.domain.model import Value
from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.ports.aws import Promotions
from layerlift.ports.identity import IdentityProofs
from layerlift.ports.registry import Registry
from layerlift.releasing.ballot import Ballot, count
from layerlift.releasing.identification import ControlPlaneName
from layerlift.releasing.records import approval_key, load
from layerlift.releasing.trail import Clock
from layerlift.releasing.waiting import failed_meanwhile, pass_on

Verdict = Literal[Outcome.APPROVED, Outcome.DENIED, Outcome.EXPIRED]


class Decision(Value):
    """What somebody decided about a release that waits for a stage.

    ``proof`` says who it was; without one it is a click in the console. ``expired`` is what the
    schedule says that :func:`~layerlift.releasing.approval.request_approval` leaves behind: it
    needs no proof, since the clock is one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    layer: LayerName
    version: SemanticVersion
    stage: StageName
    outcome: Verdict
    comment: str = ""
    attempt: int | None = None
    """The attempt that is meant, None for the one that waits."""
    proof: Proof | None = None


def decide(
    decision: Decision,
    *,
    control_plane: ControlPlaneName,
    registry: Registry,
    tokens: Registry,
    promotions: Promotions,
    proofs: IdentityProofs,
    clock: Clock,
) -> StepResult:
    """Count the decision and, if that settles the request, let the promotion go on.

    Returns the decision's own outcome if it settled the request, also when the same is decided
    twice; ``counted`` if more people are needed; ``refused`` or ``commented`` if it does not
    count; ``not_waiting`` if nothing waits for one, ``already_decided`` if it was the other way,
    ``expired`` if it is late.

    :raises Unavailable: if STS cannot be asked, or others kept changing the request.
    """
    name = f"{decision.layer} {decision.version}"
    held = load(registry, Approval, approval_key(decision.layer, decision.version, decision.stage))
    if held is None or decision.attempt not in (None, held.value.attempt):
        reason = f"{name} does not wait for an approval in {decision.stage}."
        return StepResult(outcome=Outcome.NOT_WAITING, reason=reason)
    approval = held.value
    is_new = approval.decision is None
    if is_new:
        if failed_meanwhile(approval, registry) is not None:
            return _too_late(approval, registry)
        ballot = Ballot(decision.outcome, decision.comment, decision.proof)
        counted = count(
            ballot,
            approval,
            control_plane=control_plane,
            registry=registry,
            proofs=proofs,
            clock=clock,
        )
        if isinstance(counted, StepResult):
            return counted
        approval = counted
    return _answer(decision, approval, is_new, registry, tokens, promotions)


def _answer(
    decision: Decision,
    approval: Approval,
    is_new: bool,
    registry: Registry,
    tokens: Registry,
    promotions: Promotions,
) -> StepResult:
    """Pass on what stands, if it is what was decided here, and say what stands."""
    if approval.decision is None:
        return _too_late(approval, registry)
    name = f"{approval.layer} {approval.version}"
    who = f" by {approval.decided_by}" if approval.decided_by else ""
    stands = f"{name} was already {in_words(approval.decision)}{who} in {approval.stage}."
    if approval.decision != decision.outcome:
        if approval.decision == Outcome.EXPIRED and failed_meanwhile(approval, registry):
            return _too_late(approval, registry)
        return StepResult(outcome=Outcome.ALREADY_DECIDED, reason=stands)
    waited = pass_on(approval, tokens=tokens, promotions=promotions)
    if not waited and failed_meanwhile(approval, registry) is not None:
        return _too_late(approval, registry)
    return StepResult(outcome=decision.outcome, reason="" if is_new else stands)


def _too_late(approval: Approval, registry: Registry) -> StepResult:
    failed = failed_meanwhile(approval, registry)
    why = f": {failed.reason}" if failed is not None and failed.reason else "."
    name = f"{approval.layer} {approval.version}"
    reason = f"{name} no longer waits in {approval.stage}{why}"
    return StepResult(outcome=Outcome.EXPIRED, reason=reason)
