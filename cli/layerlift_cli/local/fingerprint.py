"""Tell whether anything that matters has changed, by content."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

# Left behind by runs of the code or the tools, and never deployed.
IGNORED = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


def fingerprint(root: Path, names: Iterable[str], *facts: str) -> str:
    """A hash of the named files and folders below `root`, and of the facts given.

    A name that does not exist counts as such: making it later changes the fingerprint.
    """
    digest = hashlib.sha256(repr(facts).encode())
    for name in names:
        for path in _files(root / name):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"\n{path.relative_to(root).as_posix()} {content}".encode())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        for entry in sorted(path.iterdir()):
            if entry.name not in IGNORED:
                yield from _files(entry)
