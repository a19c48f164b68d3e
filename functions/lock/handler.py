"""Take a stage's lock for a promotion."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.stepfunctions_promotions import StepFunctionsPromotions
from layerlift.answering import answer
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.commands import StageCommand
from layerlift.releasing.lock import lock
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)
tokens = DynamoDbRegistry(CLIENTS, settings.tokens_table_name)
promotions = StepFunctionsPromotions(CLIENTS)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a :class:`StageCommand` with a ``StepResult``."""
    command = StageCommand.model_validate(event)
    return answer(
        command,
        lambda: lock(
            command.release,
            command.stage,
            command.execution,
            registry=registry,
            tokens=tokens,
            promotions=promotions,
            clock=utc_now,
        ),
    )
