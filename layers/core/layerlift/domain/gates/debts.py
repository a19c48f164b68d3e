"""How many targets a stage may leave behind, and how long it waits for them first."""

from pydantic import Field, field_validator

from layerlift.domain.errors import InvalidText
from layerlift.domain.gates.durations import Duration, parse_duration
from layerlift.domain.model import Value

_MOST_SECONDS = 6 * 3600
"""An execution has 25,000 events, and a target that is asked again takes nine of them each time
(https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html): with the waits that a
promotion takes, 20 targets can be out of reach for this long."""


class Debts(Value):
    """Targets that may be owed the release while the others go on."""

    allowed: int = Field(
        default=0,
        ge=0,
        description="How many targets of the stage may be owed a release of a layer at a time; "
        "one more, and the stage fails and goes back.",
        examples=[2],
    )
    after: Duration = Field(
        default="10m",
        description="How long a target has to be out of reach before the others go on without it, "
        "counted from the first failure in a row; 6h at most.",
        examples=["10m"],
    )

    @field_validator("after")
    @classmethod
    def _is_no_longer_than_an_execution_bears(cls, text: str) -> str:
        if parse_duration(text) > _MOST_SECONDS:
            raise InvalidText(f"{text!r} is too long: a target is waited for up to 6h")
        return text

    @property
    def seconds(self) -> int:
        """How long a target has to be out of reach."""
        return parse_duration(self.after)
