"""The SSM parameters in a target that consumers read a layer from."""

from layerlift.domain.model import Value
from layerlift.domain.names import LayerName, StageName

POINTER_ROOT = "/lambda/layers"


class Pointer(Value):
    """What the two parameters of a layer in one target say."""

    arn: str
    version: str


def pointer_names(stage: StageName, layer: LayerName) -> tuple[str, str]:
    """Return the names of the ``arn`` and the ``version`` parameter of a layer in a stage."""
    base = f"{POINTER_ROOT}/{stage}/{layer}"
    return f"{base}/arn", f"{base}/version"
