"""A consumer and its clone, and what Lambda answers on the way from the one to the other's end."""

import base64
import hashlib
import io
import json
from typing import Any

from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber

from layerlift.adapters.canary_functions import MADE_TAG, PLANE_TAG
from layerlift.adapters.consumer_clones import CloneFunction
from layerlift.adapters.lambda_consumer_canaries import LambdaConsumerCanaries
from layerlift.domain.gates.consumers import Consumer
from layerlift.domain.names import LayerName
from layerlift.domain.targets import Target
from layerlift.ports.aws import CanaryReading
from layerlift.ports.consumers import Clone, ConsumerVersion

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
