"""See to what was left behind, on a schedule."""

import os
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.ssm_pointers import SsmPointers
from layerlift.adapters.stepfunctions_executions import StepFunctionsExecutions
from layerlift.adapters.stepfunctions_promotions import StepFunctionsPromotions
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.commands import ReconcileCommand
from layerlift.releasing.reconcile import Reconciler
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
metrics = Metrics(namespace="Layerlift", service=settings.control_plane)
reconciler = Reconciler(
    registry=DynamoDbRegistry(CLIENTS, settings.table_name),
    pointers=SsmPointers(CLIENTS),
    promotions=StepFunctionsPromotions(CLIENTS),
    repayments=StepFunctionsExecutions(CLIENTS, settings.repayment_state_machine_arn),
    clock=utc_now,
)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a :class:`ReconcileCommand` with what was ``Reconciled``."""
    command = ReconcileCommand.model_validate(event)
    result = reconciler.run(command.time, context.aws_request_id)
    metrics.add_metric("OpenDebts", MetricUnit.Count, result.debts)
    metrics.add_metric("RollbackIncomplete", MetricUnit.Count, result.stuck)
    return result.model_dump(mode="json")
