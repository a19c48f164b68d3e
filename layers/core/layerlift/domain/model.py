"""The base of every frozen value that crosses a boundary as JSON."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value: a change returns a new one, an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
