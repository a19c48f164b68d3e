"""The process that inspects: it takes numbers of cases, and says of each what came of it."""

import hashlib
import json
import resource
import sys
import time
import traceback
from dataclasses import asdict, dataclass, field
from functools import cache
from random import Random

from layerlift.domain.report import Report
from layerlift.inspecting.inspection import Expectations, inspect_zip
from tests.corpus.everything import ACCEPT
from tests.corpus.extraction import extracted, seen
from tests.corpus.mutations import BLIND, KNOWING
from tests.corpus.sources import MemoryBytes
from tests.fuzz.hostile import HEAVY, LIGHT

MAX_SEED_BYTES = 200_000
_ADDRESS_SPACE = 1 << 30
"""Bytes that the process may map: what asks for more shall fail here and not take the machine."""

_CHUNKS = ((1 << 20,), (4096, 1), (97, 1, 65_536))


@dataclass(frozen=True)
class Outcome:
    """What came of a case. ``seconds`` are of the processor, ``peak`` is the process's in bytes."""

    number: int
    origin: str
    size: int
    seconds: float
    peak: int
    accepted: bool = False
    codes: list[str] = field(default_factory=list)
    problem: str = ""


@cache
def seeds() -> tuple[bytes, ...]:
    """Return the good archives of the corpus that are small enough to be changed often."""
    built = (
        case.build()
        for name, case in ACCEPT.items()
        if name.partition(":")[0] not in ("ballast", "changes") and "entries" not in name
    )
    return tuple(content for content in built if len(content) <= MAX_SEED_BYTES)


def case(seed: int, number: int) -> tuple[str, bytes, Random]:
    """Return where a case comes from, its bytes, and the dice for the rest."""
    random = Random(f"{seed}/{number}")
    kind = random.random()
    if kind < 0.65:
        content = random.choice(seeds())
        names = []
        for _ in range(random.randint(1, 3)):
            change = random.choice(BLIND if random.random() < 0.4 else KNOWING)
            names.append(change.__name__)
            content = change(random, content, seeds())
        return "+".join(names), content, random
    make = random.choice(HEAVY if kind > 0.985 else LIGHT)
    return make.__name__, make(random), random


def outcome_of(seed: int, number: int) -> Outcome:
    """Inspect a case and hold the report against what everybody else reads."""
    origin, content, random = case(seed, number)
    source = MemoryBytes(content, random.choice(_CHUNKS))
    accepted, codes, problem = False, [], ""
    begin = time.process_time()
    try:
        report = inspect_zip(source, Expectations())
        seconds = time.process_time() - begin
        accepted = report.accepted
        codes = sorted({finding.code for finding in report.findings})
        problem = _problem(report, content)
    except Exception:
        seconds = time.process_time() - begin
        problem = traceback.format_exc(limit=-6)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Outcome(number, origin, len(content), seconds, peak, accepted, codes, problem)


def _problem(report: Report, content: bytes) -> str:
    if report.accepted != (not report.reason):
        return "it is accepted and has errors, or neither"
    if Report.model_validate_json(report.model_dump_json()) != report:
        return "its JSON says something else"
    if report.sha256 not in (None, hashlib.sha256(content).hexdigest()):
        return "its digest is wrong"
    if not all((each.message + each.fix).isprintable() for each in report.findings):
        return "a finding cannot be printed"
    if report.accepted and seen(content) != extracted(content):
        return "zipfile reads something else"
    return ""


def main() -> None:
    """Answer each line of a number with a line of JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    seed = int(sys.argv[1])
    for line in sys.stdin:
        sys.stdout.write(json.dumps(asdict(outcome_of(seed, int(line)))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
