"""How long, and in how much memory, a real layer is inspected, beside what merely reads it.

The arms of a comparison take turns, so that a machine that slows down slows down all of them; each
counts with the least of its times, the one that the machine's other work disturbed least.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF

from benchmarks import inspection_lambda
from benchmarks.figures import Figure
from benchmarks.reference_readers import (
    has_unzip,
    isal_and_sha256,
    unzip_and_sha256sum,
    zipfile_and_sha256,
)
from layerlift.adapters.files import FileBytes
from layerlift.inspecting.inspection import inspect_zip
from layerlift_cli.local.checkout import Checkout, tool
from tests.real.wheelhouse import python_layer

ARCHITECTURE = "x86_64"
SMALL, MIDDLE, BIG = "requests", "numpy", "pandas-scipy"
MOST_PACKAGES = "powertools"
ROUNDS = {SMALL: 21, MIDDLE: 9, BIG: 5}

LIMIT = 1.0
AIM = 0.60
"""Of the time that zipfile and SHA-256 take: what an inspection may need, and what it should."""

AT_MOST_MEGABYTES = 120.0
"""Of a process that inspects, the libraries included: a function of 512 MB is enough, by far."""

TAIL_MEGABYTES = 60

REFERENCE = "zipfile reading each entry once, and sha256 of the file"

PROCESS = "from pathlib import Path; from benchmarks.reference_readers import zipfile_and_sha256;"

INSPECT = """
import sys
from pathlib import Path
from benchmarks.resident_memory import peak_megabytes
from layerlift.adapters.files import FileBytes
from layerlift.inspecting.inspection import inspect_zip
report = inspect_zip(FileBytes(Path(sys.argv[1])))
assert report.accepted, report.reason
print(peak_megabytes("self"))
"""

BILL_OF_MATERIALS = """
import sys, time
from pathlib import Path
from layerlift.adapters.files import FileBytes
from layerlift.inspecting.inspection import inspect_zip
from layerlift.inspecting.sbom import cyclonedx_json
began = time.perf_counter()
report = inspect_zip(FileBytes(Path(sys.argv[1])))
inspected = time.perf_counter()
cyclonedx_json(report)
print(inspected - began, time.perf_counter() - inspected)
"""


@dataclass(frozen=True)
class Comparison(Figure):
    """A ratio of times: its limit is the reference value, ``aim`` is what the project wants.

    ``seconds`` has the least of every arm, and ``processor_seconds`` what that took of all cores:
    a Lambda function below 1,769 MB has less than one
    (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). ``note`` says what
    is missing.
    """

    aim: float
    seconds: dict[str, float] = field(default_factory=dict)
    processor_seconds: dict[str, float] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, order=True)
class Time:
    """What one run of an arm took, its child processes included."""

    seconds: float
    processor_seconds: float


def measure(checkout: Checkout) -> Iterator[Figure]:
    """Yield the times of three layers, the memory of the big one, and what a bad zip costs."""
    layers = {name: python_layer(name, ARCHITECTURE) for name in (SMALL, MIDDLE, BIG)}
    for size, (name, path) in zip(("small", "middle", "big"), layers.items(), strict=True):
        yield _compare(
            f"inspect_{size}", path, _arms(path), ROUNDS[name], aim=AIM, note=_missing_arms()
        )
    big = layers[BIG]
    # Two whole processes, the start of Python and of all libraries included.
    yield _compare("inspect_command", big, _processes(big), ROUNDS[BIG], aim=LIMIT, note="")
    yield _memory(big)
    yield _tail()
    yield _bill_of_materials(python_layer(MOST_PACKAGES, ARCHITECTURE))
    yield from inspection_lambda.measure(checkout, big, zipfile_and_sha256)


def _arms(path: Path) -> dict[str, Callable[[], object]]:
    arms: dict[str, Callable[[], object]] = {
        "inspect": lambda: _accepted(path),
        REFERENCE: lambda: zipfile_and_sha256(path),
        "python-isal in a strict loop, and sha256": lambda: isal_and_sha256(path),
    }
    if has_unzip():
        arms["unzip -tqq, and sha256sum"] = lambda: unzip_and_sha256sum(path)
    return arms


def _missing_arms() -> str:
    return "" if has_unzip() else "unzip or sha256sum is not installed: that arm did not run"


def _processes(path: Path) -> dict[str, Callable[[], object]]:
    reference = [sys.executable, "-c", f"{PROCESS} zipfile_and_sha256(Path({str(path)!r}))"]
    command = [str(tool("layerlift")), "inspect", str(path), "--json"]
    return {"layerlift inspect --json": lambda: _run(command), REFERENCE: lambda: _run(reference)}


def _compare(
    name: str,
    path: Path,
    arms: Mapping[str, Callable[[], object]],
    rounds: int,
    *,
    aim: float,
    note: str,
) -> Comparison:
    least = _alternately(arms, rounds)
    ours = next(iter(arms))
    megabytes = path.stat().st_size / 1e6
    return Comparison(
        id=name,
        value=least[ours].seconds / least[REFERENCE].seconds,
        unit=f"of the reference's time, {megabytes:.1f} MB zipped, least of {rounds}",
        reference=REFERENCE,
        reference_value=LIMIT,
        aim=aim,
        seconds={arm: round(time.seconds, 4) for arm, time in least.items()},
        processor_seconds={arm: round(time.processor_seconds, 4) for arm, time in least.items()},
        note=note,
    )


def _alternately(arms: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Time]:
    taken: dict[str, list[Time]] = {name: [] for name in arms}
    for _ in range(rounds):
        for name, arm in arms.items():
            taken[name].append(_timed(arm))
    return {name: min(times) for name, times in taken.items()}


def _timed(arm: Callable[[], object]) -> Time:
    began, worked = time.perf_counter(), _worked()
    arm()
    return Time(time.perf_counter() - began, _worked() - worked)


def _worked() -> float:
    """Return the processor seconds of this process and its ended children so far."""
    usages = (resource.getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _accepted(path: Path) -> None:
    report = inspect_zip(FileBytes(path))
    if not report.accepted:
        raise RuntimeError(f"{path.name}: {report.reason}")


def _run(command: list[str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def _answers(program: str, path: Path) -> list[float]:
    """Return the numbers that a program prints about ``path``, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    return [float(number) for number in done.stdout.split()]


def _memory(path: Path) -> Figure:
    (peak,) = _answers(INSPECT, path)
    return Figure(
        id="inspect_memory",
        value=peak,
        unit="MB resident at most, libraries included, of a process that inspects the big layer",
        reference="the most it may take",
        reference_value=AT_MOST_MEGABYTES,
    )


def _bill_of_materials(path: Path) -> Figure:
    inspecting, writing = zip(*(_answers(BILL_OF_MATERIALS, path) for _ in range(3)), strict=True)
    return Figure(
        id="inspect_sbom",
        value=min(writing),
        unit="s for the first SBOM of a process, libraries included",
        reference="inspecting the same layer",
        reference_value=min(inspecting),
    )


class CountedBytes:
    """A file that counts what is read of it."""

    def __init__(self, path: Path) -> None:
        self._file = FileBytes(path)
        self.size = self._file.size
        self.read = 0

    def read_at(self, offset: int, length: int) -> bytes:
        """Return ``length`` bytes from ``offset``, counted."""
        self.read += length
        return self._file.read_at(offset, length)

    def stream(self) -> Iterator[bytes]:
        """Yield all bytes in order, counted."""
        for chunk in self._file.stream():
            self.read += len(chunk)
            yield chunk


def _tail() -> Figure:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "layer.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("../outside.py", b"")
            for number in range(TAIL_MEGABYTES):
                archive.writestr(f"python/data/{number}.bin", os.urandom(1_000_000))
        counted = CountedBytes(path)
        if inspect_zip(counted).accepted:
            raise RuntimeError("an entry outside the layer was accepted")
        return Figure(
            id="inspect_tail",
            value=counted.read,
            unit="bytes read of a zip that is bad by its directory alone",
            reference="its size",
            reference_value=counted.size,
        )
