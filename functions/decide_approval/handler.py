"""Take a decision on a release that waits for approval."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.stepfunctions_promotions import StepFunctionsPromotions
from layerlift.adapters.sts_identity import StsIdentityProofs
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.releasing.decision import Decision, decide
from layerlift.releasing.identification import ControlPlaneName
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
control_plane = ControlPlaneName(settings.account_id, settings.control_plane)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)
tokens = DynamoDbRegistry(CLIENTS, settings.tokens_table_name)
promotions = StepFunctionsPromotions(CLIENTS)
proofs = StsIdentityProofs(CLIENTS, host=settings.identity_host)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a :class:`Decision` with a ``StepResult``."""
    decision = Decision.model_validate(event)
    # What is unavailable is raised: whoever asked, a person or a schedule, asks again.
    result = decide(
        decision,
        control_plane=control_plane,
        registry=registry,
        tokens=tokens,
        promotions=promotions,
        proofs=proofs,
        clock=utc_now,
    )
    return result.model_dump(mode="json")
