"""Puts the deployed application through a campaign of faults, and checks what has to hold.

``python -m tests.chaos --releases 300 --seed 7`` runs on an emulator of its own. The same seed
plans the same faults; when they strike depends on how fast the machine is. The last line is
``releases N, faults M, broken invariants 0``, and the exit code 1 if that is not 0.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator, Sequence
from random import SystemRandom
from types import FrameType

from tests.chaos.campaign import campaign
from tests.chaos.plan import LAYERS, Round, plan_round, rounds
from tests.chaos.report import Report

_SEEDS = 1_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, run, and print; 0 if every invariant held."""
    options = _options(arguments)
    # Whoever ends us must not leave the emulator and its files behind.
    signal.signal(signal.SIGTERM, _leave)
    seed = SystemRandom().randrange(_SEEDS) if options.seed is None else options.seed
    say = _say_aside if options.json else _say
    say(f"seed {seed}")
    report = Report(seed, layers=options.layers)
    with campaign(report, say, options.seconds) as run:
        run.run(_plans(seed, options))
    if options.json:
        _say(report.as_json())
    else:
        for line in report.lines():
            _say(line)
    return 1 if report.broken else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--releases", type=int, default=300, help="at least so many")
    parser.add_argument("--seed", type=int, help="drawn, and printed, if it is not given")
    parser.add_argument("--seconds", type=float, help="begin no round that takes longer")
    parser.add_argument("--round", type=int, help="run this one only, as to see it again")
    parser.add_argument(
        "--layers", type=int, choices=range(1, LAYERS + 1), default=LAYERS, help="in each round"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args(arguments)


def _plans(seed: int, options: argparse.Namespace) -> Iterator[Round]:
    if options.round is None:
        return rounds(seed, options.releases, options.layers)
    return iter((plan_round(seed, options.round, options.layers),))


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _say_aside(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
