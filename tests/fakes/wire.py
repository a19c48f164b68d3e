"""The wire between the steps and their ports: every call passes here, and a test may cut it.

A *moment* is one end of one call: before the port does its work, or after it has.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class Died(BaseException):
    """The process ended here: no handler of the code under test may stop it."""


@dataclass(frozen=True)
class Moment:
    """One end of the ``number``-th call."""

    number: int
    when: str
    name: str

    def __str__(self) -> str:
        return f"{self.when} call {self.number}, {self.name}"


class Wire:
    """Counts the calls and tells its hooks of every moment."""

    def __init__(self) -> None:
        self.moments: list[Moment] = []
        self.hooks: list[Callable[[Moment], None]] = []
        self._calls = 0

    def call(self, name: str, work: Callable[[], Any]) -> Any:
        number = self._calls
        self._calls += 1
        self._pass(Moment(number, "before", name))
        result = work()
        self._pass(Moment(number, "after", name))
        return result

    def _pass(self, moment: Moment) -> None:
        self.moments.append(moment)
        for hook in tuple(self.hooks):
            hook(moment)

    def forget(self) -> None:
        """Start counting anew, without hooks."""
        self.moments.clear()
        self.hooks.clear()
        self._calls = 0

    def once(self, moment: Moment, action: Callable[[], None]) -> None:
        """Do ``action`` when that moment comes, counted from now; its own calls do not count."""
        self.forget()

        def hook(now: Moment) -> None:
            if (now.number, now.when) == (moment.number, moment.when):
                self.hooks.remove(hook)
                action()

        self.hooks.append(hook)

    def next(self, name: str, when: str, action: Callable[[], None]) -> None:
        """Do ``action`` the next time a call of that name is at that end."""

        def hook(now: Moment) -> None:
            if (now.name, now.when) == (name, when):
                self.hooks.remove(hook)
                action()

        self.hooks.append(hook)

    def die(self, moment: Moment) -> None:
        """End the process at that moment, counted from now."""

        def death() -> None:
            raise Died(str(moment))

        self.once(moment, death)


def port_call(method: F) -> F:
    """Let calls of a fake's method pass its wire, as ``<port>.<method>``."""

    @wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        return self.wire.call(
            f"{self.port}.{method.__name__}", lambda: method(self, *args, **kwargs)
        )

    return call  # type: ignore[return-value]
