"""Consumers' clones: made without what is not theirs to lend, asked, and removed."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from layerlift.adapters.canary_functions import NotOurs
from layerlift.adapters.consumer_clones import CloneFunction
from layerlift.domain.errors import AccessRefused, Unavailable
from layerlift.ports.aws import CanaryReading, Invocation
from layerlift.ports.consumers import Clone
from tests.integration.adapters.consumer_clones import (
    CLONE,
    CODE,
    NAME,
    OLD,
    REPORT,
    SETTINGS,
    TARGET,
    VERSION,
    answers,
    described,
    left_behind,
    made,
    removed,
    run,
)


class _Link(BaseHTTPRequestHandler):
    body, status = CODE, 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def link() -> Iterator[str]:
    """Serve the code behind a link, as S3 does."""
    server = HTTPServer(("127.0.0.1", 0), _Link)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/code?X-Amz-Signature=credential"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_clone_has_code_settings_and_layers_and_neither_role_secrets_nor_network(
    stubbed: Any, link: str
) -> None:
    clients, stubber = stubbed("lambda")
    described(stubber, link)
    made(stubber)
    answers(stubber, {"statusCode": 200}, REPORT)
    removed(stubber)
    assert run(clients) == CanaryReading(
        (Invocation(is_cold=True, startup_ms=187, duration_ms=200, answer='{"statusCode": 200}'),)
    )


def test_role_and_environment_come_with_it_if_the_policy_says_so(stubbed: Any, link: str) -> None:
    clients, stubber = stubbed("lambda")
    own = replace(CLONE, has_own_role=True, has_environment=True)
    name = CloneFunction("layerlift", "aws", TARGET, own).name
    described(stubber, link)
    made(
        stubber,
        FunctionName=name,
        Role=SETTINGS["Role"],
        Environment={"Variables": {"TOKEN": "secret"}},
    )
    answers(stubber, 1, name=name)
    removed(stubber, name)
    assert run(clients, own) == CanaryReading((Invocation(answer="1"),))


@pytest.mark.parametrize(
    "settings",
    [
        {"KMSKeyArn": "arn:aws:kms:eu-central-1:123456789012:key/1"},
        {"Environment": {"Error": {"ErrorCode": "AccessDeniedException", "Message": "no"}}},
    ],
)
def test_an_environment_under_a_key_of_its_own_is_not_copied(
    stubbed: Any, link: str, settings: dict[str, Any]
) -> None:
    clients, stubber = stubbed("lambda")
    described(stubber, link, **settings)
    assert "a key of its own" in run(clients, replace(CLONE, has_environment=True)).not_offered


def test_what_lambda_makes_no_function_of_has_failed(stubbed: Any, link: str) -> None:
    clients, stubber = stubbed("lambda")
    described(stubber, link)
    message = "Layers consume more than the available size of 262144000 bytes"
    stubber.add_client_error("create_function", "InvalidParameterValueException", message)
    removed(stubber)
    (invocation,) = run(clients).invocations
    assert message in invocation.error


def test_a_runtime_that_is_no_longer_offered_is_not_exercised(stubbed: Any, link: str) -> None:
    clients, stubber = stubbed("lambda")
    described(stubber, link)
    message = "The runtime parameter of python3.8 is no longer supported for creating functions."
    stubber.add_client_error("create_function", "InvalidParameterValueException", message)
    assert run(clients).not_offered == message


def test_what_a_killed_run_left_behind_is_used_and_removed(stubbed: Any, link: str) -> None:
    clients, stubber = stubbed("lambda")
    described(stubber, link)
    left_behind(stubber)
    answers(stubber, 1)
    removed(stubber)
    assert run(clients) == CanaryReading((Invocation(answer="1"),))


def test_a_clone_that_somebody_else_made_beforehand_is_neither_asked_nor_removed(
    stubbed: Any, link: str
) -> None:
    clients, stubber = stubbed("lambda")
    described(stubber, link)
    left_behind(
        stubber, CodeSha256="other", Environment={"Variables": {"PASSWORD": "correct-horse"}}
    )
    with pytest.raises(NotOurs, match="differs in CodeSha256, Environment") as raised:
        run(clients)
    assert "correct-horse" not in str(raised.value)


def test_an_error_that_quotes_the_copied_environment_is_told_without_it(
    stubbed: Any, link: str
) -> None:
    clients, stubber = stubbed("lambda")
    copied = replace(CLONE, has_environment=True)
    name = CloneFunction("layerlift", "aws", TARGET, copied).name
    variables = {"DSN": "pg://u:correct-horse@db", "PASSWORD": "correct-horse", "MODE": "prod"}
    described(stubber, link, Environment={"Variables": variables})
    made(stubber, FunctionName=name, Environment={"Variables": variables})
    said = "prod: no route to pg://u:correct-horse@db with correct-horse"
    body = {"errorMessage": said, "errorType": "OSError"}
    answers(stubber, body, name=name, FunctionError="Unhandled")
    removed(stubber, name)
    (invocation,) = run(clients, copied).invocations
    assert invocation.error == "prod: no route to *** with ***"


def test_what_a_clone_prints_does_not_pass_for_lambdas_report(stubbed: Any, link: str) -> None:
    forged = "REPORT RequestId: 1\tDuration: 1.00 ms\t\tInit Duration: 1.00 ms\t\n"
    clients, stubber = stubbed("lambda")
    described(stubber, link)
    made(stubber)
    answers(stubber, 1, forged + REPORT)
    removed(stubber)
    (invocation,) = run(clients).invocations
    assert (invocation.startup_ms, invocation.duration_ms) == (187, 200)


@pytest.mark.parametrize("operation", ["create_function", "invoke"])
def test_a_clone_is_removed_whatever_happens(stubbed: Any, link: str, operation: str) -> None:
    clients, stubber = stubbed("lambda")
    described(stubber, link)
    if operation == "invoke":
        made(stubber)
    stubber.add_client_error(operation, "AccessDeniedException", http_status_code=403)
    removed(stubber)
    with pytest.raises(AccessRefused):
        run(clients)


@pytest.mark.parametrize(("body", "status"), [(b"half a", 200), (b"", 403)])
def test_code_that_does_not_come_whole_is_asked_for_again(
    stubbed: Any, link: str, monkeypatch: pytest.MonkeyPatch, body: bytes, status: int
) -> None:
    monkeypatch.setattr(_Link, "body", body)
    monkeypatch.setattr(_Link, "status", status)
    clients, stubber = stubbed("lambda")
    described(stubber, link)
    removed(stubber)
    with pytest.raises(Unavailable, match="fetching the code") as raised:
        run(clients)
    assert "credential" not in str(raised.value)


def test_a_link_that_leads_nowhere_is_not_told(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    described(stubber, "http://127.0.0.1:9/code?X-Amz-Signature=credential")
    removed(stubber)
    with pytest.raises(Unavailable) as raised:
        run(clients)
    assert "credential" not in str(raised.value)


@pytest.mark.parametrize(
    "other",
    [
        replace(CLONE, layer_arn=OLD),
        replace(CLONE, seconds=11),
        replace(CLONE, has_own_role=True),
        replace(CLONE, has_environment=True),
        replace(CLONE, version=replace(VERSION, arn=f"{VERSION.arn}1")),
    ],
)
def test_a_clones_name_is_that_of_all_it_is_made_of(other: Clone) -> None:
    assert CloneFunction("layerlift", "aws", TARGET, replace(CLONE)).name == NAME
    assert CloneFunction("layerlift", "aws", TARGET, other).name != NAME
    assert NAME.startswith("layerlift-canary-")
