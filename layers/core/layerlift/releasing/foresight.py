"""Foresight: what follows from a decision, told to those who are about to make it."""

from collections.abc import Iterator

from layerlift.domain.approval import Approval, ConsumersIn
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import StagePlan
from layerlift.releasing.decision import Verdict


def foresee(approval: Approval, plan: StagePlan, verdict: Verdict) -> tuple[str, ...]:
    """Return what follows if somebody decides so, a sentence each.

    ``plan`` is that of the stage that the request is about; who uses the layer, and what is live,
    is as it was when the request was opened.
    """
    if verdict is Outcome.DENIED:
        return (f"Nothing moves: {_live(approval)} in {plan.name}. This attempt ends.",)
    return tuple(_approved(approval, plan))


def _approved(approval: Approval, plan: StagePlan) -> Iterator[str]:
    others = approval.rules.required - len(approval.approved_by) - 1
    if others > 0:
        yield f"It then waits for {others} more {'approval' if others == 1 else 'approvals'}."
    yield f"It goes live in {plan.name} in {_targets(len(plan.targets))}{_order(plan)}."
    if plan.bake_seconds:
        yield f"Each wave bakes for {plan.bake} before the next begins."
    trouble = "it fails, or an alarm fires" if plan.alarms else "it fails"
    yield (f"A canary runs in each target first. If {trouble}, all is put back: {_live(approval)}.")
    yield f"{_consumers(approval.facts.consumers)} Functions take it when they are next deployed."
    yield f"Take it back later with: layerlift rollback {approval.layer} {plan.name}"


def _targets(number: int) -> str:
    return "1 target" if number == 1 else f"{number} targets"


def _order(plan: StagePlan) -> str:
    first, *others = [len(wave) for wave in plan.waves]
    return "".join((f": {first}", *(f", then {number}" for number in others))) if others else ""


def _live(approval: Approval) -> str:
    replaces = approval.facts.replaces
    return f"{', '.join(replaces)} stays live" if replaces else "nothing is live"


def _consumers(found: tuple[ConsumersIn, ...]) -> str:
    number = sum(len(where.functions) + where.unlisted for where in found)
    unknown = sum(bool(where.problem) for where in found)
    if not found:
        return "Nobody has looked which functions use the layer there."
    but = f", and {_targets(unknown)} could not be asked" if unknown else ""
    if not number:
        return f"No function uses the layer there today{but}."
    return f"{number} {'function uses' if number == 1 else 'functions use'} it there today{but}."
