"""Put back what a promotion has moved whose execution is gone."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.ssm_pointers import SsmPointers
from layerlift.adapters.stepfunctions_promotions import StepFunctionsPromotions
from layerlift.answering import answer
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.commands import LayerStageCommand
from layerlift.releasing.recovery import recover
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)
pointers = SsmPointers(CLIENTS)
promotions = StepFunctionsPromotions(CLIENTS)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a :class:`LayerStageCommand` with a ``StepResult``."""
    command = LayerStageCommand.model_validate(event)
    return answer(
        command,
        lambda: recover(
            command.layer,
            command.stage,
            context.aws_request_id,
            registry=registry,
            pointers=pointers,
            promotions=promotions,
            clock=utc_now,
        ),
    )
