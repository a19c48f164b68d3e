"""Invoke clones of functions that use the layer with the new version, before they get it."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.lambda_consumer_canaries import LambdaConsumerCanaries
from layerlift.adapters.s3_artifacts import S3Artifacts
from layerlift.answering import answer
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.commands import TargetCommand
from layerlift.releasing.consumers import try_consumers
from layerlift.releasing.patience import patiently
from layerlift.releasing.progress import Place
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)
consumers = LambdaConsumerCanaries(CLIENTS, settings.control_plane, settings.partition)
artifacts = S3Artifacts(CLIENTS)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a :class:`TargetCommand` with a ``StepResult``."""
    command = TargetCommand.model_validate(event)
    place = Place(command.release, command.stage, command.target)
    return answer(
        command,
        lambda: patiently(
            place,
            lambda: try_consumers(
                place,
                registry=registry,
                consumers=consumers,
                artifacts=artifacts,
                clock=utc_now,
            ),
            registry=registry,
            clock=utc_now,
        ),
    )
