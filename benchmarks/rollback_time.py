"""A rollback over 30 regions, beside a shell loop that merely writes the same parameters."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.own_process import in_own_process
from benchmarks.thirty_regions import LAYER, REGIONS, VERSION, control_plane, release
from examples.build import build_layer
from layerlift.adapters.ssm_pointers import SsmPointers
from layerlift.bootstrap import CLIENTS
from layerlift.domain.names import parse_stage_name, parse_version
from layerlift.domain.pointers import pointer_names
from layerlift.domain.targets import Target
from layerlift_cli.local.checkout import Checkout, tool

NEWER = parse_version("1.1.0")
PROD = parse_stage_name("prod")

LOOP = """
set -euo pipefail
for region in $REGIONS; do
  aws ssm put-parameter --region "$region" --name /loop/arn --value arn --type String --overwrite
  aws ssm put-parameter --region "$region" --name /loop/version --value 1 --type String --overwrite
done
"""


def measure(checkout: Checkout) -> Iterator[Figure]:
    """Yield the time from the command to the last pointer; the function that does it is cold."""
    with tempfile.TemporaryDirectory(prefix="layerlift-bench-") as folder:
        place = Path(folder)
        older, newer = (build_layer(LAYER, version, place) for version in (VERSION, NEWER))
        seconds, loop = in_own_process(timed, checkout, place / "plane", older, newer)
    yield Figure(
        id=f"rollback_{len(REGIONS)}_regions",
        value=seconds,
        unit="s from the command to every pointer of prod back, the function cold",
        reference="a shell loop of aws ssm put-parameter over the same regions",
        reference_value=loop,
    )


def timed(checkout: Checkout, place: Path, older: Path, newer: Path) -> tuple[float, float]:
    """Return the seconds of a rollback, and of the loop over the same regions.

    :raises RuntimeError: if a pointer is not where it belongs afterwards.
    """
    with control_plane(checkout, place, REGIONS) as (_, plane, session):
        for version, content in ((VERSION, older), (NEWER, newer)):
            release(plane, session, content, version)
        began = time.perf_counter()
        command = Path(sys.prefix) / "bin" / "layerlift"
        subprocess.run(
            [str(command), "rollback", LAYER, PROD], stdout=subprocess.DEVNULL, check=True
        )
        seconds = time.perf_counter() - began
        _check()
        return seconds, _loop()


def _check() -> None:
    pointers, names = SsmPointers(CLIENTS), pointer_names(PROD, LAYER)
    for region in REGIONS:
        found = pointers.read(Target(account="", region=region), names)
        if found is None or found.version != VERSION:
            raise RuntimeError(f"the pointer in {region} says {found}")


def _loop() -> float:
    path = f"{tool('aws').parent}{os.pathsep}{os.environ['PATH']}"
    began = time.perf_counter()
    subprocess.run(
        ["bash", "-c", LOOP],
        env=os.environ | {"PATH": path, "REGIONS": " ".join(REGIONS)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - began
