"""Consumers: found, cloned without what is not theirs to lend, asked, and the clones gone."""

import base64
import hashlib
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber

from layerlift.adapters.canary_functions import MADE_TAG, PLANE_TAG, NotOurs
from layerlift.adapters.consumer_clones import MAX_CODE_BYTES, CloneFunction
from layerlift.adapters.lambda_consumer_canaries import _MAX_LOOKED_AT, LambdaConsumerCanaries
from layerlift.domain.errors import AccessRefused, Unavailable
from layerlift.domain.gates.consumers import Consumer
from layerlift.domain.names import LayerName
from layerlift.domain.targets import Target
from layerlift.ports.aws import CanaryReading, Invocation
from layerlift.ports.consumers import Clone, ConsumerVersion, Search

TARGET = Target(account="123456789012", region="eu-central-1")
PREFIX = "arn:aws:lambda:eu-central-1:123456789012"
LAYER = LayerName("http-client-dev")
OLD, NEW, OTHER = (f"{PREFIX}:layer:{name}" for name in (f"{LAYER}:3", f"{LAYER}:4", "other:9"))
CHECKOUTS = Consumer(function="arn:aws:lambda:*:*:function:checkout-*")
CODE = b"a zip"
VERSION = ConsumerVersion(f"{PREFIX}:function:checkout-api:7", OLD, "python3.13", "arm64", 10)
CLONE = Clone(VERSION, NEW, b'{"n": 1}', 1, 0, 10, has_own_role=False, has_environment=False)
NAME = CloneFunction("layerlift", "aws", TARGET, CLONE).name
SETTINGS = {
    "FunctionName": "checkout-api",
    "FunctionArn": VERSION.arn,
    "Version": "7",
    "Runtime": "python3.13",
    "Handler": "app.handler",
    "Role": "arn:aws:iam::123456789012:role/checkout",
    "Architectures": ["arm64"],
    "MemorySize": 1024,
    "EphemeralStorage": {"Size": 512},
    "Timeout": 10,
    "Layers": [{"Arn": OTHER}, {"Arn": OLD}],
    "Environment": {"Variables": {"TOKEN": "secret"}},
    "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    "CodeSize": len(CODE),
    "CodeSha256": base64.b64encode(hashlib.sha256(CODE).digest()).decode(),
}
REPORT = (
    "START RequestId: 1\nTOKEN=secret\nREPORT RequestId: 1\tDuration: 12.60 ms\t"
    "Billed Duration: 200 ms\tMemory Size: 1024 MB\tMax Memory Used: 50 MB\t"
    "Init Duration: 187.20 ms\t\n"
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


def canaries(clients: Any) -> LambdaConsumerCanaries:
    return LambdaConsumerCanaries(clients, "layerlift", "aws")


def listed(stubber: Stubber, *names: str) -> None:
    arns = [{"FunctionArn": f"{PREFIX}:function:{name}"} for name in names]
    stubber.add_response("list_functions", {"Functions": arns}, {})


def versions(stubber: Stubber, name: str, *numbers: str, **settings: Any) -> None:
    given = [SETTINGS | {"FunctionName": name, "Version": number} | settings for number in numbers]
    asked = {"FunctionName": f"{PREFIX}:function:{name}"}
    stubber.add_response("list_versions_by_function", {"Versions": given}, asked)


def described(stubber: Stubber, link: str, **settings: Any) -> None:
    answer = {"Configuration": SETTINGS | settings, "Code": {"Location": link}}
    asked = {"FunctionName": f"{PREFIX}:function:checkout-api", "Qualifier": "7"}
    stubber.add_response("get_function", answer, asked)


def made(stubber: Stubber, **more: Any) -> None:
    expected = {
        "FunctionName": NAME,
        "Role": "arn:aws:iam::123456789012:role/layerlift-canary-eu-central-1",
        "Runtime": "python3.13",
        "Handler": "app.handler",
        "Architectures": ["arm64"],
        "MemorySize": 1024,
        "EphemeralStorage": {"Size": 512},
        "Timeout": 10,
        "Layers": [OTHER, NEW],
        "Code": {"ZipFile": CODE},
        "LoggingConfig": {"LogGroup": "/layerlift/layerlift/canaries"},
        "Description": f"Layerlift canary of {VERSION.arn}",
        "Tags": {PLANE_TAG: "layerlift", MADE_TAG: ANY},
    }
    stubber.add_response("create_function", {}, expected | more)
    active(stubber, more.get("FunctionName", NAME))


def active(stubber: Stubber, name: str = NAME) -> None:
    stubber.add_response(
        "get_function", {"Configuration": {"State": "Active"}}, {"FunctionName": name}
    )


def answers(stubber: Stubber, body: Any, log: str = "", name: str = NAME, **more: Any) -> None:
    text = json.dumps(body).encode()
    payload = StreamingBody(io.BytesIO(text), len(text))
    answer = {"Payload": payload, "LogResult": base64.b64encode(log.encode()).decode()}
    asked = {"FunctionName": name, "Payload": b'{"n": 1}', "LogType": "Tail"}
    stubber.add_response("invoke", answer | more, asked)


def removed(stubber: Stubber, name: str = NAME) -> None:
    stubber.add_response("delete_function", {}, {"FunctionName": name})


def run(clients: Any, clone: Clone = CLONE) -> CanaryReading:
    (reading,) = canaries(clients).run(TARGET, [clone])
    return reading


def test_functions_are_found_by_arn_and_their_newest_published_version_counts(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    listed(stubber, "orders", "checkout-b", "checkout-a", "checkout-c")
    versions(stubber, "checkout-a", "$LATEST")
    versions(stubber, "checkout-b", "$LATEST", "9", "10")
    found = canaries(clients).find(TARGET, CHECKOUTS, LAYER)
    version = replace(VERSION, arn=f"{PREFIX}:function:checkout-b:10")
    assert found == Search((version,), looked_at=2, is_cut=True)


def test_a_function_without_the_layer_is_no_consumer(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    listed(stubber, "checkout-a", "checkout-b")
    near = OLD.replace("http-client-dev", "http-client-dev-extra")
    versions(stubber, "checkout-a", "1", Layers=[{"Arn": near}])
    versions(stubber, "checkout-b", "1", Layers=[])
    assert canaries(clients).find(TARGET, CHECKOUTS, LAYER) == Search(looked_at=2)


@pytest.mark.parametrize(
    ("settings", "flaw"),
    [
        ({"PackageType": "Image"}, "it is a container image"),
        ({"CodeSize": MAX_CODE_BYTES + 1}, "its code has 52,428,801 bytes"),
    ],
)
def test_what_cannot_be_cloned_is_named_with_the_reason(
    stubbed: Any, settings: dict[str, Any], flaw: str
) -> None:
    clients, stubber = stubbed("lambda")
    listed(stubber, "checkout-a")
    versions(stubber, "checkout-a", "1", **settings)
    found = canaries(clients).find(TARGET, CHECKOUTS, LAYER)
    assert found.found == ()
    assert found.unfit[0].startswith(f"checkout-a: {flaw}")


def test_canaries_are_no_consumers_and_what_is_gone_is_none(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    every = Consumer(function="arn:aws:lambda:*:*:function:*")
    listed(stubber, "layerlift-canary-0123456789abcdef", "orders")
    stubber.add_client_error(
        "list_versions_by_function", "ResourceNotFoundException", http_status_code=404
    )
    assert canaries(clients).find(TARGET, every, LAYER) == Search(looked_at=1)


def test_of_very_many_functions_the_first_are_looked_at(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    names = [f"checkout-{number:03}" for number in range(_MAX_LOOKED_AT + 1)]
    listed(stubber, *names)
    for name in names[:_MAX_LOOKED_AT]:
        versions(stubber, name, "$LATEST")
    found = canaries(clients).find(TARGET, CHECKOUTS, LAYER)
    assert (found.looked_at, found.is_cut) == (_MAX_LOOKED_AT, True)


def test_functions_are_found_by_all_of_their_tags(stubbed: Any) -> None:
    clients, stubber = stubbed("resourcegroupstaggingapi")
    filters = [{"Key": "stage", "Values": ["dev"]}, {"Key": "team", "Values": ["checkout"]}]
    stubber.add_response(
        "get_resources",
        {"ResourceTagMappingList": [{"ResourceARN": f"{PREFIX}:function:layerlift-canary-1"}]},
        {"ResourceTypeFilters": ["lambda:function"], "TagFilters": filters},
    )
    tagged = Consumer(tags={"team": "checkout", "stage": "dev"})
    assert canaries(clients).find(TARGET, tagged, LAYER) == Search()


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


def left_behind(stubber: Stubber, **settings: Any) -> None:
    stubber.add_client_error("create_function", "ResourceConflictException", http_status_code=409)
    found = {
        "State": "Active",
        "Role": "arn:aws:iam::123456789012:role/layerlift-canary-eu-central-1",
        "Runtime": "python3.13",
        "Handler": "app.handler",
        "Layers": [{"Arn": OTHER}, {"Arn": NEW}],
        "CodeSha256": SETTINGS["CodeSha256"],
    }
    answer = {"Configuration": found | settings}
    stubber.add_response("get_function", answer, {"FunctionName": NAME})


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
