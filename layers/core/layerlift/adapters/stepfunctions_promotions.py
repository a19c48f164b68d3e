"""Waiting and running executions in Step Functions."""

import json
from collections.abc import Mapping
from typing import Any

from layerlift.adapters.clients import AwsClients, aws_errors, error_code, translate

_OVER = frozenset({"ExecutionDoesNotExist", "ValidationException"})
_MAX_CAUSE = 1000
_GONE = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})


class StepFunctionsPromotions:
    """The :class:`~layerlift.ports.aws.Promotions` of an AWS account."""

    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients

    def resume(self, task_token: str, output: Mapping[str, Any]) -> bool:
        from botocore.exceptions import ClientError

        doing = "letting the promotion go on"
        with aws_errors(doing):
            client = self._clients.client("stepfunctions")
        try:
            client.send_task_success(taskToken=task_token, output=json.dumps(output))
        except ClientError as problem:
            if error_code(problem) in _GONE:
                return False
            raise translate(problem, doing) from problem
        return True

    def is_running(self, execution: str) -> bool:
        from botocore.exceptions import ClientError

        doing = f"looking at the execution {execution}"
        with aws_errors(doing):
            client = self._clients.client("stepfunctions")
        try:
            answer = client.describe_execution(executionArn=execution)
        except ClientError as problem:
            if error_code(problem) == "ExecutionDoesNotExist":
                return False
            raise translate(problem, doing) from problem
        return bool(answer["status"] in ("RUNNING", "PENDING_REDRIVE"))

    def stop(self, execution: str, cause: str) -> None:
        from botocore.exceptions import ClientError

        doing = f"stopping the execution {execution}"
        with aws_errors(doing):
            client = self._clients.client("stepfunctions")
        try:
            client.stop_execution(
                executionArn=execution, error="RolledBack", cause=cause[:_MAX_CAUSE]
            )
        except ClientError as problem:
            if error_code(problem) not in _OVER:
                raise translate(problem, doing) from problem
