"""Which CloudWatch alarms have to be quiet."""

from typing import Annotated

from pydantic import Field

from layerlift.domain.model import Value


class Alarms(Value):
    """CloudWatch alarms that must be quiet, looked up in every target region of the stage."""

    names: tuple[str, ...] = Field(
        default=(),
        description="Exact names; a name that no target region knows counts as firing.",
        examples=[["checkout-errors"]],
    )
    prefixes: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        default=(),
        description="Name prefixes; every alarm that matches one is watched.",
        examples=[["checkout-"]],
    )

    def __bool__(self) -> bool:
        return bool(self.names or self.prefixes)
