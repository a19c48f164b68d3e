"""What a layer is, by the folders at its root."""

from collections.abc import Iterable

from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.compatibility.manifest import MANIFEST
from layerlift.inspecting.compatibility.misplaced.tree import BOOTSTRAP, is_leftover

KINDS = (
    "python",
    "nodejs",
    "java",
    "ruby",
    "extension",
    "custom-runtime",
    "binaries",
    "data",
)
_BY_PLACE = {
    "python/": "python",
    "nodejs/": "nodejs",
    "java/": "java",
    "ruby/": "ruby",
    "extensions/": "extension",
    BOOTSTRAP: "custom-runtime",
    "bin/": "binaries",
    "lib/": "binaries",
}
FAMILY_OF_KIND = {
    "python": "python",
    "nodejs": "nodejs",
    "java": "java",
    "ruby": "ruby",
    "custom-runtime": "provided",
}
"""The family of runtimes that content of a kind is for; what is for all has none."""


def find_kinds(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return what the layer is, in the order of KINDS; data if it is nothing else."""
    places: set[str] = set()
    for entry in entries:
        place = entry.path[: entry.path.find("/") + 1] or entry.path
        if place not in places and not (entry.is_directory or is_leftover(entry.path)):
            places.add(place)
    found = {_BY_PLACE.get(place, "data") for place in places - {MANIFEST}}
    return tuple(kind for kind in KINDS if kind in found - {"data"}) or ("data",)
