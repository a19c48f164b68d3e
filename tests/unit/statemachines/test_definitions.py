"""State machines are code, and held to the house rules like code."""

import json
import re
from typing import Any

import jsonata
import pytest

from tests.unit.statemachines.machines import (
    MACHINES,
    SUBSTITUTION,
    as_written,
    every_state,
    filled_in,
    levels,
    states,
    text,
    ways_on,
)

STATES = every_state()
TASKS = [(name, state) for name, state in STATES if state["Type"] == "Task"]
MAX_INLINE_MAP = 40
# Debts are paid in the order of the releases, so that versions are numbered alike everywhere.
IN_ORDER = {"repayment/PayDebts"}
# A decision or a nested promotion may take as long as an execution may run.
WAITS_FOR_PEOPLE = {"release/Promote", "promotion/RequestApproval"}


def by_name(pairs: list[Any]) -> Any:
    return pytest.mark.parametrize(("name", "state"), pairs, ids=[name for name, _ in pairs])


def expressions(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [found for value in node.values() for found in expressions(value)]
    if isinstance(node, list):
        return [found for value in node for found in expressions(value)]
    if isinstance(node, str) and node.startswith("{%"):
        assert node.endswith("%}"), node
        return [node[2:-2].strip()]
    return []


def test_there_is_a_machine_for_a_release_a_promotion_a_repayment_and_a_watch() -> None:
    assert set(MACHINES) == {"promotion", "release", "repayment", "watch"}


@by_name(TASKS)
def test_every_task_has_a_timeout(name: str, state: dict[str, Any]) -> None:
    limit = 31_536_000 if name in WAITS_FOR_PEOPLE else 300
    assert 0 < state["TimeoutSeconds"] <= limit


@by_name(TASKS)
def test_every_task_repeats_what_may_work_later_and_nothing_else(
    name: str, state: dict[str, Any]
) -> None:
    assert state["Retry"]
    for retry in state["Retry"]:
        assert "States.ALL" not in retry["ErrorEquals"]
        assert "States.TaskFailed" not in retry["ErrorEquals"]
        assert 0 < retry["MaxAttempts"] <= 10
        assert retry["BackoffRate"] > 1


@by_name([(n, s) for n, s in TASKS if "lambda" in s["Resource"]])
def test_a_task_repeats_what_aws_says_lambda_may_fail_with(
    name: str, state: dict[str, Any]
) -> None:
    # https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
    retried = {error for retry in state["Retry"] for error in retry["ErrorEquals"]}
    assert {
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.TooManyRequestsException",
    } <= retried


@by_name([(n, s) for n, s in STATES if s["Type"] in ("Task", "Map")])
def test_whatever_may_fail_is_caught(name: str, state: dict[str, Any]) -> None:
    if name.count("/") > 1 and "Record" in name:
        return
    assert any("States.ALL" in catch["ErrorEquals"] for catch in state["Catch"])


def ends(level: dict[str, Any], start: str) -> set[str]:
    """Return where one may end up from a state."""
    seen, todo, found = set[str](), [start], set[str]()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        onward = ways_on(level["States"][name])
        todo.extend(onward)
        if not onward:
            found.add(name)
    return found


@pytest.mark.parametrize("machine", MACHINES)
def test_every_catch_can_end_loudly_or_as_an_outcome(machine: str) -> None:
    for path, level in levels(as_written(machine)):
        for name, state in level["States"].items():
            for catch in state.get("Catch", ()):
                reached = [level["States"][end] for end in ends(level, catch["Next"])]
                is_loud = any(state["Type"] == "Fail" for state in reached)
                # Inside a Map the outcome is the item's output, which a Choice outside reads.
                word = catch["Output"]["outcome"] if path else ""
                is_outcome = word in ("broken", "unreachable")
                assert is_loud or is_outcome, f"{path}{name}"


@pytest.mark.parametrize("machine", MACHINES)
def test_after_a_compensation_comes_a_failure(machine: str) -> None:
    definition = as_written(machine)
    if "Restore" in definition["States"]:
        (end,) = ends(definition, "Restore")
        assert definition["States"][end]["Type"] == "Fail"


@pytest.mark.parametrize("machine", MACHINES)
def test_every_state_exists_and_is_reached(machine: str) -> None:
    for path, level in levels(as_written(machine)):
        seen, todo = set[str](), [level["StartAt"]]
        while todo:
            name = todo.pop()
            assert name in level["States"], f"{path}{name} does not exist"
            if name not in seen:
                seen.add(name)
                todo.extend(ways_on(level["States"][name]))
        assert seen == set(level["States"])


@pytest.mark.parametrize("machine", MACHINES)
def test_names_of_states_are_unique_over_all_levels(machine: str) -> None:
    # "Begin" is where each level begins.
    names = [name.split("/")[-1] for name, _ in states(as_written(machine))]
    assert {name for name in names if names.count(name) > 1} <= {"Begin"}


@by_name([(n, s) for n, s in STATES if s["Type"] == "Choice"])
def test_a_choice_has_a_default(name: str, state: dict[str, Any]) -> None:
    assert state["Default"]


@pytest.mark.parametrize("machine", MACHINES)
def test_no_arn_is_written_down(machine: str) -> None:
    arns = set(re.findall(r"arn:[^\"\s]+", text(machine)))
    assert {arn for arn in arns if not arn.startswith("arn:aws:states:::")} == set()
    assert not re.search(r"\b\d{12}\b", text(machine))
    assert not re.search(r"\b[a-z]{2}-[a-z]+-\d\b", text(machine))


@pytest.mark.parametrize("machine", MACHINES)
def test_everything_is_jsonata(machine: str) -> None:
    definition = as_written(machine)
    assert definition["QueryLanguage"] == "JSONata"
    json_path = {
        "InputPath",
        "OutputPath",
        "ResultPath",
        "Parameters",
        "ResultSelector",
        "Variable",
    }
    for name, state in states(definition):
        assert not json_path & set(state), name
        assert not re.search(r'"\$[.$]|\.\$"', json.dumps(state)), name


@by_name(STATES)
def test_every_expression_can_be_parsed(name: str, state: dict[str, Any]) -> None:
    for expression in expressions(state):
        jsonata.Jsonata(SUBSTITUTION.sub("40", expression))


def assigned(state: dict[str, Any]) -> set[str]:
    parts = (state, *state.get("Choices", ()), *state.get("Catch", ()))
    return {name for part in parts for name in part.get("Assign", {})}


@pytest.mark.parametrize("machine", MACHINES)
def test_what_a_map_assigns_hides_nothing_outside(machine: str) -> None:
    # https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
    outer: set[str] = set()
    for path, level in levels(as_written(machine)):
        names = {name for state in level["States"].values() for name in assigned(state)}
        if path:
            assert not names & outer, path
        else:
            outer = names


@pytest.mark.parametrize("machine", MACHINES)
def test_variables_are_assigned_somewhere(machine: str) -> None:
    names = {name for _, state in states(as_written(machine)) for name in assigned(state)}
    for name, state in states(filled_in(machine)):
        for expression in expressions(state):
            bound = set(re.findall(r"\$(\w+)\s*:=", expression))
            for variable in re.findall(r"\$(\w+)(?!\w*\()", expression):
                known = (
                    names | bound | {"states", "append", "count", "join", "not", "reduce", "trim"}
                )
                assert variable in known, f"{name}: ${variable}"


@by_name([(n, s) for n, s in STATES if s["Type"] == "Map"])
def test_a_map_works_on_as_many_items_as_lambda_and_the_parameter_allow(
    name: str, state: dict[str, Any]
) -> None:
    assert state["ItemProcessor"]["ProcessorConfig"] == {"Mode": "INLINE"}
    (expression,) = expressions({"MaxConcurrency": state["MaxConcurrency"]})
    expected = 1 if name in IN_ORDER else MAX_INLINE_MAP
    assert jsonata.Jsonata(SUBSTITUTION.sub("40", expression)).evaluate(None) == expected
