"""What the emulator's functions start with: nothing that they do not use, and all they need."""

import json
import subprocess
from pathlib import Path

import pytest

from layerlift_cli.local.checkout import this_checkout
from layerlift_cli.local.launch import COUNTS_DEPTH, starting_light

PYTHON = this_checkout().emulator_python

FUNCTION = """
import os, sys

def handler(event, context):
    if event == "is botocore here":
        return "botocore" in sys.modules
    import botocore.handlers
    os.environ["_MINISTACK_INVOKE_DEPTH"] = "3"
    request = {"headers": {}}
    name, stamp = botocore.handlers.BUILTIN_HANDLERS[-1]
    stamp(request)
    return request["headers"]
"""


@pytest.fixture(scope="module")
def worker() -> str:
    """The program that the installed emulator gives a Python function's process."""
    show = "from ministack.core import lambda_runtime as it; print(it._PYTHON_WORKER_SCRIPT)"
    shown = subprocess.run([PYTHON, "-c", show], capture_output=True, text=True, check=True)
    return shown.stdout


def invoked(program: str, event: str, place: Path) -> object:
    (place / "handler.py").write_text(FUNCTION)
    (place / "worker.py").write_text(program)
    start = {"code_dir": str(place), "module": "handler", "handler": "handler"}
    said = subprocess.run(
        [PYTHON, place / "worker.py"],
        input=f"{json.dumps(start)}\n{json.dumps({'event': event})}\n",
        capture_output=True,
        text=True,
        check=True,
    )
    ready, answer = map(json.loads, said.stdout.splitlines())
    assert ready["status"] == "ready"
    return answer["result"]


def test_the_emulator_still_begins_to_count_in_one_place(worker: str) -> None:
    assert worker.count(COUNTS_DEPTH) == 1


def test_a_function_without_botocore_starts_without_it(worker: str, tmp_path: Path) -> None:
    assert invoked(worker, "is botocore here", tmp_path) is True
    assert invoked(starting_light(worker), "is botocore here", tmp_path) is False


def test_how_deep_functions_call_each_other_is_counted_as_before(
    worker: str, tmp_path: Path
) -> None:
    counted = invoked(worker, "call", tmp_path)
    assert counted == {"X-Ministack-Invoke-Depth": "3"}
    assert invoked(starting_light(worker), "call", tmp_path) == counted
