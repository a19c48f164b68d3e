"""What takes the space: the folders of a layer by the bytes that lie under them."""

from collections import defaultdict
from collections.abc import Iterable

from layerlift.domain.report import Space
from layerlift.inspecting.archive.entries import Entry

_MOST = 40
_LEAST_SHARE = 0.01


def largest_folders(entries: Iterable[Entry]) -> tuple[Space, ...]:
    """Return up to 40 folders with at least a hundredth of the bytes, largest first."""
    sizes: defaultdict[str, int] = defaultdict(int)
    files: defaultdict[str, int] = defaultdict(int)
    for entry in entries:
        if not entry.is_directory:
            folder = entry.path.rpartition("/")[0]
            sizes[folder] += entry.size
            files[folder] += 1
    for folder, size, count in [(folder, sizes[folder], files[folder]) for folder in sizes]:
        above = folder
        while above:
            above = above.rpartition("/")[0]
            if above:
                sizes[above] += size
                files[above] += count
    total = sum(size for folder, size in sizes.items() if "/" not in folder)
    shown = (
        Space(path=folder, size=size, files=files[folder])
        for folder, size in sizes.items()
        if folder and size >= total * _LEAST_SHARE
    )
    return tuple(sorted(shown, key=lambda space: (-space.size, space.path))[:_MOST])
