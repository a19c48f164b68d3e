"""A request for approval: what it shows to those who decide, and what they have decided."""

from datetime import datetime

from pydantic import Field

from layerlift.domain.gates.approvals import Approvals
from layerlift.domain.identity import Identity
from layerlift.domain.model import Value
from layerlift.domain.names import Digest, LayerName, SemanticVersion, StageName
from layerlift.domain.outcomes import Outcome

CONSOLE = "somebody at the console"
"""Who decided, where nobody proved it."""


def in_words(decision: str) -> str:
    """Return a decision as people say it: who rejects a release has decided ``denied``."""
    return "rejected" if decision == Outcome.DENIED else decision


class Difference(Value):
    """What differs from the release before. Sizes are bytes, of the unzipped layer."""

    since: str = Field(description="The version of the release before.")
    added: tuple[str, ...] = Field(default=(), description="Packages that came, with version.")
    removed: tuple[str, ...] = Field(default=(), description="Packages that went, with version.")
    changed: tuple[str, ...] = Field(default=(), description="Packages with another version.")
    unlisted: int = Field(default=0, description="How many packages more, left out of the lists.")
    size_before: int = Field(description="Bytes of the release before, unzipped.")
    size_after: int = Field(description="Bytes of this release, unzipped.")


class StageBelow(Value):
    """How the release fares in the stage before."""

    stage: str = Field(description="The stage's name.")
    targets: int = Field(description="How many targets it has.")
    passed: int = Field(description="In how many of them the canary has passed.")
    consumers: tuple[str, ...] = Field(
        default=(),
        description="Functions of which clones have worked with the release there, name:version.",
    )


class ConsumersIn(Value):
    """The functions that use the layer in a target now: whom a bad release would hit."""

    account: str = Field(description="The AWS account's id.")
    region: str = Field(description="The region's code.")
    functions: tuple[str, ...] = Field(default=(), description="Names of functions.")
    unlisted: int = Field(default=0, description="How many functions more, left out of the list.")
    problem: str = Field(
        default="", description="Why it is not known, or not wholly; empty if it is."
    )


class RequestFacts(Value):
    """What those who decide should know, as it was when the request was opened."""

    replaces: tuple[str, ...] = Field(
        default=(), description="The versions that are live in the stage now."
    )
    difference: Difference | None = Field(
        default=None, description="What differs from the release before, if there is one."
    )
    findings: dict[str, int] = Field(
        default_factory=dict, description="How many findings of each severity there are."
    )
    below: StageBelow | None = Field(default=None, description="The stage before, if there is one.")
    consumers: tuple[ConsumersIn, ...] = Field(
        default=(), description="Functions that use the layer in the stage's targets now."
    )
    approvers: tuple[str, ...] = Field(
        default=(),
        description="Who may decide, as the policy names them; empty if it names nobody.",
    )


class Vote(Value):
    """What one person decided. ``identity`` is None for the console, ``proof`` a fingerprint."""

    outcome: Outcome
    identity: Identity | None
    comment: str
    voted_at: datetime
    proof: str | None = None

    @property
    def person(self) -> str:
        """What tells people apart; all clicks in the console are the same somebody's."""
        return CONSOLE if self.identity is None else self.identity.user_id

    @property
    def name(self) -> str:
        """Who it was, for a person."""
        return CONSOLE if self.identity is None else self.identity.arn


class Approval(Value):
    """A request for approval, the votes, and the decision once there is one.

    The token that lets the promotion go on is kept elsewhere: see
    :mod:`layerlift.releasing.task_tokens`. ``requester`` is the user id of who dropped the zip,
    None if the drop does not say.
    """

    layer: LayerName
    version: SemanticVersion
    attempt: int
    stage: StageName
    digest: Digest
    rules: Approvals
    requested_at: datetime
    expires_at: datetime
    requester: str | None = None
    facts: RequestFacts = RequestFacts()
    votes: tuple[Vote, ...] = ()
    decision: str | None = None
    decided_by: str | None = None
    comment: str = ""
    report_url: str | None = None

    @property
    def approved_by(self) -> tuple[Vote, ...]:
        """The approvals so far, one a person."""
        return tuple(vote for vote in self.votes if vote.outcome is Outcome.APPROVED)

    def vote_of(self, person: str) -> Vote | None:
        """Return what somebody has decided already, None if nothing."""
        return next((vote for vote in self.votes if vote.person == person), None)
