"""From process start to a handler that is ready for its first event, of the slowest function.

Both arms are processes of the emulator's Python that see the standard library and one folder with
what Lambda's runtime brings, compiled, as it is there; the handlers see their build besides.
"""

from __future__ import annotations

import compileall
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from benchmarks.figures import Figure
from layerlift_cli.local.build import built
from layerlift_cli.local.checkout import Checkout
from layerlift_cli.progress import ConsoleProgress

RUNS = 9
RUNTIME_PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3")
REFERENCE = "import boto3; boto3.client('s3', region_name='eu-central-1')"


def measure(checkout: Checkout) -> Iterator[Figure]:
    """Yield the slowest handler's median beside the reference's."""
    with built(checkout, ConsoleProgress()), _runtime_folder(checkout) as runtime:
        python = checkout.emulator_python
        build = checkout.root / ".aws-sam" / "build"
        reference: list[float] = []
        handlers: dict[str, list[float]] = {name: [] for name in _functions(checkout)}
        # In turn, so that a machine that slows down slows down both arms.
        for _ in range(RUNS):
            reference.append(_seconds(python, [runtime], REFERENCE, {}))
            for name, taken in handlers.items():
                variables = _variables(checkout, name)
                places = [build / name, *_layers(checkout, build, name), runtime]
                taken.append(_seconds(python, places, "import handler", variables))
    medians = {name: statistics.median(taken) for name, taken in handlers.items()}
    slowest = max(medians, key=lambda name: medians[name])
    yield Figure(
        id="import_slowest_handler",
        value=medians[slowest],
        unit=f"s, {slowest}, median of {RUNS}",
        reference="a process that imports boto3 and makes one S3 client",
        reference_value=statistics.median(reference),
    )


def _functions(checkout: Checkout) -> list[str]:
    folders = sorted(
        path.parent.name for path in (checkout.root / "functions").glob("*/handler.py")
    )
    return ["".join(word.capitalize() for word in name.split("_")) + "Function" for name in folders]


@contextmanager
def _runtime_folder(checkout: Checkout) -> Iterator[Path]:
    site = Path(next(path for path in sys.path if path.endswith("site-packages")))
    with tempfile.TemporaryDirectory() as place:
        for name in RUNTIME_PACKAGES:
            source = site / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, Path(place) / name)
        subprocess.run(
            [str(checkout.emulator_python), "-m", compileall.__name__, "-qq", place], check=False
        )
        yield Path(place)


def _seconds(python: Path, places: list[Path], code: str, variables: Mapping[str, str]) -> float:
    program = f"import sys; sys.path[:0] = {[str(place) for place in places]!r}; {code}"
    began = time.perf_counter()
    subprocess.run(
        [str(python), "-I", "-S", "-c", program],
        env={"PATH": os.defpath, "AWS_DEFAULT_REGION": "eu-central-1", **variables},
        check=True,
    )
    return time.perf_counter() - began


def _variables(checkout: Checkout, name: str) -> dict[str, str]:
    given = _properties(checkout, name).get("Environment", {}).get("Variables", {})
    return {key: str(value) for key, value in given.items()}


def _layers(checkout: Checkout, build: Path, name: str) -> list[Path]:
    names = ["CoreLayer", *_properties(checkout, name).get("Layers", ())]
    return [build / layer / "python" for layer in names]


def _properties(checkout: Checkout, name: str) -> dict[str, Any]:
    template = yaml.load(checkout.template.read_text(), Loader=_TemplateLoader)
    properties: dict[str, Any] = template["Resources"][name]["Properties"]
    return properties


class _TemplateLoader(yaml.SafeLoader):
    """Reads a template's intrinsic functions as what they are applied to, where that is a word."""


_TemplateLoader.add_multi_constructor(
    "!", lambda _loader, suffix, node: node.value if isinstance(node.value, str) else suffix
)
