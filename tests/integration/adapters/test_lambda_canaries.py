"""Canary functions: made, asked, and gone afterwards whatever happens."""

import io
import json
import zipfile
from typing import Any

import pytest
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber

from layerlift.adapters.lambda_canaries import LambdaCanaries, canary_name
from layerlift.domain.errors import AccessRefused, Fault, Unavailable
from layerlift.domain.report import Module
from layerlift.domain.targets import Target
from layerlift.ports.aws import CanaryReading, ModuleFailure

TARGET = Target(account="123456789012", region="us-east-1")
LAYER_ARN = "arn:aws:lambda:us-east-1:123456789012:layer:http-client-dev:7"
NAME = canary_name("layerlift", LAYER_ARN)
GOOD = {"imported": 1, "failures": []}


def run(clients: Any) -> CanaryReading:
    return LambdaCanaries(clients, "layerlift", "aws").run(
        TARGET,
        layer_arn=LAYER_ARN,
        runtime="python3.13",
        architecture="arm64",
        modules=(Module(name="httpx", path="python/httpx/__init__.py"),),
    )


def active(stubber: Stubber) -> None:
    stubber.add_response(
        "get_function", {"Configuration": {"State": "Active"}}, {"FunctionName": NAME}
    )


def answers(stubber: Stubber, body: Any, **more: Any) -> None:
    text = json.dumps(body).encode()
    payload = StreamingBody(io.BytesIO(text), len(text))
    asked = {"modules": [{"name": "httpx", "path": "python/httpx/__init__.py"}]}
    expected = {"FunctionName": NAME, "Payload": json.dumps(asked).encode()}
    stubber.add_response("invoke", {"StatusCode": 200, "Payload": payload} | more, expected)


def removed(stubber: Stubber) -> None:
    stubber.add_response("delete_function", {}, {"FunctionName": NAME})


def test_a_canary_runs_with_the_layer_attached_and_is_removed(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_response(
        "create_function",
        {},
        {
            "FunctionName": NAME,
            "Role": "arn:aws:iam::123456789012:role/layerlift-canary-us-east-1",
            "Runtime": "python3.13",
            "Architectures": ["arm64"],
            "Handler": "canary_probe.handler",
            "Code": {"ZipFile": ANY},
            "Layers": [LAYER_ARN],
            "Timeout": 45,
            "MemorySize": 512,
            "Description": f"Layerlift canary of {LAYER_ARN}",
            "LoggingConfig": {"LogGroup": "/layerlift/layerlift/canaries"},
        },
    )
    active(stubber)
    answers(stubber, GOOD)
    removed(stubber)
    assert run(clients) == CanaryReading(1, ())
    assert clients.asked[0]["target"] == TARGET


def test_what_could_not_be_imported_is_read(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_response("create_function", {})
    active(stubber)
    answers(stubber, {"imported": 0, "failures": [{"module": "httpx", "error": "no"}]})
    removed(stubber)
    assert run(clients) == CanaryReading(0, (ModuleFailure("httpx", "no"),))


def test_a_canary_that_crashes_has_failed(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_response("create_function", {})
    active(stubber)
    answers(stubber, {"errorMessage": "Task timed out"}, FunctionError="Unhandled")
    removed(stubber)
    (failure,) = run(clients).failures
    assert failure == ModuleFailure("the canary function", "Task timed out")


@pytest.mark.parametrize("body", [None, "hello", {"statusCode": 200}, []])
def test_an_answer_that_is_no_reading_is_a_fault_not_a_pass(stubbed: Any, body: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_response("create_function", {})
    active(stubber)
    answers(stubber, body)
    removed(stubber)
    with pytest.raises(Fault, match="which is not a reading"):
        run(clients)


def test_what_a_killed_run_left_behind_is_used(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_client_error("create_function", "ResourceConflictException", http_status_code=409)
    active(stubber)
    answers(stubber, GOOD)
    removed(stubber)
    assert run(clients) == CanaryReading(1, ())


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("AccessDeniedException", 403, AccessRefused),
        ("TooManyRequestsException", 429, Unavailable),
        ("InvalidParameterValueException", 400, Fault),
    ],
)
def test_a_canary_that_cannot_be_made_is_removed_all_the_same(
    stubbed: Any, code: str, status: int, error: type[Fault]
) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_client_error("create_function", code, http_status_code=status)
    stubber.add_client_error("delete_function", "ResourceNotFoundException", http_status_code=404)
    with pytest.raises(Fault) as caught:
        run(clients)
    assert type(caught.value) is error


def test_a_canary_that_cannot_be_asked_is_removed_all_the_same(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_response("create_function", {})
    active(stubber)
    stubber.add_client_error("invoke", "ServiceException", http_status_code=500)
    removed(stubber)
    with pytest.raises(Unavailable):
        run(clients)


def test_a_canary_that_does_not_become_active_is_removed_all_the_same(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_response("create_function", {})
    stubber.add_response("get_function", {"Configuration": {"State": "Failed"}})
    removed(stubber)
    with pytest.raises(Unavailable):
        run(clients)


def test_a_canary_that_cannot_be_removed_is_tried_again(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_response("create_function", {})
    active(stubber)
    answers(stubber, GOOD)
    stubber.add_client_error("delete_function", "TooManyRequestsException", http_status_code=429)
    with pytest.raises(Unavailable, match="removing the canary"):
        run(clients)


def test_the_reason_why_a_canary_failed_survives_that_it_cannot_be_removed(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_client_error("create_function", "AccessDeniedException", http_status_code=403)
    stubber.add_client_error("delete_function", "AccessDeniedException", http_status_code=403)
    with pytest.raises(AccessRefused):
        run(clients)


def test_its_name_fits_and_is_the_same_for_the_same_version() -> None:
    assert canary_name("layerlift", LAYER_ARN) == NAME
    assert canary_name("layerlift", LAYER_ARN + "8") != NAME
    assert len(canary_name("x" * 25, LAYER_ARN)) <= 64


def test_the_probe_travels_as_a_zip_that_its_user_may_read() -> None:
    from layerlift.adapters.lambda_canaries import _probe_zip

    with zipfile.ZipFile(io.BytesIO(_probe_zip())) as archive:
        (entry,) = archive.infolist()
        assert (entry.filename, entry.external_attr >> 16) == ("canary_probe.py", 0o644)
        compile(archive.read(entry), entry.filename, "exec")
    assert _probe_zip() == _probe_zip()
