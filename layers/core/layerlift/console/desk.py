"""What the console works with: the ports of the use cases behind its widgets."""

from dataclasses import dataclass

from layerlift.console.rendering import Frame
from layerlift.console.requests import Asked
from layerlift.console.words import Times
from layerlift.ports.aws import Artifacts, PointerSight, Promotions
from layerlift.ports.identity import IdentityProofs
from layerlift.ports.registry import Registry
from layerlift.releasing.identification import ControlPlaneName
from layerlift.releasing.trail import Clock


@dataclass(frozen=True)
class Desk:
    """The ports, and what this console may do.

    ``takes_decisions`` is whether a click may be handed in as a decision; the policy of a stage
    says whether it counts.
    """

    control_plane: ControlPlaneName
    registry: Registry
    tokens: Registry
    promotions: Promotions
    proofs: IdentityProofs
    artifacts: Artifacts
    sight: PointerSight
    clock: Clock
    takes_decisions: bool


@dataclass(frozen=True)
class Visit:
    """One look at a widget: what was asked for, and how the reader's clock goes."""

    asked: Asked
    frame: Frame
    times: Times
