"""Decided: what was decided last, so that a request that is gone has left a word."""

from dataclasses import dataclass

from layerlift.console.words import Stamp, Times, Word, say
from layerlift.domain.approval import Approval
from layerlift.domain.outcomes import Outcome
from layerlift.ports.registry import Registry
from layerlift.releasing.history import read_decided

SHOWN = 5
"""How many are shown; the audit trail of a layer has all."""


@dataclass(frozen=True)
class DecidedView:
    """A request that was decided on. ``at`` is None if its time was up or a newer one came.

    ``comments`` are whose and what; whose is empty where one person has decided, who is named.
    """

    layer: str
    version: str
    stage: str
    word: Word
    who: str
    at: Stamp | None
    comments: tuple[tuple[str, str], ...]


def decided_last(registry: Registry, times: Times) -> tuple[DecidedView, ...]:
    """Return what was decided on the newest releases, newest first."""
    return tuple(_view(approval, times) for approval in read_decided(registry)[:SHOWN])


def _view(approval: Approval, times: Times) -> DecidedView:
    by_people = approval.decision in (Outcome.APPROVED, Outcome.DENIED)
    last = approval.votes[-1].voted_at if by_people and approval.votes else None
    return DecidedView(
        layer=approval.layer,
        version=approval.version,
        stage=approval.stage,
        word=say(approval.decision or ""),
        who=(approval.decided_by or "") if by_people else "",
        at=None if last is None else times.stamp(last),
        comments=_comments(approval),
    )


def _comments(approval: Approval) -> tuple[tuple[str, str], ...]:
    """Return what each said: the request's own comment is only that of the last."""
    if len(approval.votes) > 1:
        return tuple((vote.name, vote.comment) for vote in approval.votes if vote.comment)
    return (("", approval.comment),) if approval.comment else ()
