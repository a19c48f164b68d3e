"""Let others read a layer version, and look at it with a consumer's eyes."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.assumed_readers import AssumedReaders
from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.layer_permissions import LambdaLayerPermissions
from layerlift.answering import answer
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.commands import TargetCommand
from layerlift.releasing.grant import grant
from layerlift.releasing.patience import patiently
from layerlift.releasing.progress import Place
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)
permissions = LambdaLayerPermissions(CLIENTS)
readers = AssumedReaders(CLIENTS, local=settings.local_endpoint)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a :class:`TargetCommand` with a ``StepResult``."""
    command = TargetCommand.model_validate(event)
    place = Place(command.release, command.stage, command.target)
    return answer(
        command,
        lambda: patiently(
            place,
            lambda: grant(
                place,
                registry=registry,
                permissions=permissions,
                readers=readers,
                clock=utc_now,
            ),
            registry=registry,
            clock=utc_now,
        ),
    )
