"""Open a request for approval, which keeps the task token."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.lambda_consumers import LambdaConsumers
from layerlift.adapters.s3_artifacts import S3Artifacts
from layerlift.adapters.scheduler_expiries import SchedulerExpiries
from layerlift.adapters.stepfunctions_promotions import StepFunctionsPromotions
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.commands import RequestApprovalCommand
from layerlift.releasing.approval import request_approval
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)
tokens = DynamoDbRegistry(CLIENTS, settings.tokens_table_name)
artifacts = S3Artifacts(CLIENTS)
consumers = LambdaConsumers(CLIENTS)
promotions = StepFunctionsPromotions(CLIENTS)
schedules = SchedulerExpiries(
    CLIENTS,
    control_plane=settings.control_plane,
    function=settings.decide_function_arn,
    role=settings.schedule_role_arn,
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Take a :class:`RequestApprovalCommand`; the answer is the decision, through the token."""
    command = RequestApprovalCommand.model_validate(event)
    request_approval(
        command.release,
        command.stage,
        command.task_token,
        registry=registry,
        tokens=tokens,
        promotions=promotions,
        schedules=schedules,
        artifacts=artifacts,
        consumers=consumers,
        clock=utc_now,
    )
