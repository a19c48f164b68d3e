"""Claim a release in the registry, once."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.s3_artifacts import S3Artifacts
from layerlift.adapters.stepfunctions_promotions import StepFunctionsPromotions
from layerlift.answering import answer
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.commands import ClaimCommand
from layerlift.releasing.claim import claim_inspected
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)
artifacts = S3Artifacts(CLIENTS)
promotions = StepFunctionsPromotions(CLIENTS)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a :class:`ClaimCommand` with a ``ClaimResult``."""
    command = ClaimCommand.model_validate(event)
    return answer(
        command.inspection,
        lambda: claim_inspected(
            command.inspection,
            command.execution,
            registry=registry,
            artifacts=artifacts,
            promotions=promotions,
            clock=utc_now,
        ),
    )
