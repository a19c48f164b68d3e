"""Take a release back in a stage, in every target at once."""

import os
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.ssm_pointers import SsmPointers
from layerlift.adapters.stepfunctions_promotions import StepFunctionsPromotions
from layerlift.adapters.sts_identity import StsIdentityProofs
from layerlift.answering import answer
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.commands import RollbackCommand
from layerlift.domain.outcomes import Outcome
from layerlift.releasing.identification import ControlPlaneName
from layerlift.releasing.rollback import roll_back
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
metrics = Metrics(namespace="Layerlift", service=settings.control_plane)
control_plane = ControlPlaneName(settings.account_id, settings.control_plane)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)
pointers = SsmPointers(CLIENTS)
promotions = StepFunctionsPromotions(CLIENTS)
proofs = StsIdentityProofs(CLIENTS, host=settings.identity_host)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a :class:`RollbackCommand` with a ``StepResult``."""
    command = RollbackCommand.model_validate(event)
    result = answer(
        command,
        lambda: roll_back(
            command,
            context.aws_request_id,
            control_plane=control_plane,
            registry=registry,
            pointers=pointers,
            promotions=promotions,
            proofs=proofs,
            clock=utc_now,
        ),
    )
    incomplete = int(result["outcome"] == Outcome.INCOMPLETE)
    metrics.add_metric("RollbackIncomplete", MetricUnit.Count, incomplete)
    return result
