"""Check that alarms, bakes and freeze windows let a stage go on."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.cloudwatch_alarms import CloudWatchAlarms
from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.answering import answer
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.commands import CheckAlarmsCommand
from layerlift.releasing.alarms import check_alarms
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)
alarms = CloudWatchAlarms(CLIENTS)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a :class:`CheckAlarmsCommand` with a ``CheckResult``."""
    command = CheckAlarmsCommand.model_validate(event)
    return answer(
        command,
        lambda: check_alarms(
            command.release,
            command.stage,
            command.wave,
            registry=registry,
            alarms=alarms,
            clock=utc_now,
        ),
    )
