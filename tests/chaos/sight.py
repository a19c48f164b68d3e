"""What is seen of the control plane and of AWS after a round: plain data, held against claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from layerlift.domain.approval import Approval
from layerlift.domain.debts import Debt
from layerlift.domain.events import Event
from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.domain.pointers import Pointer
from layerlift.domain.release import PromotionLock, Release, StageProgress, StageState
from layerlift.domain.targets import Target


@dataclass(frozen=True)
class Publication:
    """A layer version as Lambda has it."""

    name: LayerName
    target: Target
    number: int
    arn: str
    code_sha256: str


@dataclass(frozen=True)
class Place:
    """Where a pointer of a layer is."""

    layer: LayerName
    stage: StageName
    target: Target


@dataclass(frozen=True)
class Sight:
    """All that one round has left behind.

    ``pointers`` are what consumers read, ``live`` what the registry says that they read.
    ``trail`` has the events that the registry keeps, ``heard`` those that came over the bus.
    ``shown`` is what was logged or told, by where; none of it may have one of the ``secrets``.
    """

    dropped: Mapping[tuple[LayerName, SemanticVersion], str] = field(default_factory=dict)
    """The digest of each zip that was dropped, hexadecimal."""
    answers: Mapping[tuple[LayerName, SemanticVersion], str] = field(default_factory=dict)
    """What the control plane made of a drop: ``claimed``, ``rejected`` or ``unchanged``."""
    releases: tuple[Release, ...] = ()
    progress: tuple[StageProgress, ...] = ()
    publications: tuple[Publication, ...] = ()
    pointers: Mapping[Place, Pointer | None] = field(default_factory=dict)
    live: Mapping[Place, Pointer | None] = field(default_factory=dict)
    moves: frozenset[Place] = frozenset()
    """Pointers that a step which died, or came too late, may have moved: the registry says so, and
    the reconciler makes sure of each once the step has certainly ended."""
    debts: tuple[Debt, ...] = ()
    locks: tuple[PromotionLock, ...] = ()
    approvals: tuple[Approval, ...] = ()
    leftovers: tuple[str, ...] = ()
    """Canary functions that a sweep has not removed."""
    trail: tuple[Event, ...] = ()
    heard: tuple[Event, ...] = ()
    shown: tuple[tuple[str, str], ...] = ()
    secrets: frozenset[str] = frozenset()
    in_the_end: bool = False
    """Whether debts had the time to be paid, and moves to be seen to."""

    def state(self, release: Release, stage: StageName) -> StageState | None:
        """Return where a release is in a stage, None if it has not come to it."""
        return next(
            (
                progress.state
                for progress in self.progress
                if (progress.layer, progress.version, progress.attempt, progress.stage)
                == (release.layer, release.version, release.attempt, stage)
            ),
            None,
        )

    def waits(self, approval: Approval) -> bool:
        """Say whether a promotion waits for what was asked, as far as the registry knows."""
        return any(
            (one.layer, one.version, one.attempt, one.stage)
            == (approval.layer, approval.version, approval.attempt, approval.stage)
            for one in self.progress
            if one.state is StageState.WAITING
        )

    def on_the_move(self, place: Place) -> bool:
        """Say whether it is written down that nobody knows where a pointer is; not for ever."""
        return place in self.moves and not self.in_the_end

    def owed(self, place: Place) -> bool:
        """Say whether a target is owed a release, so that it may have another than the rest."""
        return any(
            (debt.layer, debt.stage, debt.target) == (place.layer, place.stage, place.target)
            for debt in self.debts
            if debt.is_outstanding
        )
