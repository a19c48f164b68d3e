"""The functions that use a layer, and clones of them, as the steps see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from layerlift.domain.gates.consumers import Consumer
from layerlift.domain.names import LayerName
from layerlift.domain.targets import Target
from layerlift.ports.aws import CanaryReading


@dataclass(frozen=True)
class ConsumerVersion:
    """The newest published version of a function, which uses the layer.

    ``layer_arn`` is the version of the layer that it has attached, ``seconds`` how long one
    invocation of it may take.
    """

    arn: str
    layer_arn: str
    runtime: str
    architecture: str
    seconds: int


@dataclass(frozen=True)
class Search:
    """What was found of a consumer in a target.

    ``unfit`` are functions that use the layer and cannot be cloned, each with the reason.
    ``looked_at`` is how many functions it might have been; ``is_cut`` says that there are more.
    """

    found: tuple[ConsumerVersion, ...] = ()
    unfit: tuple[str, ...] = ()
    looked_at: int = 0
    is_cut: bool = False


@dataclass(frozen=True)
class Clone:
    """A copy of a function's version, with ``layer_arn`` in the place of the layer it has.

    It is asked ``payload`` (JSON) ``cold`` times at once and ``warm`` times after those, each for
    ``seconds`` at most.
    """

    version: ConsumerVersion
    layer_arn: str
    payload: bytes
    cold: int
    warm: int
    seconds: int
    has_own_role: bool
    has_environment: bool


class ConsumerCanaries(Protocol):
    """Clones of functions in a target: the functions themselves are never invoked or changed."""

    def find(self, target: Target, consumer: Consumer, published_name: LayerName) -> Search:
        """Look for the functions that the policy means and that use the layer."""

    def run(self, target: Target, clones: Sequence[Clone]) -> tuple[CanaryReading, ...]:
        """Make each clone, invoke it, and remove it whatever happens.

        The readings are in the order of the clones; ``not_offered`` says why one was not made.

        :raises Unavailable: if the target is out of reach, or a clone went away meanwhile.
        """
