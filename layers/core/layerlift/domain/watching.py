"""What the registry keeps of a stage that is held, baked, or let go on by an override."""

from datetime import datetime

from layerlift.domain.identity import Identity
from layerlift.domain.model import Value
from layerlift.domain.names import Digest, LayerName, SemanticVersion, StageName


class WaveWatch(Value):
    """What was seen around one wave: 0 is before the first, n after the n-th.

    ``held_for`` is why the next wave may not start, empty if it may, ``held_by`` the alarms that
    are part of it, ``is_frozen`` whether a freeze window is, and ``holds`` how many such reasons
    have been told. ``firing_since`` is since when alarms alone have held the stage.
    ``bakes_until`` is when the wave's bake ends.
    """

    layer: LayerName
    version: SemanticVersion
    attempt: int
    stage: StageName
    wave: int
    held_for: str = ""
    held_by: tuple[str, ...] = ()
    is_frozen: bool = False
    held_since: datetime | None = None
    holds: int = 0
    firing_since: datetime | None = None
    bakes_until: datetime | None = None
    has_baked: bool = False


class Override(Value):
    """That somebody let a stage go on although alarms fire, or although it is frozen."""

    alarms: tuple[str, ...]
    freeze: bool
    by: Identity
    reason: str
    at: datetime


class Overrides(Value):
    """All overrides of one attempt at promoting one release into one stage."""

    layer: LayerName
    version: SemanticVersion
    digest: Digest
    attempt: int
    stage: StageName
    entries: tuple[Override, ...]

    @property
    def alarms(self) -> frozenset[str]:
        """The alarms that do not count for this attempt in this stage."""
        return frozenset(name for entry in self.entries for name in entry.alarms)

    @property
    def breaks_freeze(self) -> bool:
        """Whether freeze windows do not count for this attempt in this stage."""
        return any(entry.freeze for entry in self.entries)
