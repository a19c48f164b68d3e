"""A canary of one layer version, and Lambda's answers around its invocations."""

import base64
import hashlib
import io
import json
from typing import Any

from botocore.response import StreamingBody
from botocore.stub import Stubber

from layerlift.adapters.canary_functions import CanaryFunction, _code
from layerlift.adapters.lambda_canaries import LambdaCanaries
from layerlift.domain.targets import Target
from layerlift.ports.aws import CanaryPlan, CanaryReading, Invocation, Probe

TARGET = Target(account="123456789012", region="us-east-1")
LAYER_ARN = "arn:aws:lambda:us-east-1:123456789012:layer:http-client-dev:7"
ROLE = "arn:aws:iam::123456789012:role/layerlift-canary-us-east-1"
LOGS = "/layerlift/layerlift/canaries"
PLAN = CanaryPlan(Probe.PYTHON, "python3.13", "arm64", {"modules": []}, cold=1, warm=0, seconds=30)
FUNCTION = CanaryFunction("layerlift", LAYER_ARN, ROLE, LOGS, PLAN)
NAME = FUNCTION.name
GOOD = {
    "cold": True,
    "startup_ms": 200,
    "duration_ms": 210,
    "exercised": {"modules": 1},
    "failures": [],
    "not_exercised": [],
    "answer": None,
}
SAME = {
    "State": "Active",
    "Role": ROLE,
    "Runtime": PLAN.runtime,
    "Handler": "canary_probe.handler",
    "Layers": [{"Arn": LAYER_ARN, "CodeSize": 1}],
    "CodeSha256": base64.b64encode(hashlib.sha256(_code(PLAN.probe)).digest()).decode(),
}
READ = Invocation(is_cold=True, startup_ms=200, duration_ms=210, exercised={"modules": 1})


def run(clients: Any, plan: CanaryPlan = PLAN) -> CanaryReading:
    (reading,) = LambdaCanaries(clients, "layerlift", "aws").run(TARGET, LAYER_ARN, (plan,))
    return reading


def active(stubber: Stubber) -> None:
    stubber.add_response(
        "get_function", {"Configuration": {"State": "Active"}}, {"FunctionName": NAME}
    )


def answers(stubber: Stubber, body: Any, **more: Any) -> None:
    text = json.dumps(body).encode()
    payload = StreamingBody(io.BytesIO(text), len(text))
    expected = {"FunctionName": NAME, "Payload": json.dumps(PLAN.event).encode()}
    stubber.add_response("invoke", {"StatusCode": 200, "Payload": payload} | more, expected)


def made(stubbed: Any) -> tuple[Any, Stubber]:
    clients, stubber = stubbed("lambda")
    stubber.add_response("create_function", {"State": "Pending"})
    active(stubber)
    return clients, stubber


def removed(stubber: Stubber) -> None:
    stubber.add_response("delete_function", {}, {"FunctionName": NAME})
