"""Run a function with the new version attached, before anyone else can."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.lambda_canaries import LambdaCanaries
from layerlift.answering import answer
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.commands import TargetCommand
from layerlift.releasing.canary import run_canary
from layerlift.releasing.canary_plans import Defaults
from layerlift.releasing.patience import patiently
from layerlift.releasing.progress import Place
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)
canaries = LambdaCanaries(CLIENTS, settings.control_plane, settings.partition)

defaults = Defaults(
    (settings.canary_runtime, settings.canary_nodejs_runtime), settings.canary_architecture
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a :class:`TargetCommand` with a ``StepResult``."""
    command = TargetCommand.model_validate(event)
    place = Place(command.release, command.stage, command.target)
    return answer(
        command,
        lambda: patiently(
            place,
            lambda: run_canary(
                place,
                defaults=defaults,
                registry=registry,
                canaries=canaries,
                clock=utc_now,
            ),
            registry=registry,
            clock=utc_now,
        ),
    )
