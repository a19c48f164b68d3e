"""Lambda's layer versions in one target."""

from collections.abc import Iterator, Sequence
from typing import Any

from layerlift.adapters.clients import AwsClients, aws_errors, error_code, translate
from layerlift.domain.errors import AnswerLost, Fault, Unavailable
from layerlift.domain.names import LayerName
from layerlift.domain.targets import Target
from layerlift.ports.aws import LayerVersion

_PAGE = 20
"""Versions a page: the one looked for is nearly always the newest."""

_SERVER_ERROR = 500


class LambdaLayers:
    """The :class:`~layerlift.ports.aws.Layers` of one target."""

    def __init__(self, clients: AwsClients, target: Target) -> None:
        self._lambda = clients.client("lambda", target)
        self._lambda_once = clients.client("lambda", target, asks_once=True)
        self._where = str(target)

    def versions(self, name: LayerName) -> Iterator[LayerVersion]:
        pages = self._lambda.get_paginator("list_layer_versions").paginate(
            LayerName=name, PaginationConfig={"PageSize": _PAGE}
        )
        with aws_errors(f"listing the versions of {name} in {self._where}"):
            for page in pages:
                for version in page["LayerVersions"]:
                    yield _version(version)

    def describe(self, name: LayerName, number: int) -> LayerVersion | None:
        from botocore.exceptions import ClientError

        doing = f"looking at version {number} of {name} in {self._where}"
        with aws_errors(doing):
            try:
                answer = self._lambda.get_layer_version(LayerName=name, VersionNumber=number)
            except ClientError as problem:
                if error_code(problem) == "ResourceNotFoundException":
                    return None
                raise
        return _version(answer)

    def publish(
        self,
        name: LayerName,
        *,
        description: str,
        bucket: str,
        key: str,
        runtimes: Sequence[str],
        architectures: Sequence[str],
    ) -> LayerVersion:
        from botocore.exceptions import (
            BotoCoreError,
            ClientError,
            ConnectTimeoutError,
            EndpointConnectionError,
            NoCredentialsError,
            ParamValidationError,
        )

        doing = f"publishing {name} in {self._where}"
        claims: dict[str, Any] = {}
        if runtimes:
            claims["CompatibleRuntimes"] = list(runtimes)
        if architectures:
            claims["CompatibleArchitectures"] = list(architectures)
        try:
            answer = self._lambda_once.publish_layer_version(
                LayerName=name,
                Description=description,
                Content={"S3Bucket": bucket, "S3Key": key},
                **claims,
            )
        except ClientError as problem:
            fault = translate(problem, doing)
            if _status(problem) >= _SERVER_ERROR:
                raise AnswerLost(str(fault)) from problem
            raise fault from problem
        except ParamValidationError as problem:
            raise Fault(f"{doing}: {problem}") from problem
        except (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError) as problem:
            # No connection was made, so nothing can have been carried out.
            raise Unavailable(f"{doing}: {problem}") from problem
        except BotoCoreError as problem:
            raise AnswerLost(f"{doing}: {problem}") from problem
        return _version(answer)


def _status(problem: Any) -> int:
    return int(problem.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _version(answer: Any) -> LayerVersion:
    return LayerVersion(
        number=int(answer["Version"]),
        arn=answer["LayerVersionArn"],
        description=answer.get("Description", ""),
        code_sha256=answer.get("Content", {}).get("CodeSha256"),
    )
