"""Walks a state machine as Step Functions does, with answers of the test's own for its tasks.

It knows the fields that ours use, https://docs.aws.amazon.com/step-functions/latest/dg/
concepts-amazon-states-language.html, and refuses any other. Time is counted, not waited for.
"""

import hashlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import jsonata

_FIELDS = {
    "Pass": {"Assign", "Output", "Next", "End"},
    "Task": {
        "Resource",
        "Arguments",
        "TimeoutSeconds",
        "Retry",
        "Catch",
        "Assign",
        "Output",
        "Next",
    },
    "Choice": {"Choices", "Default"},
    "Wait": {"Seconds", "Next"},
    "Map": {"Items", "MaxConcurrency", "ItemProcessor", "Catch", "Assign", "Output", "Next"},
    "Succeed": set(),
    "Fail": {"Error", "Cause"},
}
_MOST_STATES = 2000
EXECUTION = "arn:aws:states:eu-central-1:111122223333:execution:layerlift-x:run"


class Problem(Exception):
    """An error name and a cause, as a task fails with them."""

    def __init__(self, error: str, cause: str = "") -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause


def crash(message: str) -> Problem:
    """Return how a Lambda function's exception arrives."""
    return Problem("Runtime.HandlerError", json.dumps({"errorMessage": message, "errorType": "E"}))


Answers = dict[str, Any]
"""By function: an answer for every call, a list of them of which the last one stays, a problem, or
a callable that is given the payload and returns any of these."""


@dataclass
class End:
    """How an execution ended, and what happened on the way."""

    status: str
    output: Any = None
    error: str = ""
    cause: str = ""
    waited: float = 0
    trail: list[str] = field(default_factory=list)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def called(self, function: str) -> list[Any]:
        """Return the payloads a function was called with."""
        return [payload for name, payload in self.calls if name == function]


class Walk:
    """One execution."""

    def __init__(self, definition: dict[str, Any], answers: Answers) -> None:
        self._definition = definition
        self._answers = answers
        self._asked: dict[str, int] = defaultdict(int)
        self.end = End("RUNNING")

    def run(self, given: Any) -> End:
        try:
            self.end.output = self._level(self._definition, given, {})
            self.end.status = "SUCCEEDED"
        except Problem as problem:
            self.end.status, self.end.error, self.end.cause = "FAILED", problem.error, problem.cause
        return self.end

    def _level(self, level: dict[str, Any], given: Any, variables: dict[str, Any]) -> Any:
        name, current = level["StartAt"], given
        while True:
            self.end.trail.append(name)
            assert len(self.end.trail) < _MOST_STATES, "it runs for ever"
            state = level["States"][name]
            kind = state["Type"]
            surplus = set(state) - _FIELDS[kind] - {"Type", "Comment"}
            assert not surplus, f"{name} has {surplus}, which this walker does not know"
            if kind == "Fail":
                scope = _Scope(variables, {"input": current})
                raise Problem(scope.value(state["Error"]), scope.value(state["Cause"]))
            current, onward = self._state(name, state, current, variables)
            if onward is None:
                return current
            name = onward

    def _state(
        self, name: str, state: dict[str, Any], given: Any, variables: dict[str, Any]
    ) -> tuple[Any, str | None]:
        scope = _Scope(variables, {"input": given})
        result = given
        match state["Type"]:
            case "Choice":
                return self._choose(state, given, variables)
            case "Wait":
                seconds = scope.value(state["Seconds"])
                assert isinstance(seconds, int | float), seconds
                assert seconds > 0
                self.end.waited += seconds
            case "Task" | "Map":
                try:
                    result = self._work(name, state, given, variables)
                except Problem as problem:
                    return self._catch(state, given, variables, problem)
                scope = _Scope(variables, {"input": given, "result": result})
        return _leave(state, scope, variables, result), state.get("Next")

    def _choose(
        self, state: dict[str, Any], given: Any, variables: dict[str, Any]
    ) -> tuple[Any, str]:
        scope = _Scope(variables, {"input": given})
        for choice in state["Choices"]:
            verdict = scope.value(choice["Condition"])
            assert isinstance(verdict, bool), choice["Condition"]
            if verdict:
                return _leave(choice, scope, variables, given), choice["Next"]
        return given, state["Default"]

    def _work(self, name: str, state: dict[str, Any], given: Any, variables: dict[str, Any]) -> Any:
        tries: dict[int, int] = defaultdict(int)
        while True:
            try:
                if state["Type"] == "Map":
                    return self._map(state, given, variables)
                return self._task(state, given, variables)
            except Problem as problem:
                number, retry = _matching(state.get("Retry", ()), problem)
                if retry is None or tries[number] >= retry.get("MaxAttempts", 3):
                    raise
                delay = retry.get("IntervalSeconds", 1) * retry["BackoffRate"] ** tries[number]
                self.end.waited += min(delay, retry.get("MaxDelaySeconds", delay))
                tries[number] += 1

    def _map(self, state: dict[str, Any], given: Any, variables: dict[str, Any]) -> list[Any]:
        scope = _Scope(variables, {"input": given})
        items = scope.value(state["Items"])
        assert isinstance(items, list), f"Items gives {items!r}, which is no array"
        assert scope.value(state["MaxConcurrency"]) >= 1
        return [self._level(state["ItemProcessor"], item, dict(variables)) for item in items]

    def _task(self, state: dict[str, Any], given: Any, variables: dict[str, Any]) -> Any:
        context = {"Execution": {"Id": EXECUTION, "Name": "run"}, "Task": {"Token": "token"}}
        arguments = _Scope(variables, {"input": given, "context": context}).value(
            state["Arguments"]
        )
        service = state["Resource"].removeprefix("arn:aws:states:::")
        if service == "states:startExecution.sync:2":
            assert set(arguments) == {"StateMachineArn", "Name", "Input"}
            # https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
            assert re.fullmatch(r"[A-Za-z0-9_-]{1,80}", arguments["Name"])
            self.end.names.append(arguments["Name"])
            answer = self._ask(arguments["StateMachineArn"], arguments["Input"])
            return {"Output": answer, "Status": "SUCCEEDED"}
        answer = self._ask(arguments["FunctionName"], arguments["Payload"])
        if service == "lambda:invoke.waitForTaskToken":
            return answer
        assert service == "lambda:invoke"
        return {"Payload": answer, "StatusCode": 200}

    def _ask(self, function: str, payload: Any) -> Any:
        name = function.removesuffix("Function").removesuffix("StateMachine")
        self.end.calls.append((name, payload))
        answer = self._answers[name]
        if isinstance(answer, list):
            answer = answer[min(self._asked[name], len(answer) - 1)]
        self._asked[name] += 1
        if callable(answer):
            answer = answer(payload)
        if isinstance(answer, Problem):
            raise answer
        return json.loads(json.dumps(answer))

    def _catch(
        self, state: dict[str, Any], given: Any, variables: dict[str, Any], problem: Problem
    ) -> tuple[Any, str]:
        _, catch = _matching(state.get("Catch", ()), problem)
        if catch is None:
            raise problem
        output = {"Error": problem.error, "Cause": problem.cause}
        scope = _Scope(variables, {"input": given, "errorOutput": output})
        return _leave(catch, scope, variables, output), catch["Next"]


def _leave(part: dict[str, Any], scope: "_Scope", variables: dict[str, Any], result: Any) -> Any:
    """Return the output of a state, and assign its variables; both see those from before."""
    output = scope.value(part["Output"]) if "Output" in part else result
    variables.update({key: scope.value(value) for key, value in part.get("Assign", {}).items()})
    return output


def _matching(rules: Any, problem: Problem) -> tuple[int, dict[str, Any] | None]:
    for number, rule in enumerate(rules):
        named = rule["ErrorEquals"]
        is_failure = "States.TaskFailed" in named and problem.error != "States.Timeout"
        if problem.error in named or "States.ALL" in named or is_failure:
            return number, rule
    return -1, None


class _Scope:
    """Evaluates what a state says, with the variables as they were when it began."""

    def __init__(self, variables: dict[str, Any], states: dict[str, Any]) -> None:
        self._bound = {**variables, "states": states}

    def value(self, node: Any) -> Any:
        if isinstance(node, dict):
            return {key: self.value(value) for key, value in node.items()}
        if isinstance(node, list):
            return [self.value(value) for value in node]
        if isinstance(node, str) and node.startswith("{%"):
            return self._evaluate(node[2:-2].strip())
        return node

    def _evaluate(self, expression: str) -> Any:
        result = self._jsonata(expression)
        # Step Functions refuses an expression that gives nothing; null is something.
        if result is None and not self._jsonata(f"$exists(({expression}))"):
            raise Problem("States.QueryEvaluationError", f"{expression} gives nothing")
        return result

    def _jsonata(self, expression: str) -> Any:
        parsed = jsonata.Jsonata(expression)
        for name, value in self._bound.items():
            parsed.assign(name, value)
        # Step Functions' own, in place of the $eval that it takes away.
        parsed.register_lambda("parse", json.loads)
        parsed.register_lambda("hash", _hash)
        return parsed.evaluate(None)


def _hash(content: str, algorithm: str) -> str:
    """The two functions that Step Functions adds to JSONata and the machines use, see
    https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
    """
    return hashlib.new(algorithm.replace("-", ""), content.encode()).hexdigest()
