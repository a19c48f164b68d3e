"""Foresight: what follows from a decision, told to those who are about to make it."""

from collections.abc import Iterator, Sequence

from layerlift.domain.approval import Approval, ConsumersIn
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import StagePlan
from layerlift.domain.targets import Target
from layerlift.releasing.decision import Verdict

_NAMED = 3
"""How many regions of a wave are all named; of more, the first two, and how many are left."""


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
    if len({target.account for target in plan.targets}) > 1:
        # A region's name does not say which of its targets is meant.
        counts = ", then ".join(str(len(wave)) for wave in plan.waves)
        return f": {counts}" if len(plan.waves) > 1 else ""
    return f": {'; then '.join(_regions(wave) for wave in plan.waves)}"


def _regions(wave: Sequence[Target]) -> str:
    names = [target.region for target in wave]
    if len(names) <= _NAMED:
        return ", ".join(names)
    first = names[: _NAMED - 1]
    return f"{', '.join(first)} and {len(names) - len(first)} more"


def _live(approval: Approval) -> str:
    *others, last = approval.facts.replaces or ("",)
    if not last:
        return "nothing is live"
    return f"{', '.join(others)} and {last} stay live" if others else f"{last} stays live"


def _consumers(found: tuple[ConsumersIn, ...]) -> str:
    number = sum(len(where.functions) + where.unlisted for where in found)
    unknown = sum(bool(where.problem) for where in found)
    if not found:
        return "Nobody has looked which functions use the layer there."
    but = f", and {_targets(unknown)} could not be asked" if unknown else ""
    if not number:
        return f"No function uses the layer there today{but}."
    return f"{number} {'function uses' if number == 1 else 'functions use'} it there today{but}."
