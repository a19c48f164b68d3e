"""How long a newcomer waits for `make demo`, with the package cache warm."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator

from benchmarks.figures import Figure
from layerlift_cli.local.checkout import Checkout

AT_MOST_SECONDS = 180.0


def measure(checkout: Checkout) -> Iterator[Figure]:
    """Yield the time of a whole `make demo`, set-up check included."""
    began = time.perf_counter()
    subprocess.run(
        ["make", "demo"],
        cwd=checkout.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    yield Figure(
        id="demo_seconds",
        value=time.perf_counter() - began,
        unit="s",
        reference="the longest it may take",
        reference_value=AT_MOST_SECONDS,
    )
