"""Render a CloudWatch custom widget, or take the decision that was clicked in one.

The event is that of a custom widget: its parameters at the top (``widget`` names it, ``host`` is
``local`` where ``layerlift console`` shows it), and ``widgetContext``. The answer is HTML, or
Markdown for ``{"describe": true}``. A decision comes as ``{"widget": "approvals", "action":
"decide", "layer", "version", "stage", "digest", "attempt", "outcome": "approved" | "denied"}``; its
comment is the form field that ``layerlift.console.requests.comment_field`` names.
"""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.s3_artifacts import S3Artifacts
from layerlift.adapters.ssm_pointers import SsmPointerSight
from layerlift.adapters.stepfunctions_promotions import StepFunctionsPromotions
from layerlift.adapters.sts_identity import StsIdentityProofs
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.console.answering import answer
from layerlift.console.desk import Desk
from layerlift.releasing.identification import ControlPlaneName
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
desk = Desk(
    control_plane=ControlPlaneName(settings.account_id, settings.control_plane),
    registry=DynamoDbRegistry(CLIENTS, settings.table_name),
    tokens=DynamoDbRegistry(CLIENTS, settings.tokens_table_name),
    promotions=StepFunctionsPromotions(CLIENTS),
    proofs=StsIdentityProofs(CLIENTS, host=settings.identity_host),
    artifacts=S3Artifacts(CLIENTS),
    sight=SsmPointerSight(CLIENTS),
    clock=utc_now,
    takes_decisions=settings.takes_decisions,
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> str:
    """Answer a custom widget's event with HTML; its actions call this function again."""
    return answer(event, desk, context.invoked_function_arn)
