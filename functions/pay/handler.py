"""Record what came of paying a debt."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.answering import answer
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.commands import PayCommand
from layerlift.releasing.debts import pay
from layerlift.releasing.progress import Place
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a :class:`PayCommand` with a ``StepResult``."""
    command = PayCommand.model_validate(event)
    place = Place(command.release, command.stage, command.target)
    return answer(command, lambda: pay(place, command.verdict, registry=registry, clock=utc_now))
