"""Decide how a wave goes on of which some targets are out of reach."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.answering import answer
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.commands import SettleCommand
from layerlift.releasing.debts import settle
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a :class:`SettleCommand` with a ``SettleResult``."""
    command = SettleCommand.model_validate(event)
    return answer(
        command,
        lambda: settle(
            command.release,
            command.stage,
            command.targets,
            command.verdicts,
            registry=registry,
            clock=utc_now,
        ),
    )
