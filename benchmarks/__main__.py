"""`make bench`: prints one JSON line for each figure. `make bench ARGS=release` runs one group."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from benchmarks import (
    console_matrix,
    cost_release,
    demo_time,
    growth,
    handler_imports,
    inspection,
    release_time,
    rollback_time,
)
from benchmarks.figures import Figure
from layerlift_cli.local.checkout import Checkout, this_checkout

GROUPS: dict[str, Callable[[Checkout], Iterator[Figure]]] = {
    "imports": handler_imports.measure,
    "console": console_matrix.measure,
    "inspect": inspection.measure,
    "release": release_time.measure,
    "growth": growth.measure,
    "rollback": rollback_time.measure,
    "cost": cost_release.measure,
    "demo": demo_time.measure,
}


def main() -> int:
    """Measure the groups that are asked for, all without an argument."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("groups", nargs="*", choices=[[], *GROUPS], metavar="GROUP")
    chosen = parser.parse_args().groups or list(GROUPS)
    checkout = this_checkout()
    for name in chosen:
        for figure in GROUPS[name](checkout):
            sys.stdout.write(figure.line() + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
