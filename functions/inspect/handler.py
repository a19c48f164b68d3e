"""Inspect a dropped zip and keep the report beside it."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.s3_artifacts import S3Artifacts
from layerlift.answering import answer
from layerlift.bootstrap import CLIENTS, load_settings
from layerlift.domain.commands import InspectCommand
from layerlift.releasing.inspect import inspect
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)
artifacts = S3Artifacts(CLIENTS)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an :class:`InspectCommand` with an ``InspectResult``."""
    command = InspectCommand.model_validate(event)
    return answer(
        command,
        lambda: inspect(
            command.bucket,
            command.key,
            command.version_id,
            artifacts=artifacts,
            registry=registry,
        ),
    )
