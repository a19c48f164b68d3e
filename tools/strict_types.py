"""Strict types, everywhere.

Each function is a folder with a `handler.py` and a `settings.py`, as Lambda sees it: on its own,
first on the path. So each is checked on its own, too; one run could not tell the modules of the
same name apart. They share a cache, so that only the first run pays for the libraries.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("layers/core/layerlift", "cli/layerlift_cli", "tools")
SHARED_PATH = ("layers/core", "cli")


def main(root: Path = ROOT) -> int:
    """Check the packages, then every function; all of them, however many fail."""
    bad = [] if mypy(root, [root / name for name in PACKAGES]) else ["the packages"]
    for folder in function_folders(root):
        if not mypy(root, sorted(folder.glob("*.py")), folder):
            bad.append(str(folder.relative_to(root)))
    if bad:
        print(f"types: errors in {', '.join(bad)}")
    return 1 if bad else 0


def function_folders(root: Path) -> list[Path]:
    """Every folder that is deployed as a function."""
    return sorted(handler.parent for handler in root.glob("functions/*/handler.py"))


def mypy(root: Path, paths: list[Path], function: Path | None = None) -> bool:
    """Check `paths` strictly; with `function`, as modules of that function."""
    search = [str(root / name) for name in SHARED_PATH] + ([str(function)] if function else [])
    if function:
        print(f"{function.relative_to(root)}: ", end="", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *map(str, paths)],
        cwd=root,
        env=os.environ | {"MYPYPATH": os.pathsep.join(search)},
        check=False,
    )
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
