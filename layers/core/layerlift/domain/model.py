"""The base of every frozen value that crosses a boundary as JSON."""

from threading import RLock
from typing import Any

from pydantic import BaseModel, ConfigDict

_BUILDING = RLock()


class Value(BaseModel):
    """A frozen value: a change returns a new one, an unknown field is an error.

    What validates it is built when it is first used: a step uses few of the values that it imports,
    and building them all would take a cold start longer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @classmethod
    def model_rebuild(cls, *args: Any, **kwargs: Any) -> bool | None:
        """Build what is deferred: pydantic calls this at the first use.

        One thread at a time: steps work on targets in threads, and pydantic's own is not made so.
        """
        with _BUILDING:
            return super().model_rebuild(*args, **kwargs)
