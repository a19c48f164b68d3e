"""Layer versions: what an answer of Lambda means for whether a publish was carried out."""

import hashlib
import io
import zipfile
from typing import Any

import botocore.exceptions as botocore_errors
import pytest

from layerlift.adapters.clients import AwsClients
from layerlift.adapters.lambda_layers import LambdaLayers
from layerlift.domain.errors import AccessRefused, AnswerLost, Fault, Unavailable
from layerlift.domain.names import Digest, code_sha256, parse_layer_name
from layerlift.domain.targets import Target
from layerlift.ports.aws import LayerVersion

NAME = parse_layer_name("http-client-dev")
TARGET = Target(account="123456789012", region="us-east-1")
ARN = "arn:aws:lambda:us-east-1:123456789012:layer:http-client-dev:7"


def publish(layers: LambdaLayers, key: str = "k", **change: Any) -> LayerVersion:
    asked: dict[str, Any] = {
        "description": "v1.0.0 sha256:0123456789ab",
        "bucket": "layers",
        "key": key,
        "runtimes": ("python3.13",),
        "architectures": (),
    }
    return layers.publish(NAME, **(asked | change))


def zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("python/a.py", content)
    return buffer.getvalue()


def test_what_was_published_is_listed_newest_first_and_described(aws: AwsClients) -> None:
    aws.client("s3", TARGET).create_bucket(Bucket="layers")
    layers = LambdaLayers(aws, TARGET)
    published = []
    for number in range(3):
        content = zipped(b"%d" % number)
        aws.client("s3", TARGET).put_object(Bucket="layers", Key=str(number), Body=content)
        version = publish(layers, str(number), description=f"number {number}")
        digest = Digest(hashlib.sha256(content).hexdigest())
        assert version.code_sha256 == code_sha256(digest)
        published.append(version)
    listed = list(layers.versions(NAME))
    assert [version.number for version in listed] == [3, 2, 1]
    assert [version.description for version in listed] == ["number 2", "number 1", "number 0"]
    described = layers.describe(NAME, 2)
    assert described is not None
    assert (described.code_sha256, described.description) == (
        published[1].code_sha256,
        "number 1",
    )


def test_what_does_not_exist_is_nothing(aws: AwsClients) -> None:
    layers = LambdaLayers(aws, TARGET)
    assert list(layers.versions(NAME)) == []
    assert layers.describe(NAME, 1) is None


def test_a_publish_asks_for_the_object_in_the_targets_region(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_response(
        "publish_layer_version",
        {
            "Version": 7,
            "LayerVersionArn": ARN,
            "Description": "d",
            "Content": {"CodeSha256": "sha="},
        },
        {
            "LayerName": NAME,
            "Description": "v1.0.0 sha256:0123456789ab",
            "Content": {"S3Bucket": "layers", "S3Key": "k"},
            "CompatibleRuntimes": ["python3.13"],
        },
    )
    assert publish(LambdaLayers(clients, TARGET)) == LayerVersion(7, ARN, "d", "sha=")
    assert {"service": "lambda", "target": TARGET, "asks_once": True} in clients.asked


def test_a_listing_is_only_read_as_far_as_it_is_needed(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    page = [{"Version": 9, "LayerVersionArn": ARN}, {"Version": 8, "LayerVersionArn": ARN}]
    stubber.add_response(
        "list_layer_versions",
        {"LayerVersions": page, "NextMarker": "more"},
        {"LayerName": NAME, "MaxItems": 20},
    )
    assert next(LambdaLayers(clients, TARGET).versions(NAME)).number == 9


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("ServiceException", 500, AnswerLost),
        ("ServiceUnavailable", 503, AnswerLost),
        ("Unknown", 502, AnswerLost),
        ("TooManyRequestsException", 429, Unavailable),
        ("AccessDeniedException", 403, AccessRefused),
        ("ExpiredTokenException", 403, AccessRefused),
        ("InvalidParameterValueException", 400, Fault),
        ("CodeStorageExceededException", 400, Fault),
    ],
)
def test_an_error_says_whether_the_publish_may_have_been_carried_out(
    stubbed: Any, code: str, status: int, error: type[Fault]
) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_client_error("publish_layer_version", code, http_status_code=status)
    with pytest.raises(Fault) as caught:
        publish(LambdaLayers(clients, TARGET))
    assert type(caught.value) is error
    assert "publishing http-client-dev in 123456789012/us-east-1" in str(caught.value)


@pytest.mark.parametrize(
    ("problem", "error"),
    [
        (botocore_errors.ReadTimeoutError, AnswerLost),
        (botocore_errors.ConnectionClosedError, AnswerLost),
        (botocore_errors.ResponseStreamingError, AnswerLost),
        (botocore_errors.HTTPClientError, AnswerLost),
        (botocore_errors.ConnectTimeoutError, Unavailable),
        (botocore_errors.EndpointConnectionError, Unavailable),
        (botocore_errors.NoCredentialsError, Unavailable),
    ],
)
def test_a_broken_connection_says_whether_the_request_was_sent(
    aws: AwsClients, problem: Any, error: type[Fault]
) -> None:
    asked = send_raises(aws, problem)
    with pytest.raises(Fault) as caught:
        publish(LambdaLayers(aws, TARGET))
    assert type(caught.value) is error
    assert len(asked) == 1


def test_a_request_that_cannot_be_made_was_not_carried_out(aws: AwsClients) -> None:
    with pytest.raises(Fault) as caught:
        publish(LambdaLayers(aws, TARGET), bucket="")
    assert type(caught.value) is Fault


@pytest.mark.parametrize("status", [429, 500, 503])
def test_lambda_is_asked_once_whatever_it_answers(aws: AwsClients, status: int) -> None:
    from botocore.awsrequest import AWSResponse

    asked = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        asked.append(request)

        class Raw:
            def stream(self, **_: Any) -> list[bytes]:
                return [b'{"message": "no"}']

        return AWSResponse(request.url, status, {}, Raw())

    client = aws.client("lambda", TARGET, asks_once=True)
    client.meta.events.register_first("before-send.lambda.PublishLayerVersion", answer)
    with pytest.raises(Fault):
        publish(LambdaLayers(aws, TARGET))
    assert len(asked) == 1


def test_looking_is_repeated_by_the_sdk(aws: AwsClients) -> None:
    client = aws.client("lambda", TARGET)
    assert client.meta.config.retries["total_max_attempts"] > 1
    once = aws.client("lambda", TARGET, asks_once=True)
    assert once.meta.config.retries["total_max_attempts"] == 1


def send_raises(aws: AwsClients, problem: Any) -> list[Any]:
    """Let the client that publishes fail as botocore does; return what it has sent."""
    asked = []

    def fail(request: Any, **_: Any) -> None:
        asked.append(request)
        raise problem(endpoint_url=request.url, error="broken", request=request)

    client = aws.client("lambda", TARGET, asks_once=True)
    client.meta.events.register_first("before-send.lambda.PublishLayerVersion", fail)
    return asked


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [("ServiceException", 500, Unavailable), ("AccessDeniedException", 403, AccessRefused)],
)
@pytest.mark.parametrize("operation", ["list_layer_versions", "get_layer_version"])
def test_looking_changes_nothing_so_no_answer_is_lost(
    stubbed: Any, operation: str, code: str, status: int, error: type[Fault]
) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_client_error(operation, code, http_status_code=status)
    layers = LambdaLayers(clients, TARGET)
    with pytest.raises(Fault) as caught:
        layers.describe(NAME, 1) if operation == "get_layer_version" else next(
            layers.versions(NAME)
        )
    assert type(caught.value) is error
