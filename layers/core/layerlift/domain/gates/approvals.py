"""Who has to agree before a stage starts."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from layerlift.domain.errors import InvalidText
from layerlift.domain.gates.durations import Duration, parse_duration
from layerlift.domain.identity import Identity
from layerlift.domain.model import Value

MAX_REQUIRED = 10
"""Ours: more people than that do not look at a layer; they look at each other."""

_PATTERN = re.compile(r"arn:aws[a-z-]*:(iam|sts)::\d{12}:(?P<resource>.+)")


def _checked_pattern(text: str) -> str:
    """Return a pattern that can match what STS says of a caller, and no stranger's account.

    :raises InvalidText: if it cannot, or leaves the account open.
    """
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise InvalidText(
            f"{text!r} is not the ARN of principals: write arn:aws:iam::<account>:role/<name>, "
            "with the account's 12 digits; * and ? may stand in what follows them"
        )
    resource = match["resource"]
    if resource.startswith("role/") and resource.count("/") > 1:
        raise InvalidText(
            f"{text!r} names a role's path, which STS does not tell: write role/<name> without it"
        )
    return text


def short_pattern(pattern: str) -> str:
    """Return a pattern without what is before its resource: ``role/release-managers``."""
    match = _PATTERN.fullmatch(pattern)
    return pattern if match is None else match["resource"]


ApproverPattern = Annotated[str, AfterValidator(_checked_pattern)]


class Approvals(Value):
    """Who has to agree before a stage starts."""

    required: int = Field(
        default=0,
        ge=0,
        le=MAX_REQUIRED,
        description="How many people have to approve; the same person counts once. 0 asks nobody.",
        examples=[2],
    )
    approvers: tuple[ApproverPattern, ...] = Field(
        default=(),
        description="Who may decide, override what holds the stage and roll it back, also where no "
        "approval is required: ARNs of principals, in which * and ? stand for any characters after "
        "the account. A role's ARN, written without its path, is about everyone who has assumed "
        "it. An empty list means everyone in the control plane's account whom IAM lets invoke the "
        "function that takes it.",
        examples=[["arn:aws:iam::111122223333:role/release-managers"]],
    )
    not_requester: bool = Field(
        default=False,
        description="Whether somebody else has to approve than the one who dropped the zip. Such "
        "a release has to say who that is, as layerlift push does.",
        examples=[True],
    )
    expires: Duration = Field(
        default="72h",
        description="How long the request stays open, like 30m, 72h or 7d.",
        examples=["72h"],
    )
    console: Literal["allowed", "comment-only"] = Field(
        default="comment-only",
        description="What a decision counts that comes without a proof of identity, as a click in "
        "the CloudWatch console does: one approval by somebody, or nothing but its comment.",
        examples=["comment-only"],
    )

    @model_validator(mode="after")
    def _asks_the_console_for_nothing_it_cannot_say(self) -> "Approvals":
        if self.console == "allowed" and (self.approvers or self.not_requester):
            raise InvalidText(
                "console: allowed lets somebody unknown decide, so that approvers and "
                "not_requester would mean nothing: leave either out"
            )
        return self

    @property
    def seconds(self) -> int:
        """How long the request stays open."""
        return parse_duration(self.expires)

    @property
    def named(self) -> tuple[str, ...]:
        """The approvers in short: what follows the account in their ARNs, like ``role/managers``.

        Empty if the policy names none.
        """
        return tuple(dict.fromkeys(map(short_pattern, self.approvers)))

    def admits(self, identity: Identity, account: str) -> bool:
        """Say whether somebody may decide; ``account`` is the control plane's."""
        if not self.approvers:
            return identity.account == account
        return any(_matches(pattern, name) for pattern in self.approvers for name in identity.names)


def _matches(pattern: str, name: str) -> bool:
    wild = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(wild, name) is not None
