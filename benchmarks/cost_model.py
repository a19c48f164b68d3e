"""What a release costs: what a run used, times AWS's list prices (``prices.json``, with a date).

Left out, for they depend on others: storage, logs, the alarms and functions that a user brings,
and free tiers.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

PRICES = Path(__file__).with_name("prices.json")

FUNCTION_GB = 0.5
"""The memory of functions and canaries (``Globals`` in ``template.yaml``). The inspection has twice
as much, and runs once."""

_KILOBYTE = 1024
_ENDS = ("TaskSucceeded", "TaskFailed", "TaskTimedOut")


@dataclass(frozen=True)
class Usage:
    """What a run used, each field in the unit of the price of the same name."""

    state_transition: int = 0
    lambda_gb_second: float = 0.0
    lambda_request: int = 0
    dynamodb_write_unit: int = 0
    dynamodb_read_unit: int = 0
    s3_write: int = 0
    s3_read: int = 0
    event: int = 0
    transfer_gb: float = 0.0
    metric_hour: int = 0
    metric_request: int = 0
    alarm_month: int = 0

    def costs(self) -> dict[str, float]:
        """Return what each part costs, in US dollars, the dearest first."""
        unit_prices = prices()
        parts = {name: used * unit_prices[name] for name, used in asdict(self).items()}
        return dict(sorted(parts.items(), key=lambda part: -part[1]))

    @property
    def usd(self) -> float:
        """What all of it costs, in US dollars."""
        return sum(self.costs().values())


@cache
def prices() -> Mapping[str, float]:
    """Return the list prices in US dollars, by the fields of :class:`Usage`."""
    listed = json.loads(PRICES.read_text())["prices"]
    return {name: float(entry["usd"]) for name, entry in listed.items()}


def baking_day(transitions_per_check: int, checks_per_day: int) -> Usage:
    """Return what the state machine of one stage uses in a day of baking.

    ``transitions_per_check`` counts the states that one turn of the loop enters, the wait included.
    Each turn invokes one function for at most a second, with the memory that functions have.
    """
    return Usage(
        state_transition=transitions_per_check * checks_per_day,
        lambda_request=checks_per_day,
        lambda_gb_second=checks_per_day * FUNCTION_GB,
    )


def watching_month(looks_per_day: int, targets: int) -> Usage:
    """Return what watching one layer in one stage of ``targets`` uses in 30 days.

    Of a look: one execution of the state machine ``watch``, five states and two for each target;
    in each target ten seconds of the function ``watch_live``, three invocations of a canary of a
    second each, three metrics, and records of up to two kilobytes read and written with the index.
    """
    looks = 30 * looks_per_day
    each = looks * targets
    return Usage(
        state_transition=looks * (5 + 2 * targets),
        lambda_request=4 * each,
        lambda_gb_second=(10 + 3) * FUNCTION_GB * each,
        dynamodb_write_unit=8 * each,
        dynamodb_read_unit=12 * each,
        metric_hour=30 * min(24, looks_per_day) * 3 * targets,
        metric_request=each,
        alarm_month=targets,
    )


def state_transitions(definition: Mapping[str, Any], history: Sequence[Mapping[str, Any]]) -> int:
    """Return how many states an execution entered, from its history.

    AWS lists the states inside a Map one by one. Where a history does not, as the emulator's, they
    follow from the tasks that it does list: see :func:`inside`.
    """
    entered = [event for event in history if event["type"].endswith("StateEntered")]
    outside = [e for e in entered if e["stateEnteredEventDetails"]["name"] in definition["States"]]
    if len(outside) < len(entered):
        return len(entered)
    return len(entered) + sum(inside(items, runs) for items, runs in _maps(history))


def inside(items: int, runs: Mapping[str, int]) -> int:
    """Return how many states the iterations of a Map entered; ``runs`` counts each one's tasks.

    Ours have one shape, which a test holds them to: each iteration enters a Pass first and a Pass
    last, a Choice follows each task, and a task that is run again is waited for before. Tasks of a
    name that is not known ("") are taken for as many different ones as each iteration can have had.
    """
    known = {name: count for name, count in runs.items() if name}
    waits = sum(max(0, count - items) for count in known.values())
    waits += runs.get("", 0) % items if items else 0
    return 2 * items + 2 * sum(runs.values()) + waits


def _maps(history: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Counter[str]]]:
    """Yield the iterations of each Map, and how often each function was asked inside."""
    runs: Counter[str] = Counter()
    for event in history:
        match event["type"]:
            case "MapStateEntered":
                runs = Counter()
            case "TaskScheduled":
                # The emulator does not say what was asked.
                asked = json.loads(event["taskScheduledEventDetails"].get("parameters", "{}"))
                runs[asked.get("FunctionName", "")] += 1
            case "MapStateExited":
                yield len(json.loads(event["stateExitedEventDetails"]["output"])), runs


def lambda_tasks(history: Sequence[Mapping[str, Any]]) -> int:
    """Return how often an execution invoked a function."""
    return sum(_is_of_lambda(event) for event in history if event["type"] == "TaskScheduled")


def lambda_seconds(history: Sequence[Mapping[str, Any]]) -> float:
    """Return how long the functions that an execution invoked took together.

    The sum of all ends less the sum of all beginnings, so it does not matter which belong together.
    """
    signs = {"TaskScheduled": -1.0} | dict.fromkeys(_ENDS, 1.0)
    return sum(
        signs[event["type"]] * event["timestamp"].timestamp()
        for event in history
        if event["type"] in signs and _is_of_lambda(event)
    )


def _is_of_lambda(event: Mapping[str, Any]) -> bool:
    kind = event["type"]
    details = event[f"{kind[0].lower()}{kind[1:]}EventDetails"]
    return "lambda" in f"{details.get('resourceType')} {details['resource']}"


def write_units(transaction: Mapping[str, Any]) -> int:
    """Return the write request units of a TransactWriteItems request, the index's among them.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-unit-calculations.html
    """
    puts = [item["Put"]["Item"] for item in transaction["TransactItems"]]
    return sum((2 + ("ipk" in put)) * _units(len(json.dumps(put)), _KILOBYTE) for put in puts)


def read_units(answer_bytes: int) -> int:
    """Return the read request units of a consistent read; what is not there takes one, too."""
    return _units(answer_bytes, 4 * _KILOBYTE)


def _units(size: int, unit: int) -> int:
    return max(1, -(-size // unit))
