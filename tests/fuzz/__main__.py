"""Fuzzes the inspection: ``python -m tests.fuzz --seconds 360 --seed 1 --keep FOLDER``.

Each case is made from the seed and its number, inspected in a child process with a limit on its
memory, and compared with what Python's zipfile reads. Whatever is neither accepted by both nor
rejected is kept: an exception, a hang, more than five seconds or 300 MB, another reading.
"""

import argparse
import json
import select
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.fuzz.worker import case

MAX_SECONDS = 5.0
"""Of the processor, for any input whatsoever."""

MAX_PEAK = 300_000_000
"""Bytes that the child may ever have resident, the fuzzer's own included."""

_HANG = 60.0
"""Seconds by the clock after which the child is not waited for: the machine may be busy."""


class Child:
    """The process that inspects, started anew after each failure."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._start()

    def _start(self) -> None:
        command = [sys.executable, "-m", "tests.fuzz.worker", str(self._seed)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def inspect(self, number: int) -> dict[str, Any]:
        """Return the outcome of a case, or what became of the child."""
        process = self._process
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{number}\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], _HANG)
        line = process.stdout.readline() if ready else ""
        if line:
            outcome: dict[str, Any] = json.loads(line)
            return outcome
        self.restart()
        problem = "the inspection died" if ready else "the inspection hung"
        return {"number": number, "problem": f"{problem} ({process.returncode})"}

    def restart(self) -> None:
        self.stop()
        self._start()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


def problem_of(outcome: dict[str, Any]) -> str:
    """Return what is wrong with an outcome, empty if nothing is."""
    if outcome["problem"]:
        return str(outcome["problem"])
    if outcome["seconds"] > MAX_SECONDS:
        return f"it took {outcome['seconds']:.1f} seconds"
    if outcome["peak"] > MAX_PEAK:
        return f"it took {outcome['peak'] / 1e6:.0f} MB"
    return ""


def fuzz(seconds: float, seed: int, first: int, keep: Path | None) -> int:
    """Run for some seconds, print a summary, and return the number of failures."""
    child, number, failures = Child(seed), first, 0
    outcomes: list[dict[str, Any]] = []
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        outcome = child.inspect(number)
        problem = problem_of(outcome)
        if problem:
            failures += 1
            _keep(keep, seed, number, problem)
            child.restart()
        if "codes" in outcome:
            outcomes.append(outcome)
        number += 1
    child.stop()
    _summarise(outcomes, failures, time.monotonic() - begin)
    return failures


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _keep(folder: Path | None, seed: int, number: int, problem: str) -> None:
    origin, content, _ = case(seed, number)
    _say(f"FAILED case {number} of seed {seed}, from {origin}, {len(content):,} bytes: {problem}")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{seed}-{number}.zip").write_bytes(content)
        (folder / f"{seed}-{number}.txt").write_text(f"{origin}\n{problem}\n")


def _accepted(outcomes: list[dict[str, Any]]) -> int:
    return sum(outcome["accepted"] for outcome in outcomes)


def _summarise(outcomes: list[dict[str, Any]], failures: int, seconds: float) -> None:
    codes = Counter(code for outcome in outcomes for code in outcome["codes"])
    origins: dict[str, list[dict[str, Any]]] = {}
    for outcome in outcomes:
        name = outcome["origin"] if "+" not in outcome["origin"] else "several changes"
        origins.setdefault(name, []).append(outcome)
    _say(f"{len(outcomes):,} cases in {seconds:.0f} s, {failures} failures")
    _say(f"{_accepted(outcomes):,} accepted")
    _say(f"peak of the child: {max(each['peak'] for each in outcomes) / 1e6:.0f} MB")
    for name, cases in sorted(origins.items()):
        slowest = max(cases, key=lambda each: each["seconds"])
        _say(
            f"  {name}: {len(cases):,} cases, {_accepted(cases):,} accepted, "
            f"slowest {slowest['seconds']:.2f} s (case {slowest['number']})"
        )
    for code, count in codes.most_common():
        _say(f"  {count:7,} {code}")


def main() -> None:
    """Read the command line and fuzz."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--keep", type=Path, help="the folder for inputs that failed")
    chosen = parser.parse_args()
    sys.exit(1 if fuzz(chosen.seconds, chosen.seed, chosen.first, chosen.keep) else 0)


if __name__ == "__main__":
    main()
