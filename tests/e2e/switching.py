"""Chat is switched on and off as people do it: by deploying with another parameter."""

from __future__ import annotations

import time
from collections.abc import Callable

from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

from layerlift_cli.stacks import describe, wait_until_still
from tests.e2e.application import STACK, Application

PATIENCE_SECONDS = 240


def deploy_chat(application: Application, value: str) -> Application:
    """Deploy what is deployed with another value of the parameter, and look at it anew."""
    client = application.session.client("cloudformation")
    stack = describe(client, STACK)
    assert stack is not None
    kept: list[ParameterTypeDef] = [
        {"ParameterKey": key, "UsePreviousValue": True}
        for key in (parameter.get("ParameterKey", "") for parameter in stack["Parameters"])
        if key != "Chat"
    ]
    client.update_stack(
        StackName=STACK,
        UsePreviousTemplate=True,
        Parameters=[*kept, {"ParameterKey": "Chat", "ParameterValue": value}],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    updated = wait_until_still(client, STACK)
    assert updated is not None
    assert updated["StackStatus"] == "UPDATE_COMPLETE"
    return Application(application.state_dir, application.session)


def chat_parts(application: Application) -> dict[str, str]:
    """Return what the deployed stack has for chats: types by logical id."""
    client = application.session.client("cloudformation")
    pages = client.get_paginator("list_stack_resources").paginate(StackName=STACK)
    return {
        each["LogicalResourceId"]: each["ResourceType"]
        for page in pages
        for each in page["StackResourceSummaries"]
        if each["ResourceStatus"] != "DELETE_COMPLETE"
        and each["LogicalResourceId"].startswith(("Chat", "Announce", "Conversation"))
    }


def until(reached: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.3)
