"""What approvals need of AWS: who uses a layer."""

from collections.abc import Sequence
from typing import Protocol

from layerlift.domain.approval import ConsumersIn
from layerlift.domain.names import LayerName
from layerlift.domain.targets import Target


class Consumers(Protocol):
    """Functions that have a layer attached."""

    def find(self, published_name: LayerName, targets: Sequence[Target]) -> tuple[ConsumersIn, ...]:
        """Return who uses any version of the layer, target by target.

        A target that cannot be asked says so in its ``problem``: it holds nobody up.
        """
