"""Executions in Step Functions: resumed, looked at, started and stopped."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from layerlift.adapters.clients import AwsClients
from layerlift.adapters.stepfunctions_executions import StepFunctionsExecutions
from layerlift.adapters.stepfunctions_promotions import StepFunctionsPromotions
from layerlift.domain.errors import AccessRefused, Fault, Unavailable

EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:layerlift-release:a"


def test_a_waiting_execution_is_resumed_with_the_answer(stubbed: Any) -> None:
    clients, stubber = stubbed("stepfunctions")
    stubber.add_response(
        "send_task_success", {}, {"taskToken": "t", "output": '{"outcome": "approved"}'}
    )
    assert StepFunctionsPromotions(clients).resume("t", {"outcome": "approved"})


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_token_that_nobody_waits_on_is_no_fault(stubbed: Any, code: str) -> None:
    clients, stubber = stubbed("stepfunctions")
    stubber.add_client_error("send_task_success", code)
    assert not StepFunctionsPromotions(clients).resume("t", {})


@pytest.mark.parametrize(
    ("code", "error"), [("AccessDeniedException", AccessRefused), ("InvalidOutput", Fault)]
)
def test_an_execution_that_cannot_be_resumed_is_a_fault(
    stubbed: Any, code: str, error: type[Fault]
) -> None:
    clients, stubber = stubbed("stepfunctions")
    stubber.add_client_error("send_task_success", code)
    with pytest.raises(Fault) as caught:
        StepFunctionsPromotions(clients).resume("t", {})
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("status", "runs"),
    [
        ("RUNNING", True),
        ("PENDING_REDRIVE", True),
        ("SUCCEEDED", False),
        ("FAILED", False),
        ("TIMED_OUT", False),
        ("ABORTED", False),
    ],
)
def test_an_execution_runs_until_it_has_ended(stubbed: Any, status: str, runs: bool) -> None:
    clients, stubber = stubbed("stepfunctions")
    described = {
        "executionArn": EXECUTION,
        "stateMachineArn": EXECUTION,
        "status": status,
        "startDate": datetime(2026, 7, 1, tzinfo=UTC),
    }
    stubber.add_response("describe_execution", described, {"executionArn": EXECUTION})
    assert StepFunctionsPromotions(clients).is_running(EXECUTION) is runs


def test_an_execution_that_is_forgotten_does_not_run(stubbed: Any) -> None:
    clients, stubber = stubbed("stepfunctions")
    stubber.add_client_error("describe_execution", "ExecutionDoesNotExist")
    assert not StepFunctionsPromotions(clients).is_running(EXECUTION)


def test_an_execution_that_cannot_be_looked_at_is_not_taken_for_dead(stubbed: Any) -> None:
    clients, stubber = stubbed("stepfunctions")
    stubber.add_client_error("describe_execution", "ThrottlingException")
    with pytest.raises(Unavailable):
        StepFunctionsPromotions(clients).is_running(EXECUTION)


def test_an_execution_is_stopped_once_and_one_that_is_over_is_no_error(aws: AwsClients) -> None:
    client = aws.client("stepfunctions")
    machine = client.create_state_machine(
        name="layerlift-repayment",
        definition=json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}),
        roleArn="arn:aws:iam::123456789012:role/r",
    )["stateMachineArn"]
    repayments = StepFunctionsExecutions(aws, machine)
    assert repayments.start("prod-1", {"layer": "a"}) is True
    (run,) = client.list_executions(stateMachineArn=machine)["executions"]
    promotions = StepFunctionsPromotions(aws)
    for _ in range(2):
        promotions.stop(run["executionArn"], "rolled back")
    assert promotions.is_running(run["executionArn"]) is False


def test_a_repayment_of_the_same_name_was_started_already(stubbed: Any) -> None:
    clients, stub = stubbed("stepfunctions")
    stub.add_client_error("start_execution", "ExecutionAlreadyExists")
    assert StepFunctionsExecutions(clients, EXECUTION).start("prod-1", {"layer": "a"}) is False


@pytest.mark.parametrize("code", ["ExecutionDoesNotExist", "ValidationException"])
def test_stopping_what_is_over_is_no_error(stubbed: Any, code: str) -> None:
    clients, stub = stubbed("stepfunctions")
    stub.add_client_error("stop_execution", code)
    StepFunctionsPromotions(clients).stop(EXECUTION, "rolled back")


def test_not_being_allowed_to_stop_is_a_fault(stubbed: Any) -> None:
    clients, stub = stubbed("stepfunctions")
    stub.add_client_error("stop_execution", "AccessDeniedException")
    with pytest.raises(AccessRefused):
        StepFunctionsPromotions(clients).stop(EXECUTION, "rolled back")
