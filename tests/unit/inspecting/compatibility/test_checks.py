"""The check that a manifest asks of the canary is read, and held against the layer."""

import json

import pytest

from layerlift.domain.release import Artifact
from layerlift.domain.report import LayerCheck, LayerFile, Module, Package, Report
from layerlift.inspecting.compatibility.checks import check_canary
from layerlift.inspecting.compatibility.manifest import read_manifest
from layerlift.inspecting.inspection import inspect_zip
from tests.corpus.zips import zip_of
from tests.fakes.artifacts import MemoryObject
from tests.fakes.world import BUCKET

FULL = """
canary:
  handler: shop.health.check
  payload: {n: 3, text: "3", flags: [true, null, 1.5], word: no}
  expect: {ok: true}
  timeout: 20s
  run: ["bin/tool --version", "bin/tool 'two words'"]
"""


def test_a_check_is_read_with_its_payload_as_json() -> None:
    content, findings = read_manifest(FULL.encode())
    assert findings == ()
    assert content.check is not None
    assert json.loads(content.check.payload) == {
        "n": 3,
        "text": "3",
        "flags": [True, None, 1.5],
        "word": "no",
    }
    assert content.check == LayerCheck(
        handler="shop.health.check",
        payload=content.check.payload,
        expect='{"ok": true}',
        seconds=20,
        commands=(("bin/tool", "--version"), ("bin/tool", "two words")),
    )


def test_a_check_stands_beside_what_the_manifest_declares() -> None:
    content, findings = read_manifest(b"runtimes: [python3.13]\ncanary: {handler: a.b}\n")
    assert findings == ()
    assert content.declared.runtimes == ("python3.13",)
    assert content.check == LayerCheck(handler="a.b")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("canary: {}", "line 1: 'canary' has neither a handler nor commands to run"),
        (
            "canary:\n  run: [a]\n  expect: 1\n",
            "line 1: 'canary' has a payload or an expectation, but no handler",
        ),
        ("canary:\n  handler: a.b\n  timeout: 2m\n", "line 3: is longer than a canary may take"),
        ("canary:\n  handler: a.b\n  timeout: soon\n", "line 3: 'soon' is not a duration"),
        ("canary:\n  run: ['']\n", "line 2: is an empty command"),
        ('canary:\n  run: ["a \'b"]\n', "line 2: is no command: No closing quotation"),
        ("canary:\n  handlers: a.b\n", "unknown key 'canary.handlers'"),
        ("canary: [a]\n", "line 1: it is no mapping"),
        ("canary:\n  handler: nothing\n", "line 2: "),
    ],
)
def test_what_a_check_cannot_say_is_named_with_its_line(text: str, message: str) -> None:
    content, findings = read_manifest(text.encode())
    assert content.check is None
    assert {found.code for found in findings} == {"manifest-invalid"}
    assert any(message in found.message for found in findings), findings


MODULES = (Module(name="shop", path="python/shop/__init__.py"),)
PACKAGES = (
    Package(name="@shop/health", ecosystem="npm", path="nodejs/node_modules/x/package.json"),
    Package(name="flask", ecosystem="pypi", path="python/flask.dist-info/METADATA"),
)
TOOL = LayerFile(path="bin/tool", size=1, is_executable=True)


@pytest.mark.parametrize(
    ("handler", "is_there"),
    [
        ("shop.check", True),
        ("shop.health.check", True),
        ("shopping.check", False),
        ("@shop/health.check", True),
        ("@shop/health/lib/x.check", True),
        ("@shop/other.check", False),
        ("flask.check", False),
    ],
)
def test_a_handler_has_to_be_in_the_layer(handler: str, is_there: bool) -> None:
    found = list(check_canary(LayerCheck(handler=handler), MODULES, PACKAGES, ()))
    assert [each.code for each in found] == ([] if is_there else ["canary-handler-missing"])


@pytest.mark.parametrize(("command", "is_there"), [("bin/tool", True), ("bin/other", False)])
def test_a_command_has_to_be_in_the_layer(command: str, is_there: bool) -> None:
    check = LayerCheck(commands=((command, "--version"),))
    found = list(check_canary(check, MODULES, PACKAGES, (TOOL,)))
    assert [each.code for each in found] == ([] if is_there else ["canary-command-missing"])


def inspected(*files: tuple[str, bytes]) -> Report:
    artifact = Artifact(bucket=BUCKET, key="incoming/shop/1.0.0.zip", version_id="v1")
    return inspect_zip(MemoryObject(artifact, zip_of(*files)))


def test_the_report_carries_the_check_and_what_a_canary_looks_for() -> None:
    report = inspected(
        ("layerlift.yaml", b"canary: {handler: shop.check}"),
        ("python/shop.py", b""),
        ("data/model.bin", b"four"),
    )
    assert report.accepted, report.findings
    assert report.check == LayerCheck(handler="shop.check")
    assert [(file.path, file.size) for file in report.files] == [("data/model.bin", 4)]


def test_a_zip_whose_check_is_not_in_it_is_rejected() -> None:
    report = inspected(
        ("layerlift.yaml", b"canary: {handler: shop.check}"), ("python/shopping.py", b"")
    )
    assert not report.accepted
    assert "The canary's handler 'shop.check' is not in the layer" in report.reason
