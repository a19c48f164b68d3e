"""The cost model counts what AWS would bill, and its prices have a source."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from benchmarks.cost_model import (
    PRICES,
    Usage,
    baking_day,
    inside,
    lambda_seconds,
    lambda_tasks,
    prices,
    read_units,
    state_transitions,
    watching_month,
    write_units,
)
from tests.unit.statemachines.machines import ROOT, as_written, levels

START = datetime(2026, 7, 1, tzinfo=UTC)
MAPS = [
    (machine, name, level["States"][name])
    for machine in ("promotion", "release")
    for _, level in levels(as_written(machine))
    for name, state in level["States"].items()
    # What is costed succeeds, and puts nothing back.
    if state["Type"] == "Map" and name != "Restore"
]


def event(kind: str, second: float = 0, **details: Any) -> dict[str, Any]:
    """Return an event of a history; those of states share the name of their details."""
    _, is_state, end = kind.partition("State")
    name = f"state{end}" if is_state else f"{kind[0].lower()}{kind[1:]}"
    at = START + timedelta(seconds=second)
    return {"type": kind, "timestamp": at, f"{name}EventDetails": details}


LAMBDA = {"resourceType": "lambda", "resource": "invoke"}
NESTED = {"resourceType": "states", "resource": "startExecution.sync:2"}


@pytest.mark.parametrize(("machine", "name", "state"), MAPS, ids=lambda part: str(part)[:20])
def test_the_inside_of_every_map_has_the_shape_that_is_counted(
    machine: str, name: str, state: dict[str, Any]
) -> None:
    inner = state["ItemProcessor"]
    states = inner["States"]
    assert states[inner["StartAt"]]["Type"] == "Pass"
    assert all(s["Type"] == "Pass" for s in states.values() if s.get("End"))
    for task in (s for s in states.values() if s["Type"] == "Task"):
        assert states[task["Next"]]["Type"] == "Choice"
        waits = [c["Next"] for c in states[task["Next"]]["Choices"] if "Later" in c["Next"]]
        assert [states[wait]["Type"] for wait in waits] == ["Wait"]


def test_states_that_a_history_leaves_out_follow_from_its_tasks() -> None:
    # Begin, Publish, Published?, Canary, Canaried?, TargetEnded
    assert inside(1, {"publish": 1, "canary": 1}) == 6
    # and PublishLater, Publish, Published?
    assert inside(1, {"publish": 2, "canary": 1}) == 9
    # and TryConsumers, Tried?, which only some policies ask for
    assert inside(1, {"publish": 2, "canary": 1, "try_consumers": 1}) == 11
    assert inside(30, {"publish": 30, "canary": 30}) == 180
    # whose names are not known, of which one was asked again
    assert inside(30, {"": 61}) == 180 + 3


def test_the_states_of_a_map_are_counted_once_whether_they_are_listed_or_not() -> None:
    definition = as_written("promotion")
    entered = event("MapStateEntered", name="Prove")
    tasks = [
        event("TaskScheduled", parameters=json.dumps({"FunctionName": name}), **LAMBDA)
        for name in ("publish", "canary")
    ]
    exited = event("MapStateExited", name="Prove", output=json.dumps([{}]))
    assert state_transitions(definition, [entered, *tasks, exited]) == 1 + 6
    listed = [
        event("PassStateEntered", name=name)
        for name in ("Begin", "Publish", "Published?", "Canary", "Canaried?", "TargetEnded")
    ]
    assert state_transitions(definition, [entered, *listed, *tasks, exited]) == 1 + 6


def test_functions_that_ran_at_the_same_time_are_both_billed() -> None:
    history = [
        event("TaskScheduled", 0, **LAMBDA),
        event("TaskScheduled", 1, **LAMBDA),
        event("TaskSucceeded", 3, **LAMBDA),
        event("TaskFailed", 5, **LAMBDA),
        event("TaskScheduled", 5, **NESTED),
        event("TaskSucceeded", 500, **NESTED),
    ]
    assert lambda_seconds(history) == 3 + 4
    assert lambda_tasks(history) == 2


def test_a_transaction_is_billed_twice_for_each_kilobyte_begun() -> None:
    small, large = {"pk": {"S": "x"}}, {"pk": {"S": "x" * 1500}}
    transaction = {"TransactItems": [{"Put": {"Item": small}}, {"Put": {"Item": large}}]}
    assert write_units(transaction) == 2 * 1 + 2 * 2


def test_what_the_index_lists_is_written_once_more() -> None:
    indexed = {"pk": {"S": "x"}, "ipk": {"S": "RELEASES"}}
    assert write_units({"TransactItems": [{"Put": {"Item": indexed}}]}) == 2 + 1


@pytest.mark.parametrize(("size", "units"), [(0, 1), (4096, 1), (4097, 2)])
def test_a_consistent_read_is_billed_for_each_four_kilobytes_begun(size: int, units: int) -> None:
    assert read_units(size) == units


def test_a_cost_is_the_sum_of_its_parts_the_dearest_first() -> None:
    used = Usage(state_transition=1000, lambda_request=1000)
    assert used.usd == pytest.approx(0.025 + 0.0002)
    assert list(used.costs())[:2] == ["state_transition", "lambda_request"]


def test_a_day_of_baking_costs_what_its_loop_enters() -> None:
    day = baking_day(transitions_per_check=3, checks_per_day=288)
    assert (day.state_transition, day.lambda_request) == (864, 288)
    assert day.usd < 0.03


@pytest.mark.parametrize(("looks", "usd"), [(1, "0.14"), (4, "0.27"), (24, "1.12")])
def test_a_month_of_watching_costs_what_the_guide_says(looks: int, usd: str) -> None:
    assert f"{watching_month(looks, 10).usd / 10:.2f}" == usd
    pages = (ROOT / "docs/guide").glob("promotion*")
    assert any(f"${usd}" in page.read_text() for page in pages)


def test_a_watch_enters_as_many_states_as_are_counted() -> None:
    definition = as_written("watch")
    outside = [s for s in definition["States"].values() if s["Type"] != "Fail"]
    inside = definition["States"]["LookAtTargets"]["ItemProcessor"]["States"]
    one, two = (watching_month(1, targets).state_transition / 30 for targets in (1, 2))
    assert (two - one, 2 * one - two) == (len(inside), len(outside))


def test_every_price_says_what_it_is_for_and_where_it_is_from() -> None:
    listed = json.loads(PRICES.read_text())
    assert datetime.fromisoformat(listed["as_of"])
    assert set(prices()) == set(Usage().costs())
    for name, entry in listed["prices"].items():
        assert entry["usd"] > 0, name
        assert entry["per"], name
        assert entry["source"].startswith("https://aws.amazon.com/"), name
