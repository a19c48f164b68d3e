"""Try again what is live in one target, and show what was found."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.cloudwatch_live_gauges import CloudWatchLiveGauges
from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.lambda_canaries import LambdaCanaries
from layerlift.adapters.lambda_layers import LambdaLayers
from layerlift.adapters.stepfunctions_promotions import StepFunctionsPromotions
from layerlift.answering import answer
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.live_canary import LivePlace
from layerlift.releasing.canary_plans import Defaults
from layerlift.releasing.live_canary import LiveWatch
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
watch = LiveWatch(
    defaults=Defaults(
        (settings.canary_runtime, settings.canary_nodejs_runtime), settings.canary_architecture
    ),
    registry=DynamoDbRegistry(CLIENTS, settings.table_name),
    canaries=LambdaCanaries(CLIENTS, settings.control_plane, settings.partition, purpose="live"),
    layers_in=lambda target: LambdaLayers(CLIENTS, target),
    promotions=StepFunctionsPromotions(CLIENTS),
    gauges=CloudWatchLiveGauges(CLIENTS, settings.control_plane),
    clock=utc_now,
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a :class:`LivePlace` with a ``StepResult``."""
    place = LivePlace.model_validate(event)
    return answer(place, lambda: watch.look(place))
