"""Record what the state machines decided."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.answering import answer
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.commands import RecordCommand
from layerlift.releasing.record import record
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a :class:`RecordCommand` with a ``StepResult`` whose reason is what was recorded."""
    command = RecordCommand.model_validate({"entry": event})
    return answer(command.entry, lambda: record(command.entry, registry=registry, clock=utc_now))
