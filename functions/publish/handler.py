"""Publish a release's bytes in one target, exactly once."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.lambda_layers import LambdaLayers
from layerlift.adapters.s3_artifacts import S3Artifacts
from layerlift.answering import answer
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.commands import TargetCommand
from layerlift.releasing.patience import patiently
from layerlift.releasing.progress import Place
from layerlift.releasing.publish import publish
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)
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
            lambda: publish(
                place,
                context.aws_request_id,
                control_plane=settings.control_plane,
                registry=registry,
                artifacts=artifacts,
                layers_in=lambda target: LambdaLayers(CLIENTS, target),
                clock=utc_now,
            ),
            registry=registry,
            clock=utc_now,
        ),
    )
