"""Executions of one state machine in Step Functions."""

import json
from collections.abc import Mapping
from typing import Any

from layerlift.adapters.clients import AwsClients, aws_errors, error_code


class StepFunctionsExecutions:
    """The :class:`~layerlift.ports.aws.Executions` of the state machine with that ARN."""

    def __init__(self, clients: AwsClients, state_machine: str) -> None:
        self._clients = clients
        self._state_machine = state_machine

    def start(self, name: str, given: Mapping[str, Any]) -> bool:
        from botocore.exceptions import ClientError

        with aws_errors(f"starting the execution {name}"):
            try:
                self._clients.client("stepfunctions").start_execution(
                    stateMachineArn=self._state_machine, name=name, input=json.dumps(given)
                )
            except ClientError as problem:
                if error_code(problem) != "ExecutionAlreadyExists":
                    raise
                return False
        return True
