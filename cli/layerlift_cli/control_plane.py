"""The deployed control plane, as its stack's outputs describe it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerlift.adapters.clients import AwsClients
from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.bootstrap import CLIENTS
from layerlift.domain.outcomes import StepResult
from layerlift.releasing import policies
from layerlift.releasing.identification import ControlPlaneName
from layerlift_cli.errors import OutOfReach
from layerlift_cli.shared_options import STACK_VARIABLE

if TYPE_CHECKING:
    import boto3

    from layerlift.domain.model import Value
    from layerlift.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """What the faces need of it."""

    stack: str
    artifact_bucket: str
    decide_function: str
    name: ControlPlaneName
    identity_host: str
    override_function: str
    rollback_function: str
    registry: DynamoDbRegistry
    clients: AwsClients


def find_control_plane(stack: str, session: boto3.Session) -> ControlPlane:
    """Return the control plane of a stack, in the session's region.

    :raises OutOfReach: if there is none.
    """
    # Inside: a command that asks AWS nothing starts without its SDK.
    from botocore.config import Config

    from layerlift_cli.stacks import describe, outputs

    # The first call of every command: an endpoint that is not there is told within seconds.
    once_more = Config(connect_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})
    client = session.client("cloudformation", config=once_more)
    found = describe(client, stack)
    if found is None:
        raise OutOfReach(
            f"There is no stack {stack!r} in {session.region_name}.",
            next_step=f"Name it with --stack or {STACK_VARIABLE}, its region with --region, or "
            "start one here: layerlift local up",
        )
    given = outputs(found)
    try:
        return ControlPlane(
            stack=stack,
            artifact_bucket=given["ArtifactBucketName"],
            decide_function=given["DecideApprovalFunctionName"],
            name=ControlPlaneName(_account(found["StackId"]), stack),
            identity_host=given["IdentityHost"],
            override_function=given["OverrideFunctionName"],
            rollback_function=given["RollbackFunctionName"],
            registry=DynamoDbRegistry(CLIENTS, given["RegistryTableName"]),
            clients=CLIENTS,
        )
    except KeyError as missing:
        raise OutOfReach(
            f"The stack {stack!r} has no output {missing}: it is not Layerlift's, is of an older "
            "version, or is not finished.",
            next_step="Name another with --stack, or deploy it: sam build && sam deploy",
        ) from None


def _account(stack_id: str) -> str:
    return stack_id.split(":")[4]


def tell(function: str, message: Value, session: boto3.Session) -> StepResult:
    """Hand a message to a function of the control plane, and return its answer.

    :raises OutOfReach: if the function failed.
    """
    answer = session.client("lambda").invoke(
        FunctionName=function, Payload=message.model_dump_json().encode()
    )
    body = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        said = body.get("errorMessage", body)
        raise OutOfReach(f"The control plane could not do it: {said}", next_step="Try again.")
    return StepResult.model_validate(body)


def apply_policy(policy: Policy, stack: str, session: boto3.Session) -> bool:
    """Put a policy in force; False if it was already."""
    return policies.apply_policy(find_control_plane(stack, session).registry, policy)
