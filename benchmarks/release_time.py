"""From a dropped zip to prod active in six regions, beside a shell loop that merely publishes."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure
from examples.build import build_layer
from layerlift.domain.names import parse_layer_name, parse_stage_name, parse_version
from layerlift_cli.approvals import decide
from layerlift_cli.local.checkout import Checkout, tool
from layerlift_cli.local.environment import STACK
from layerlift_cli.local.lifecycle import deployed
from layerlift_cli.progress import ConsoleProgress
from layerlift_cli.pushing import drop
from layerlift_cli.session import Caller
from layerlift_cli.watch import await_answer, watch_release

LAYER, VERSION = parse_layer_name("http-client"), parse_version("1.0.0")
STAGE = parse_stage_name("prod")

LOOP = """
set -euo pipefail
for region in $REGIONS; do
  aws lambda publish-layer-version --region "$region" --layer-name loop --zip-file "fileb://$ZIP" \
    --output text --query LayerVersionArn
done
"""


def measure(checkout: Checkout) -> Iterator[Figure]:
    """Yield the time of the first release of a fresh deployment, every function cold."""
    with (
        tempfile.TemporaryDirectory(prefix="layerlift-bench-") as place,
        deployed(checkout, Path(place), ConsoleProgress()),
    ):
        content = build_layer(LAYER, VERSION, Path(place))
        seconds, regions = _release(content)
        loop = publish_loop(content, regions)
    yield Figure(
        id=f"release_{len(regions)}_regions",
        value=seconds,
        unit="s from drop to prod active, approval given at once, all functions cold",
        reference="a shell loop of aws lambda publish-layer-version over the same regions",
        reference_value=loop,
    )


def _release(content: Path) -> tuple[float, list[str]]:
    plane, session = Caller(STACK, None, None).control_plane()
    began = time.perf_counter()
    artifact = drop(plane, session, content, LAYER, VERSION)
    answer = await_answer(plane.registry, artifact)
    if answer.outcome != "claimed":
        raise RuntimeError(answer.reason)
    last = None
    approved = False
    for sight in watch_release(plane.registry, LAYER, VERSION):
        last = sight.status
        if not approved and last.stages[-1].state == "waiting":
            decide(plane, session, LAYER, VERSION, STAGE, approve=True, comment="a benchmark")
            approved = True
    seconds = time.perf_counter() - began
    if last is None or last.state != "succeeded":
        raise RuntimeError(f"the release did not succeed: {last}")
    return seconds, [target.region for target in last.stages[-1].targets]


def publish_loop(content: Path, regions: list[str]) -> float:
    """Return the seconds that the loop takes, as on a machine where the command has been used.

    The first call of a fresh installation compiles what it imports: it is made before, to one
    region, and without the variable that would have every call compile it all anew.
    """
    _run_loop(content, regions[:1])
    began = time.perf_counter()
    _run_loop(content, regions)
    return time.perf_counter() - began


def _run_loop(content: Path, regions: list[str]) -> None:
    path = f"{tool('aws').parent}{os.pathsep}{os.environ['PATH']}"
    given = {"PATH": path, "REGIONS": " ".join(regions), "ZIP": str(content)}
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(
        ["bash", "-c", LOOP], env=inherited | given, stdout=subprocess.DEVNULL, check=True
    )
