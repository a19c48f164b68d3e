"""Deciding: a click on Approve or Reject is handed in as a decision without a proof of identity."""

from dataclasses import dataclass

from layerlift.console.desk import Desk, Visit
from layerlift.console.requests import Decide, comment_field
from layerlift.console.words import Word, word
from layerlift.domain.approval import Approval
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.releasing.ballot import MAX_COMMENT
from layerlift.releasing.decision import Decision, decide
from layerlift.releasing.records import approval_key, load


@dataclass(frozen=True)
class Notice:
    """What came of a decision: ``state`` is for scripts, the sentences are for people."""

    state: str
    word: Word
    text: str
    command: str = ""


def decide_by_click(request: Decide, visit: Visit, desk: Desk) -> Notice:
    """Hand a decision in, and return what came of it.

    The comment is the form field that :func:`~layerlift.console.requests.comment_field` names, or
    ``comment``.

    :raises Unavailable: if others kept changing the request.
    """
    name = f"{request.layer} {request.version}"
    command = _command(request)
    if not desk.takes_decisions:
        text = "Nothing was decided: this console takes no decisions. Decide with:"
        return Notice("refused", word("refused", "bad"), text, command)
    comment = _comment(request, visit)
    if len(comment) > MAX_COMMENT:
        text = (
            f"Nothing was decided: the comment has {len(comment):,} characters, and at most "
            f"{MAX_COMMENT:,} are kept. Shorten it and decide again."
        )
        return Notice("refused", word("refused", "bad"), text)
    if _is_about_other_bytes(request, desk):
        text = (
            f"Nothing was decided: the request for {name} in {request.stage} is about other bytes "
            "than the ones that were shown. Look again, and decide then."
        )
        return Notice("refused", word("refused", "bad"), text)
    result = decide(
        Decision(
            layer=request.layer,
            version=request.version,
            stage=request.stage,
            outcome=request.outcome,
            comment=comment,
            attempt=request.attempt,
        ),
        control_plane=desk.control_plane,
        registry=desk.registry,
        tokens=desk.tokens,
        promotions=desk.promotions,
        proofs=desk.proofs,
        clock=desk.clock,
    )
    return _notice(request, result)


def _command(request: Decide) -> str:
    verb = "approve" if request.outcome is Outcome.APPROVED else "reject"
    return f"layerlift {verb} {request.layer} {request.version} {request.stage}"


def _comment(request: Decide, visit: Visit) -> str:
    named = comment_field(request.layer, request.version, request.stage, request.attempt)
    context = visit.asked.context
    return (context.field(named) or context.field("comment") or "").strip()


def _is_about_other_bytes(request: Decide, desk: Desk) -> bool:
    key = approval_key(request.layer, request.version, request.stage)
    held = load(desk.registry, Approval, key)
    return held is not None and held.value.digest != request.digest


_TONES = {
    Outcome.APPROVED: "good",
    Outcome.DENIED: "warn",
    Outcome.COUNTED: "good",
    Outcome.COMMENTED: "warn",
}


def _notice(request: Decide, result: StepResult) -> Notice:
    name = f"{request.layer} {request.version}"
    texts = {
        Outcome.APPROVED: f"{name} is approved and goes into {request.stage} now.",
        Outcome.DENIED: f"{name} is rejected and does not go into {request.stage}.",
    }
    text = result.reason or texts.get(result.outcome, "")
    tone = _TONES.get(result.outcome, "bad")
    return Notice(result.outcome.value, word(result.outcome.replace("_", " "), tone), text)
