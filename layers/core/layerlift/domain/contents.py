"""What a canary has to know of a layer in order to try it."""

from layerlift.domain.model import Value
from layerlift.domain.report import LayerCheck, LayerFile, Module


class Contents(Value):
    """What of a layer can be tried, as its inspection found it; bounded, so that it travels.

    ``kinds`` are the words of the report's kind, ``architectures`` those on which it could make a
    difference to try it: none in particular for what has no native code. ``compiled`` are Python's
    extension modules by their dotted names, ``packages`` those of Node.js, each with the folder it
    lies in. ``left_out`` counts what there was no room for: a canary says so.
    """

    kinds: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ()
    compiled: tuple[Module, ...] = ()
    packages: tuple[Module, ...] = ()
    files: tuple[LayerFile, ...] = ()
    check: LayerCheck | None = None
    left_out: int = 0
