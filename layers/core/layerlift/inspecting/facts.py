"""What one pass over a layer learns, before anything is concluded from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.native.files import NativeFile
from layerlift.inspecting.packages.metadata import PackageMetadata


@dataclass(frozen=True)
class LayerFacts:
    """``entries`` are all entries; ``native`` and ``metadata`` what was read of their content."""

    entries: Sequence[Entry]
    native: Sequence[NativeFile] = ()
    metadata: Sequence[PackageMetadata] = ()
