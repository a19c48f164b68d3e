"""The deployed control plane, as its stack's outputs describe it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerlift.adapters.clients import AwsClients
from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.bootstrap import CLIENTS
from layerlift.releasing import policies
from layerlift_cli.errors import OutOfReach
from layerlift_cli.shared_options import STACK_VARIABLE

if TYPE_CHECKING:
    import boto3

    from layerlift.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """What the faces need of it."""

    stack: str
    artifact_bucket: str
    decide_function: str
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
            f"There is no stack {stack!r} in {session.region_name}. Name it with --stack or "
            f"{STACK_VARIABLE}, its region with --region, or start one here: layerlift local up"
        )
    given = outputs(found)
    try:
        return ControlPlane(
            stack=stack,
            artifact_bucket=given["ArtifactBucketName"],
            decide_function=given["DecideApprovalFunctionName"],
            registry=DynamoDbRegistry(CLIENTS, given["RegistryTableName"]),
            clients=CLIENTS,
        )
    except KeyError as missing:
        raise OutOfReach(
            f"The stack {stack!r} has no output {missing}: it is not Layerlift's, or not finished."
        ) from None


def apply_policy(policy: Policy, stack: str, session: boto3.Session) -> bool:
    """Put a policy in force; False if it was already."""
    return policies.apply_policy(find_control_plane(stack, session).registry, policy)
