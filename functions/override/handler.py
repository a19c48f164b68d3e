"""Let a held stage go on, in spite of alarms by name or of a freeze window."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.sts_identity import StsIdentityProofs
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.domain.commands import OverrideCommand
from layerlift.releasing.identification import ControlPlaneName
from layerlift.releasing.override import override
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
control_plane = ControlPlaneName(settings.account_id, settings.control_plane)
registry = DynamoDbRegistry(CLIENTS, settings.table_name)
proofs = StsIdentityProofs(CLIENTS, host=settings.identity_host)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an :class:`OverrideCommand` with a ``StepResult``."""
    command = OverrideCommand.model_validate(event)
    # What is unavailable is raised: the person who asked asks again.
    result = override(
        command,
        control_plane=control_plane,
        registry=registry,
        proofs=proofs,
        clock=utc_now,
    )
    return result.model_dump(mode="json")
