"""Whom to tell, and of what: the document that the operator writes.

It holds secrets, so nothing that is said about it, errors included, quotes it.
"""

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import ConfigDict, Field, SecretStr, ValidationError, model_validator

from layerlift.domain.errors import Fault
from layerlift.domain.events import Event, EventType
from layerlift.domain.model import Value
from layerlift.telling.message import Severity
from layerlift.telling.telling import wording_of

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class _Quiet(Value):
    """A value whose errors do not quote what was given."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Pattern(_Quiet):
    """Which events a destination hears of: those that every list which is not empty takes."""

    stages: tuple[str, ...] = Field(default=(), description="Names of stages.")
    layers: tuple[str, ...] = Field(default=(), description="Names of layers; * stands for any.")
    kinds: tuple[EventType, ...] = Field(
        default=(), description="Types of events, by their detail-type."
    )
    severities: tuple[Severity, ...] = Field(
        default=(), description="info, good, attention or bad."
    )
    routine: bool = Field(
        default=False,
        description="Also have a message for each step that went as it should.",
    )

    def takes(self, event: Event) -> bool:
        """Say whether a destination hears of the event at all."""
        detail = event.detail
        # What concerns no stage concerns all of them.
        return (
            (not self.stages or detail.stage is None or detail.stage in self.stages)
            and (not self.layers or _is_one_of(detail.layer, self.layers))
            and (not self.kinds or event.type in self.kinds)
            and (not self.severities or wording_of(event).severity in self.severities)
        )

    def posts(self, event: Event) -> bool:
        """Say whether an event that it takes is a message, not only a change of the summary."""
        return self.routine or bool(self.kinds) or not wording_of(event).is_routine


def _is_one_of(layer: str | None, patterns: tuple[str, ...]) -> bool:
    return layer is not None and any(fnmatchcase(layer, pattern) for pattern in patterns)


class _Destination(_Quiet):
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="What logs call it.")
    only: Pattern = Field(default=Pattern(), description="Which events it hears of.")


class SlackDestination(_Destination):
    """A channel of Slack: by a bot's token, which can thread and update, or by a webhook."""

    service: Literal["slack"]
    token: SecretStr | None = Field(default=None, description="The bot's token, xoxb-….")
    channel: str | None = Field(default=None, description="The channel's id, like C0123456789.")
    webhook: SecretStr | None = Field(default=None, description="The incoming webhook's address.")
    api: str = Field(
        default="https://slack.com/api",
        description="Where Slack's API is; GovSlack has another address.",
    )

    @model_validator(mode="after")
    def _is_one_of_two(self) -> "SlackDestination":
        is_bot = self.webhook is None
        if {self.token is not None, self.channel is not None} != {is_bot}:
            raise ValueError("give either a token and a channel, or a webhook")
        return self


class TeamsDestination(_Destination):
    """A channel of Microsoft Teams, by a webhook of the Workflows app."""

    service: Literal["teams"]
    webhook: SecretStr = Field(description="The address that the workflow shows.")


class DiscordDestination(_Destination):
    """A channel of Discord, by a webhook."""

    service: Literal["discord"]
    webhook: SecretStr = Field(description="The webhook's address.")


class AmazonQDestination(_Destination):
    """The stack's SNS topic, for Amazon Q Developer in chat applications."""

    service: Literal["amazon_q"]


class OtherDestination(_Destination):
    """Any service that Apprise knows, by its address there."""

    service: Literal["apprise"]
    address: SecretStr = Field(description="As Apprise writes it, like mailto://….")


Destination = Annotated[
    SlackDestination
    | TeamsDestination
    | DiscordDestination
    | AmazonQDestination
    | OtherDestination,
    Field(discriminator="service"),
]


class Destinations(_Quiet):
    """The whole document."""

    version: Literal[1]
    destinations: tuple[Destination, ...]

    @model_validator(mode="after")
    def _have_names_of_their_own(self) -> "Destinations":
        names = [destination.name for destination in self.destinations]
        if len(set(names)) < len(names):
            raise ValueError("two destinations have the same name")
        return self


def parse_destinations(text: str | None) -> tuple[Destination, ...]:
    """Return the destinations of a document, none if there is no document.

    :raises Fault: if it breaks a rule; the message says where, and quotes nothing.
    """
    if text is None:
        return ()
    try:
        return Destinations.model_validate_json(text).destinations
    except ValidationError as problem:
        places = (
            f"{'.'.join(_place(error)) or 'the document'}: {error['type']}"
            for error in problem.errors(include_input=False, include_url=False)
        )
    # Raised here, so that the error that quotes what was given is not its cause.
    raise Fault(f"the chat destinations are not what they should be: {'; '.join(places)}")


def _place(error: "ErrorDetails") -> list[str]:
    """Return where in the document it is; the name of a field that is unknown may be a secret."""
    known = error["loc"][:-1] if error["type"] == "extra_forbidden" else error["loc"]
    return [str(part) for part in known]
