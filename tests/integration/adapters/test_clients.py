"""One set of clients, one per service and region; and what their errors mean."""

import socket
import time
from collections.abc import Iterator
from typing import get_args

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    NoCredentialsError,
    ParamValidationError,
)
from botocore.loaders import Loader

from layerlift.adapters import clients
from layerlift.adapters.clients import AwsClients, Service, aws_errors, translate
from layerlift.adapters.ssm_pointers import SsmPointers
from layerlift.domain.errors import AccessRefused, Fault, Unavailable
from layerlift.domain.targets import Target

VIRGINIA = Target(account="123456789012", region="us-east-1")


def test_a_client_is_for_its_targets_region_else_for_home(aws: AwsClients) -> None:
    assert aws.client("lambda", VIRGINIA).meta.region_name == "us-east-1"
    assert aws.client("lambda").meta.region_name == "eu-central-1"


def test_the_same_client_is_given_for_the_same_question(aws: AwsClients) -> None:
    same = Target(account="123456789012", region="us-east-1")
    assert aws.client("lambda", VIRGINIA) is aws.client("lambda", same)
    assert aws.client("lambda", VIRGINIA) is not aws.client("lambda", VIRGINIA, asks_once=True)


@pytest.mark.parametrize("service", get_args(Service))
def test_clients_are_made_without_looking_through_the_folders_of_all_services(
    monkeypatch: pytest.MonkeyPatch, service: Service
) -> None:
    def look(_: Loader, type_name: str) -> list[str]:
        raise AssertionError(f"looked for {type_name}")

    monkeypatch.setattr(Loader, "list_available_services", look)
    monkeypatch.setattr(clients, "_source", None)
    clients._client.cache_clear()
    client = AwsClients().client(service, VIRGINIA)
    assert client.meta.service_model.service_name == service
    assert [client.can_paginate(name) for name in client.meta.method_to_api_mapping]
    clients._client.cache_clear()


FUNCTION_SECONDS = 60
"""What a step in a target has, ``template.yaml``."""


@pytest.mark.parametrize("service", ["lambda", "ssm", "cloudwatch", "sts", "s3"])
def test_a_target_that_hangs_is_told_before_the_function_that_asks_runs_out_of_time(
    aws: AwsClients, service: Service
) -> None:
    config = aws.client(service, VIRGINIA).meta.config
    tries = config.retries["total_max_attempts"]
    # Between two tries the SDK waits up to a second: its standard mode doubles, from one on,
    # https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    longest = tries * (config.connect_timeout + config.read_timeout) + (tries - 1)
    assert longest <= FUNCTION_SECONDS - 10


LOOK_SECONDS = 10
"""What a look at a pair of parameters takes at most, :class:`layerlift.ports.aws.PointerSight`."""


def test_a_hasty_client_asks_once_and_for_a_short_time(aws: AwsClients) -> None:
    hasty = aws.hasty_client("ssm", VIRGINIA)
    config = hasty.meta.config
    assert config.retries["total_max_attempts"] == 1
    assert 2 * (config.connect_timeout + config.read_timeout) <= LOOK_SECONDS
    assert hasty.meta.region_name == "us-east-1"
    assert hasty is not aws.client("ssm", VIRGINIA)
    assert hasty is aws.hasty_client("ssm", VIRGINIA)


@pytest.fixture
def hanging() -> Iterator[str]:
    """The address of something that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_pointer_that_cannot_be_read_because_nothing_answers_is_unavailable(
    aws: AwsClients, hanging: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "_TARGET_SECONDS", 0.2)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", hanging)
    clients._client.cache_clear()
    began = time.monotonic()
    try:
        with pytest.raises(Unavailable, match="reading /a in 123456789012/us-east-1"):
            SsmPointers(aws).read(VIRGINIA, ("/a", "/v"))
    finally:
        clients._client.cache_clear()
    assert time.monotonic() - began < 5


def error(code: str, status: int = 400) -> ClientError:
    answer = {
        "Error": {"Code": code, "Message": "m"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "Op")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("AccessDenied", 403, AccessRefused),
        ("AccessDeniedException", 400, AccessRefused),
        ("403", 403, AccessRefused),
        ("Throttling", 400, Unavailable),
        ("TooManyRequestsException", 429, Unavailable),
        ("429", 429, Unavailable),
        ("SlowDown", 503, Unavailable),
        ("Whatever", 500, Unavailable),
        ("ValidationException", 400, Fault),
        ("", 0, Fault),
    ],
)
def test_an_error_is_what_can_be_done_about_it(
    code: str, status: int, expected: type[Fault]
) -> None:
    fault = translate(error(code, status), "doing it")
    assert type(fault) is expected
    assert str(fault).startswith("doing it: ")


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (error("AccessDenied"), AccessRefused),
        (ConnectTimeoutError(endpoint_url="https://x"), Unavailable),
        (NoCredentialsError(), Unavailable),
        (ParamValidationError(report="too short"), Fault),
    ],
)
def test_errors_of_the_sdk_do_not_leave_the_adapters(
    problem: Exception, expected: type[Fault]
) -> None:
    with pytest.raises(Fault) as caught, aws_errors("doing it"):
        raise problem
    assert type(caught.value) is expected
    assert caught.value.__cause__ is problem


def test_other_errors_are_left_alone() -> None:
    def work() -> Iterator[None]:
        with aws_errors("doing it"):
            yield
            raise KeyError("a bug")

    with pytest.raises(KeyError):
        list(work())
