"""CloudFormation stacks: what may be deployed over, and deploying a plain template."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from layerlift_cli.errors import OutOfReach

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, StackTypeDef

# A stack in one of these can only be deleted: its creation has failed, or was never executed.
UNUSABLE = {
    "CREATE_FAILED",
    "DELETE_FAILED",
    "REVIEW_IN_PROGRESS",
    "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED",
}
GOOD = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}

POLL_SECONDS = 0.5

# The longest that a target's stack, a bucket and a few roles, has any reason to take in AWS.
SETTLE_SECONDS = 900.0


def _say_nothing(status: str) -> None:
    """For callers that only want the result."""


def settle(client: CloudFormationClient, name: str) -> StackTypeDef | None:
    """Wait out whatever is going on with a stack, and clear away one that cannot be updated.

    Such stacks are what a deployment that was killed, or failed at first, leaves behind.
    Returns the stack that can be updated, None if there is none.
    """
    stack = wait_until_still(client, name)
    if stack is None or stack["StackStatus"] not in UNUSABLE:
        return stack
    client.delete_stack(StackName=name)
    left = wait_until_still(client, name)
    if left is not None and left["StackStatus"] != "DELETE_COMPLETE":
        raise _failed(client, name, left)
    return None


def deploy_template(
    client: CloudFormationClient,
    name: str,
    template: str,
    parameters: Mapping[str, str],
    *,
    on_status: Callable[[str], None] = _say_nothing,
) -> StackTypeDef:
    """Create or update `name`; a template without changes is fine. The finished stack.

    What somebody has set of a stack's other parameters stays as it is.
    """
    given: list[ParameterTypeDef] = [
        {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
    ]
    from botocore.exceptions import ClientError

    stack = settle(client, name)
    kept = _kept(stack, template, parameters)
    given += [{"ParameterKey": key, "UsePreviousValue": True} for key in kept]
    deploy = client.update_stack if stack else client.create_stack
    try:
        deploy(
            StackName=name,
            TemplateBody=template,
            Parameters=given,
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        )
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise
    stack = wait_until_still(client, name, on_status)
    if stack is None or stack["StackStatus"] not in GOOD:
        raise _failed(client, name, stack)
    return stack


def _kept(
    stack: StackTypeDef | None, template: str, parameters: Mapping[str, str]
) -> Iterator[str]:
    """Yield the parameters that the stack has, the template still takes, and nobody gives."""
    for parameter in () if stack is None else stack.get("Parameters", []):
        key = parameter.get("ParameterKey", "")
        if key not in parameters and f"\n  {key}:\n" in template:
            yield key


def wait_until_still(
    client: CloudFormationClient,
    name: str,
    on_status: Callable[[str], None] = _say_nothing,
) -> StackTypeDef | None:
    """The stack once nothing is in progress; None if there is none."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while stack := describe(client, name):
        status = stack["StackStatus"]
        on_status(status)
        if not status.endswith("_IN_PROGRESS") or status == "REVIEW_IN_PROGRESS":
            return stack
        if time.monotonic() > deadline:
            raise OutOfReach(
                f"Stack {name} is still {status} after {SETTLE_SECONDS:.0f} s.",
                next_step="Look at its events in CloudFormation, and try again when it is still.",
            )
        time.sleep(POLL_SECONDS)
    return None


def describe(client: CloudFormationClient, name: str) -> StackTypeDef | None:
    """The stack of that name; None if there is none (any more)."""
    from botocore.exceptions import ClientError

    try:
        stacks = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return next((stack for stack in stacks if stack["StackStatus"] != "DELETE_COMPLETE"), None)


def outputs(stack: StackTypeDef) -> dict[str, str]:
    """A stack's outputs by name."""
    return {
        output["OutputKey"]: output["OutputValue"]
        for output in stack.get("Outputs", [])
        if "OutputKey" in output and "OutputValue" in output
    }


def _failed(client: CloudFormationClient, name: str, stack: StackTypeDef | None) -> OutOfReach:
    status = stack["StackStatus"] if stack else "gone"
    reasons = [
        f"  {event.get('LogicalResourceId')}: {event.get('ResourceStatusReason')}"
        for event in client.describe_stack_events(StackName=name)["StackEvents"]
        if event.get("ResourceStatus", "").endswith("_FAILED")
    ]
    region = client.meta.region_name
    return OutOfReach(
        "\n".join([f"Stack {name} in {region} is {status}.", *reasons]),
        next_step="Mend what the reasons name and try again.",
    )
