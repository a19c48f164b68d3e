"""Canaries try what a layer brings, and say what they could not; nothing of them stays behind."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import Any

from layerlift.adapters.canary_functions import MADE_TAG, PLANE_TAG
from layerlift.domain.policy import Policy
from layerlift.releasing.status import ReleaseStatus, TargetStatus
from tests.e2e.application import DEV_ONLY, STACK, Application, python_layer

STRICT_ABOUT_TIME = Policy.model_validate(
    {
        "version": 1,
        "stages": [
            {
                "name": "dev",
                "waves": [["eu-central-1"]],
                "canary": {"warm": 3, "slower_percent": 50, "slower_floor_ms": 1500},
            }
        ],
    }
)
CHECKED = """
canary:
  handler: shop.self_check
  payload: {n: 20}
  expect: {sum: 41}
"""
SHOP = "def self_check(payload, context):\n    return {'sum': payload['n'] + 21, 'more': 1}\n"


def layer_of(files: dict[str, str], executable: tuple[str, ...] = ()) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = (0o755 if name in executable else 0o644) << 16
            archive.writestr(entry, text)
    return buffer.getvalue()


def node_layer(entry: str) -> bytes:
    about = json.dumps({"name": "greeting", "version": "1.0.0", "main": "index.js"})
    return layer_of(
        {
            "nodejs/node_modules/greeting/package.json": about,
            "nodejs/node_modules/greeting/index.js": entry,
        }
    )


def dev_target(status: ReleaseStatus) -> TargetStatus:
    return status.stages[0].targets[0]


def canary_functions(application: Application, region: str = "eu-central-1") -> list[str]:
    client = application.session.client("lambda", region_name=region)
    listed = client.list_functions()["Functions"]
    names = [function["FunctionName"] for function in listed]
    return [name for name in names if name.startswith(f"{STACK}-canary-")]


def test_a_release_that_starts_slower_than_the_live_one_goes_no_further(
    application: Application,
) -> None:
    with application.policy(STRICT_ABOUT_TIME):
        quick = application.released("slow", "1.0.0", python_layer({"slow.py": "X = 1\n"}))
        dragging = python_layer({"slow.py": "import time\ntime.sleep(2.5)\n"})
        slow = application.released("slow", "1.1.0", dragging)
        said = application.command("status", "slow", "--json")
    assert (quick.state, slow.state) == ("succeeded", "failed"), slow.reason
    assert "Start-up on python3.13" in slow.reason
    assert "in 1.0.0, which is live" in slow.reason
    pointer = application.pointer("slow", "dev", "eu-central-1")
    assert pointer is not None
    assert pointer.version == "1.0.0"
    newest, _ = json.loads(said.stdout)["releases"]
    (numbers,) = newest["stages"][0]["targets"][0]["canary"]["variants"]
    assert numbers["startup"]["median_ms"] >= 2500
    assert (numbers["startup"]["samples"], numbers["warm"]["samples"]) == (1, 3)
    assert canary_functions(application) == []


def test_a_layer_for_node_is_required(application: Application) -> None:
    with application.policy(DEV_ONLY):
        good = application.released("greeting", "1.0.0", node_layer("module.exports = 'hello';"))
        bad = application.released("greeting", "2.0.0", node_layer("require('left-pad');"))
    assert good.state == "succeeded", good.reason
    canary = dev_target(good).canary
    assert canary is not None
    assert canary.reason.startswith("Required 1 package on nodejs22.x")
    assert bad.state == "failed"
    assert "greeting: Error: Cannot find module 'left-pad'" in bad.reason


def test_the_layers_own_check_is_called_and_its_answer_read(application: Application) -> None:
    files = {"layerlift.yaml": CHECKED, "python/shop.py": SHOP}
    with application.policy(DEV_ONLY):
        good = application.released("shop", "1.0.0", layer_of(files))
        wrong = {**files, "python/shop.py": SHOP.replace("21", "22")}
        bad = application.released("shop", "1.0.1", layer_of(wrong))
    assert good.state == "succeeded", good.reason
    canary = dev_target(good).canary
    assert canary is not None
    assert "got the expected answer of 1 check" in canary.reason
    assert bad.state == "failed"
    assert '{"sum": 42, "more": 1}, and not {"sum": 41}' in bad.reason


def test_what_an_environment_cannot_exercise_is_reported_so(application: Application) -> None:
    runtime = layer_of({"bootstrap": "#!/bin/sh\nexit 1\n"}, ("bootstrap",))
    with application.policy(DEV_ONLY):
        status = application.released("runtime", "1.0.0", runtime)
    assert status.state == "succeeded", status.reason
    canary = dev_target(status).canary
    assert canary is not None
    assert "Not exercised: " in canary.reason
    assert "the custom runtime: none is taken from a layer here" in canary.reason
    assert "imported" not in canary.reason.lower()


def test_what_a_killed_run_left_behind_is_swept(application: Application) -> None:
    region = "us-west-2"
    old, new = (f"{STACK}-canary-{age}" for age in ("left-behind", "at-work"))
    _leave_behind(application, region, old, hours=2)
    _leave_behind(application, region, new, hours=0)
    said = application.invoke("Sweep", {})
    assert said["outcome"] == "swept", said
    assert old in said["reason"]
    assert canary_functions(application, region) == [new]
    application.session.client("lambda", region_name=region).delete_function(FunctionName=new)


def _leave_behind(application: Application, region: str, name: str, hours: int) -> None:
    made = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() - hours * 3600))
    settings: dict[str, Any] = {
        "FunctionName": name,
        "Role": f"arn:aws:iam::000000000000:role/{STACK}-canary-{region}",
        "Runtime": "python3.13",
        "Handler": "x.handler",
        "Code": {"ZipFile": layer_of({"x.py": "def handler(e, c): pass\n"})},
        "Tags": {PLANE_TAG: STACK, MADE_TAG: made},
    }
    application.session.client("lambda", region_name=region).create_function(**settings)
