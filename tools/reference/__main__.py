"""Write everything that is generated, and remove what is generated no longer."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.reference.documents import FOLDERS, documents
from tools.reference.sources import ROOT


def stale(root: Path, wanted: dict[str, str]) -> list[Path]:
    """Return the files that are in the generated folders and should not be."""
    return [
        path
        for folder, ending in FOLDERS.items()
        for path in sorted((root / folder).glob(f"*{ending}"))
        if path.relative_to(root).as_posix() not in wanted
    ]


def write(root: Path, wanted: dict[str, str]) -> int:
    """Bring the folders up to date; how many files were changed."""
    changed = 0
    for name, text in wanted.items():
        path = root / name
        if path.exists() and path.read_text() == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        changed += 1
    for path in stale(root, wanted):
        path.unlink()
        changed += 1
    return changed


def main() -> int:
    """Do it, and say how much there was to do."""
    wanted = documents()
    print(f"reference: {write(ROOT, wanted)} of {len(wanted)} files changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
