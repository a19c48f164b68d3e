"""The accounts, places, people and policies that tests speak of."""

import hashlib

from layerlift.domain.names import parse_layer_name, parse_stage_name
from layerlift.domain.policy import Policy
from layerlift.domain.report import Module, Report
from layerlift.domain.targets import Target
from layerlift.releasing.identification import ControlPlaneName
from tests.fakes.approvals import person

ACCOUNT = "111122223333"
BUCKET = "artifacts"
CONTROL_PLANE = "layerlift"
PLANE = ControlPlaneName(ACCOUNT, CONTROL_PLANE)
ADA, BOB = person("ada"), person("bob")
LAYER = parse_layer_name("http-client")
DEV, PROD = parse_stage_name("dev"), parse_stage_name("prod")
FRANKFURT = Target(account=ACCOUNT, region="eu-central-1")
VIRGINIA = Target(account=ACCOUNT, region="us-east-1")
DUBLIN = Target(account=ACCOUNT, region="eu-west-1")

POLICY = Policy.model_validate(
    {
        "version": 1,
        "stages": [
            {"name": "dev", "waves": [["eu-central-1"]]},
            {
                "name": "prod",
                "approvals": {"required": 1, "expires": "2h"},
                "alarms": {"names": ["errors"], "prefixes": ["http-client-"]},
                "waves": [["eu-central-1", "us-east-1"], ["eu-west-1"]],
            },
        ],
    }
)

CONSUMER = "222222222222"
READER = f"arn:aws:iam::{CONSUMER}:role/layerlift-reader"
GRANTING = Policy.model_validate(
    {
        "version": 1,
        "stages": [
            {
                "name": "dev",
                "waves": [["eu-central-1"]],
                "grants": {"accounts": [CONSUMER], "reader": READER},
            }
        ],
    }
)


def execution(name: str, machine: str = "release") -> str:
    return f"arn:aws:states:eu-central-1:{ACCOUNT}:execution:{CONTROL_PLANE}-{machine}:{name}"


def report_of(content: bytes, version: str = "1.0.0") -> Report:
    return Report(
        accepted=True,
        layer=LAYER,
        version=version,
        sha256=hashlib.sha256(content).hexdigest(),
        code_sha256=None,
        size=len(content),
        unzipped_size=len(content),
        entries=1,
        modules=(Module(name="httpx", path="python/httpx/__init__.py"),),
    )
