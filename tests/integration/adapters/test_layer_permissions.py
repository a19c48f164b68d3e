"""Policies of layer versions as Lambda writes them, and what its refusals mean."""

import json
from typing import Any

import pytest

from layerlift.adapters.layer_permissions import LambdaLayerPermissions
from layerlift.domain.errors import AccessRefused, Unavailable
from layerlift.domain.layer_statements import LayerStatement
from layerlift.domain.targets import Target

TARGET = Target(account="123456789012", region="us-east-1")
ARN = "arn:aws:lambda:us-east-1:123456789012:layer:http-client-dev:7"
VERSION = {"LayerName": "http-client-dev", "VersionNumber": 7}
ORGANIZATION = "o-a1b2c3d4e5"
ALLOW = {"Effect": "Allow", "Action": "lambda:GetLayerVersion", "Resource": ARN}
ONLY_ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}


def root(account: str, partition: str = "aws") -> dict[str, str]:
    return {"AWS": f"arn:{partition}:iam::{account}:root"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"Principal": root("222222222222")}, {"account": "222222222222"}),
        ({"Principal": root("222222222222", "aws-cn")}, {"account": "222222222222"}),
        (
            {"Principal": "*", "Condition": ONLY_ORGANIZATION},
            {"organization": ORGANIZATION},
        ),
        (
            {"Principal": {"AWS": "*"}, "Condition": ONLY_ORGANIZATION},
            {"organization": ORGANIZATION},
        ),
        ({"Principal": "*"}, {}),
        ({"Principal": root("222222222222"), "Condition": ONLY_ORGANIZATION}, {}),
        ({"Principal": root("222222222222"), "Effect": "Deny"}, {}),
        ({"Principal": {"AWS": "AIDACKCEVSQ6C2EXAMPLE"}}, {}),
        ({"Principal": {"Service": "lambda.amazonaws.com"}}, {}),
        ({"Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}, {}),
    ],
)
def test_a_statement_is_understood_only_if_it_is_one_that_can_be_granted(
    stubbed: Any, said: dict[str, Any], expected: dict[str, str]
) -> None:
    clients, stubber = stubbed("lambda")
    document = {
        "Version": "2012-10-17",
        "Id": "default",
        "Statement": [ALLOW | said | {"Sid": "s"}],
    }
    stubber.add_response("get_layer_version_policy", {"Policy": json.dumps(document)}, VERSION)
    (statement,) = LambdaLayerPermissions(clients).read(TARGET, ARN)
    assert statement == LayerStatement(sid="s", **expected)


def test_a_version_without_a_policy_says_nothing(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_client_error("get_layer_version_policy", "ResourceNotFoundException")
    assert LambdaLayerPermissions(clients).read(TARGET, ARN) == ()


@pytest.mark.parametrize(
    ("statement", "asked"),
    [
        (LayerStatement(sid="s", account="222222222222"), {"Principal": "222222222222"}),
        (
            LayerStatement(sid="s", organization=ORGANIZATION),
            {"Principal": "*", "OrganizationId": ORGANIZATION},
        ),
    ],
)
@pytest.mark.parametrize("there_already", [False, True])
def test_a_statement_is_added_once(
    stubbed: Any, statement: LayerStatement, asked: dict[str, str], there_already: bool
) -> None:
    clients, stubber = stubbed("lambda")
    expected = VERSION | asked | {"StatementId": "s", "Action": "lambda:GetLayerVersion"}
    if there_already:
        stubber.add_client_error(
            "add_layer_version_permission",
            "ResourceConflictException",
            http_status_code=409,
            expected_params=expected,
        )
    else:
        stubber.add_response("add_layer_version_permission", {}, expected)
    LambdaLayerPermissions(clients).add(TARGET, ARN, statement)


def test_a_statement_that_is_gone_need_not_be_removed(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_response("remove_layer_version_permission", {}, VERSION | {"StatementId": "s"})
    stubber.add_client_error("remove_layer_version_permission", "ResourceNotFoundException")
    for _ in range(2):
        LambdaLayerPermissions(clients).remove(TARGET, ARN, "s")


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [("AccessDeniedException", 403, AccessRefused), ("TooManyRequestsException", 429, Unavailable)],
)
def test_what_cannot_be_done_is_said(
    stubbed: Any, code: str, status: int, expected: type[Exception]
) -> None:
    clients, stubber = stubbed("lambda")
    permissions = LambdaLayerPermissions(clients)
    for call in ("get_layer_version_policy", "add_layer_version_permission"):
        stubber.add_client_error(call, code, http_status_code=status)
    stubber.add_client_error("remove_layer_version_permission", code, http_status_code=status)
    with pytest.raises(expected, match=f"reading the policy of {ARN}"):
        permissions.read(TARGET, ARN)
    with pytest.raises(expected, match=f"adding s to the policy of {ARN}"):
        permissions.add(TARGET, ARN, LayerStatement(sid="s", account="222222222222"))
    with pytest.raises(expected, match=f"removing s from the policy of {ARN}"):
        permissions.remove(TARGET, ARN, "s")
