"""A release to 30 production regions beside one to 6, and beside a loop that merely publishes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.own_process import in_own_process
from benchmarks.release_time import publish_loop
from benchmarks.thirty_regions import LAYER, REGIONS, VERSION, control_plane, release
from examples.build import build_layer
from layerlift.domain.names import SemanticVersion, parse_version
from layerlift_cli.local.checkout import Checkout

_FEW = 6
_NEXT = parse_version("1.1.0")
_UNIT = "s from drop to prod active, three stages, a canary in each region, all functions cold"


def measure(checkout: Checkout) -> Iterator[Figure]:
    """Yield the time of the first release of a fresh deployment, by the regions of prod."""
    with tempfile.TemporaryDirectory(prefix="layerlift-bench-") as folder:
        place = Path(folder)
        contents = {version: build_layer(LAYER, version, place) for version in (VERSION, _NEXT)}
        few, _, _ = in_own_process(timed, checkout, place / "few", contents, REGIONS[:_FEW])
        many, warm, loop = in_own_process(timed, checkout, place / "many", contents, REGIONS)
    yield Figure(
        id=f"release_{len(REGIONS)}_regions",
        value=many,
        unit=_UNIT,
        reference="a shell loop of aws lambda publish-layer-version over the same regions",
        reference_value=loop,
    )
    yield Figure(
        id=f"release_{len(REGIONS)}_regions_warm",
        value=warm,
        unit="s of the release after it, which finds most functions warm",
        reference="the same loop",
        reference_value=loop,
    )
    yield Figure(
        id=f"growth_{_FEW}_to_{len(REGIONS)}",
        value=many,
        unit=_UNIT,
        reference=f"the same with {_FEW} regions",
        reference_value=few,
    )


def timed(
    checkout: Checkout,
    place: Path,
    contents: Mapping[SemanticVersion, Path],
    regions: tuple[str, ...],
) -> tuple[float, float, float]:
    """Return the seconds of a first release, of the next one, and of the loop over the regions."""
    with control_plane(checkout, place, regions) as (_, plane, session):
        first, after = (
            release(plane, session, content, version) for version, content in contents.items()
        )
        return first, after, publish_loop(contents[VERSION], list(regions))
