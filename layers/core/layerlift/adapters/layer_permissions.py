"""The policies of layer versions: who else may read them."""

import json
import re
from typing import Any

from layerlift.adapters.clients import AwsClients, aws_errors, error_code
from layerlift.domain.layer_statements import READ, LayerStatement
from layerlift.domain.targets import Target

_ROOT = re.compile(r"arn:[^:]+:iam::(\d{12}):root")
_NOT_THERE = "ResourceNotFoundException"
_THERE_ALREADY = "ResourceConflictException"
_EVERYONE = "*"


class LambdaLayerPermissions:
    """The :class:`~layerlift.ports.aws.LayerPermissions` of an AWS account."""

    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients

    def read(self, target: Target, layer_arn: str) -> tuple[LayerStatement, ...]:
        from botocore.exceptions import ClientError

        with aws_errors(f"reading the policy of {layer_arn}"):
            try:
                answer = self._lambda(target).get_layer_version_policy(**_version(layer_arn))
            except ClientError as problem:
                # Without a statement there is no policy.
                if error_code(problem) == _NOT_THERE:
                    return ()
                raise
        return tuple(_statement(said) for said in json.loads(answer["Policy"])["Statement"])

    def add(self, target: Target, layer_arn: str, statement: LayerStatement) -> None:
        from botocore.exceptions import ClientError

        whom: dict[str, str] = {"Principal": statement.account or _EVERYONE}
        if statement.organization is not None:
            whom["OrganizationId"] = statement.organization
        with aws_errors(f"adding {statement.sid} to the policy of {layer_arn}"):
            try:
                self._lambda(target).add_layer_version_permission(
                    **_version(layer_arn), StatementId=statement.sid, Action=READ, **whom
                )
            except ClientError as problem:
                if error_code(problem) != _THERE_ALREADY:
                    raise

    def remove(self, target: Target, layer_arn: str, sid: str) -> None:
        from botocore.exceptions import ClientError

        with aws_errors(f"removing {sid} from the policy of {layer_arn}"):
            try:
                self._lambda(target).remove_layer_version_permission(
                    **_version(layer_arn), StatementId=sid
                )
            except ClientError as problem:
                if error_code(problem) != _NOT_THERE:
                    raise

    def _lambda(self, target: Target) -> Any:
        return self._clients.client("lambda", target)


def _version(layer_arn: str) -> dict[str, Any]:
    """Return how Lambda wants a version named: layer and number apart."""
    *_, name, number = layer_arn.split(":")
    return {"LayerName": name, "VersionNumber": int(number)}


def _statement(said: Any) -> LayerStatement:
    """Return a statement as it was asked for.

    An account comes back as the ARN of its root; an organization as everyone, under a condition.
    """
    sid, principal = str(said.get("Sid", "")), said.get("Principal")
    condition = said.get("Condition")
    if said.get("Effect") != "Allow" or said.get("Action") != READ:
        return LayerStatement(sid=sid)
    if principal in (_EVERYONE, {"AWS": _EVERYONE}):
        return LayerStatement(sid=sid, organization=_organization(condition))
    root = _ROOT.fullmatch(str(principal.get("AWS"))) if isinstance(principal, dict) else None
    account = root[1] if root is not None and not condition else None
    return LayerStatement(sid=sid, account=account)


def _organization(condition: Any) -> str | None:
    match condition:
        case {"StringEquals": {"aws:PrincipalOrgID": str(organization)}} if len(condition) == 1:
            return organization
        case _:
            return None
