"""Who has to agree before a stage starts."""

from typing import Literal

from pydantic import Field

from layerlift.domain.gates.durations import Duration, parse_duration
from layerlift.domain.model import Value


class Approvals(Value):
    """Who has to agree before a stage starts."""

    required: Literal[0, 1] = Field(
        default=0, description="How many approvals the stage waits for: 0 or 1.", examples=[1]
    )
    expires: Duration = Field(
        default="72h",
        description="How long the request stays open, like 30m, 72h or 7d.",
        examples=["72h"],
    )

    @property
    def seconds(self) -> int:
        """How long the request stays open."""
        return parse_duration(self.expires)
