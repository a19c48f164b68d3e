"""Task tokens: who has one can let a promotion go on, so they lie apart from all else.

They are kept in a table of their own, which only the steps that pass a decision on may read. No
event, log, answer, or record that a person or another step reads has one in it.
"""

from collections.abc import Mapping
from typing import Any

from layerlift.domain.errors import Unavailable
from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.ports.aws import Promotions
from layerlift.ports.registry import Key, Registry, Write

_TRIES = 5


def keep_token(
    layer: LayerName,
    version: SemanticVersion,
    stage: StageName,
    attempt: int,
    token: str,
    *,
    tokens: Registry,
) -> None:
    """Keep the token of the promotion that waits, in the place of an earlier try's.

    :raises Unavailable: if others kept changing it.
    """
    key = _key(layer, version, stage, attempt)
    for _ in range(_TRIES):
        held = tokens.get(key)
        if held is not None and held.body["token"] == token:
            return
        expected = 0 if held is None else held.revision
        if tokens.commit(Write(key, {"token": token}, expected, "token")):
            return
    raise Unavailable(f"the task token of {layer} {version} for {stage} kept changing")


def resume(
    layer: LayerName,
    version: SemanticVersion,
    stage: StageName,
    attempt: int,
    output: Mapping[str, Any],
    *,
    tokens: Registry,
    promotions: Promotions,
) -> bool:
    """Let the promotion that waits go on with ``output``; False if none waits any more."""
    held = tokens.get(_key(layer, version, stage, attempt))
    return held is not None and promotions.resume(str(held.body["token"]), output)


def _key(layer: LayerName, version: SemanticVersion, stage: StageName, attempt: int) -> Key:
    return Key(f"TOKEN#{layer}", f"{version}#{stage}#{attempt}")
