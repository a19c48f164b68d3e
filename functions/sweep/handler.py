"""Remove canary functions that killed runs have left, in every target."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.lambda_canaries import LambdaCanaries
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.releasing.sweep import sweep_everywhere
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)
canaries = LambdaCanaries(CLIENTS, settings.control_plane, settings.partition)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer the schedule with a ``StepResult``; after a fault Lambda calls once more."""
    result = sweep_everywhere(settings.account, registry=registry, canaries=canaries, clock=utc_now)
    logger.info(result.reason)
    return result.model_dump(mode="json")
