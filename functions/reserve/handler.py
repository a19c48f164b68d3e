"""Keep a stage for an execution that pays what the stage owes."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.stepfunctions_promotions import StepFunctionsPromotions
from layerlift.answering import answer
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.commands import LayerStageCommand
from layerlift.releasing.reserving import reserve
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)
promotions = StepFunctionsPromotions(CLIENTS)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a :class:`LayerStageCommand` with a ``StepResult``."""
    command = LayerStageCommand.model_validate(event)
    return answer(
        command,
        lambda: reserve(
            command.layer,
            command.stage,
            command.execution,
            registry=registry,
            promotions=promotions,
            now=utc_now(),
        ),
    )
