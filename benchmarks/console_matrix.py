"""The console's largest page: a matrix of 50 layers and 30 regions, warm.

The first figure is what rendering costs: from records as they were read to HTML. The reference is
what Python needs to print the same cells as JSON, which any console would have to send.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from benchmarks.figures import Figure
from layerlift.console.desk import Visit
from layerlift.console.matrix import render_matrix
from layerlift.console.rendering import Frame
from layerlift.console.requests import understand
from layerlift.console.words import Times
from layerlift.domain.names import LayerName, StageName
from layerlift.domain.targets import Target
from layerlift.releasing.matrix import Cell, Matrix, Row
from layerlift_cli.local.checkout import Checkout

LAYERS, REGIONS, RUNS = 50, 30, 15
ENDPOINT = "arn:aws:lambda:eu-central-1:111122223333:function:layerlift-ConsoleFunction"


def measure(checkout: Checkout) -> Iterator[Figure]:
    """Yield the median of warm renderings, in milliseconds of processor time."""
    del checkout  # Nothing of it is built or started.
    matrix = largest_page()
    cells = [
        [row.layer, target.region, cell.version, cell.code_sha256]
        for row in matrix.rows
        for target, cell in row.cells.items()
    ]
    yield Figure(
        id="console_matrix_ms",
        value=milliseconds(lambda: render_page(matrix)),
        unit=f"ms, {LAYERS} layers in {REGIONS} regions, median of {RUNS}",
        reference="printing the same cells as JSON",
        reference_value=milliseconds(lambda: json.dumps(cells)),
    )


def largest_page() -> Matrix:
    """Return a page in which every layer is live in every region, some of them behind."""
    targets = tuple(
        Target(account="111122223333", region=f"eu-west-{number}") for number in range(REGIONS)
    )
    rows = tuple(
        Row(
            layer=LayerName(f"layer-{number:02d}"),
            version="1.4.0",
            cells={
                target: Cell(target, "1.3.9" if (number + at) % 29 == 0 else "1.4.0", "sha")
                for at, target in enumerate(targets)
            },
        )
        for number in range(LAYERS)
    )
    return Matrix(StageName("prod"), targets, rows, None)


def render_page(matrix: Matrix) -> str:
    """Return the HTML of a matrix."""
    asked = understand({"widget": "matrix", "stage": matrix.stage})
    frame = Frame(asked.widget, asked.context, ENDPOINT)
    now = Times(datetime(2026, 11, 23, tzinfo=UTC), UTC)
    return render_matrix(matrix, ["dev", "prod"], Visit(asked, frame, now), is_first=True)


def milliseconds(work: Callable[[], object]) -> float:
    """Return the median processor time of some runs after a first that is not counted."""
    work()
    taken = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1000)
    return statistics.median(taken)
