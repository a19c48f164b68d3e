"""What people and bakes see of the scheduled canaries, in the region that they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from layerlift.domain.live_canary import LivePlace
from layerlift.domain.targets import Target


@dataclass(frozen=True)
class Gauge:
    """A number of now: of a place, or of a whole region if ``place`` is None.

    ``name`` is one of :mod:`layerlift.domain.live_canary`, which says what it counts.
    """

    name: str
    value: int
    place: LivePlace | None = None


class LiveGauges(Protocol):
    """Metrics and alarms of scheduled canaries in a target."""

    def show(self, target: Target, gauges: Sequence[Gauge]) -> None:
        """Show the numbers; shown twice, they are the same."""

    def watch(self, place: LivePlace) -> None:
        """Have an alarm that fires while what is live in the place does not work.

        It stays as it is between two looks, and one that is there is only brought up to date.
        """

    def unwatch(self, place: LivePlace) -> None:
        """Remove the alarm; one that is gone is no error."""
