"""Start a look at every live layer that is due for one, on a schedule."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.stepfunctions_executions import StepFunctionsExecutions
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.commands import StartWatchesCommand
from layerlift.releasing.live_watches import start_watches
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)
watches = StepFunctionsExecutions(CLIENTS, settings.watch_state_machine_arn)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a :class:`StartWatchesCommand` with what was ``Started``."""
    command = StartWatchesCommand.model_validate(event)
    result = start_watches(
        command.time, settings.account, registry=registry, watches=watches, clock=utc_now
    )
    return result.model_dump(mode="json")
