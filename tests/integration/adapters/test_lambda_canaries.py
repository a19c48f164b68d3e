"""Canary functions are asked as planned, and what they answer is read."""

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.response import StreamingBody
from botocore.stub import ANY

from layerlift.adapters.canary_functions import MADE_TAG, PLANE_TAG
from layerlift.domain.errors import Unavailable
from layerlift.ports.aws import CanaryReading, Failure, Invocation
from tests.integration.adapters.canary_answers import (
    GOOD,
    LAYER_ARN,
    LOGS,
    NAME,
    PLAN,
    READ,
    ROLE,
    TARGET,
    active,
    answers,
    made,
    removed,
    run,
)


def test_a_canary_runs_with_the_layer_attached_and_is_removed(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_response(
        "create_function",
        {},
        {
            "FunctionName": NAME,
            "Role": ROLE,
            "Runtime": "python3.13",
            "Architectures": ["arm64"],
            "Handler": "canary_probe.handler",
            "Code": {"ZipFile": ANY},
            "Layers": [LAYER_ARN],
            "Timeout": 30,
            "MemorySize": 512,
            "Description": f"Layerlift canary of {LAYER_ARN}",
            "LoggingConfig": {"LogGroup": LOGS},
            "Tags": {PLANE_TAG: "layerlift", MADE_TAG: ANY},
        },
    )
    active(stubber)
    answers(stubber, GOOD)
    removed(stubber)
    assert run(clients) == CanaryReading((READ,))
    assert {asked["target"] for asked in clients.asked} == {TARGET}


def test_what_does_not_work_is_read(stubbed: Any) -> None:
    clients, stubber = made(stubbed)
    failures = [{"what": "httpx", "error": "no"}]
    answers(stubber, GOOD | {"failures": failures})
    removed(stubber)
    (invocation,) = run(clients).invocations
    assert invocation.failures == (Failure("httpx", "no"),)


def test_cold_invocations_are_followed_by_warm_ones(stubbed: Any) -> None:
    clients, stubber = made(stubbed)
    for is_cold in (True, False, False):
        answers(stubber, GOOD | {"cold": is_cold})
    removed(stubber)
    # The timeout is the same, and the name with it.
    found = run(clients, replace(PLAN, warm=2)).invocations
    assert [invocation.is_cold for invocation in found] == [True, False, False]


def test_the_first_that_runs_out_of_time_is_the_last(stubbed: Any) -> None:
    clients, stubber = made(stubbed)
    message = "2026-07-01T12:00:00Z 1 Task timed out after 30.00 seconds"
    answers(stubber, {"errorMessage": message}, FunctionError="Unhandled")
    removed(stubber)
    (invocation,) = run(clients, replace(PLAN, warm=5)).invocations
    assert (invocation.timed_out, invocation.error) == (True, message)


@pytest.mark.parametrize(
    ("message", "excused"),
    [
        ("Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]", False),
        ("fork/exec /opt/bootstrap: exec format error", False),
        ("No bootstrap binary found in the deployment package.", True),
    ],
)
def test_a_runtime_that_is_not_looked_for_in_layers_is_not_exercised(
    stubbed: Any, message: str, excused: bool
) -> None:
    clients, stubber = made(stubbed)
    body = {"errorMessage": message, "errorType": "Runtime.InvalidEntrypoint"}
    answers(stubber, body, FunctionError="Unhandled")
    removed(stubber)
    (invocation,) = run(clients).invocations
    assert bool(invocation.not_exercised) is excused
    assert invocation.error_kind == "Runtime.InvalidEntrypoint"


@pytest.mark.parametrize("body", [None, "hello", {"statusCode": 200}, []])
def test_what_a_custom_runtime_answers_is_kept(stubbed: Any, body: Any) -> None:
    clients, stubber = made(stubbed)
    answers(stubber, body)
    removed(stubber)
    (invocation,) = run(clients).invocations
    assert invocation == Invocation(answer=json.dumps(body))


def test_an_answer_that_is_no_json_is_an_error_of_the_canary_and_no_fault(stubbed: Any) -> None:
    for text in (b"<html>", b"[" * 200_000):
        clients, stubber = made(stubbed)
        payload = StreamingBody(io.BytesIO(text), len(text))
        stubber.add_response("invoke", {"StatusCode": 200, "Payload": payload})
        removed(stubber)
        (invocation,) = run(clients).invocations
        assert invocation.error == "its answer is not JSON"


@pytest.mark.parametrize(
    ("code", "status"), [("ServiceException", 500), ("ResourceNotFoundException", 404)]
)
def test_a_canary_that_cannot_be_asked_is_removed_and_tried_again(
    stubbed: Any, code: str, status: int
) -> None:
    clients, stubber = made(stubbed)
    stubber.add_client_error("invoke", code, http_status_code=status)
    removed(stubber)
    with pytest.raises(Unavailable):
        run(clients)
