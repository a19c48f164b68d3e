"""One set of clients, one per service and region; and what their errors mean."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    NoCredentialsError,
    ParamValidationError,
)

from layerlift.adapters.clients import AwsClients, aws_errors, translate
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
