"""Garbage in the bucket makes no noise beyond one clear rejection."""

from __future__ import annotations

import time

import pytest

from tests.corpus.elves import elf_file
from tests.corpus.zips import zip_of
from tests.e2e.application import Application, python_layer

GARBAGE = {
    "an empty object": ("incoming/empty/1.0.0.zip", b"", "has no bytes"),
    "a text file": ("incoming/text/1.0.0.zip", b"hello, layer\n", "is not a zip"),
    "half a zip": ("incoming/half/1.0.0.zip", python_layer({"m.py": "X=1"})[:60], "cut off"),
    "no version": ("incoming/no-version.zip", python_layer({"m.py": "X=1"}), "semantic version"),
    "no semantic version": (
        "incoming/l/one.zip",
        python_layer({"m.py": "X=1"}),
        "'one' is not a semantic version",
    ),
    "a key outside": ("dropped-here.zip", python_layer({"m.py": "X=1"}), "fits neither"),
    "another ending": ("incoming/readme.txt", b"hello", "fits neither"),
    "a folder": ("incoming/", b"", "fits neither"),
    "odd characters": ("incoming/l<b>/1.0.0 ü.zip", b"x", "not a layer name"),
    "packages at the root": (
        "incoming/root/1.0.0.zip",
        python_layer({"requests/__init__.py": ""}, prefix=""),
        "python/requests/__init__.py",
    ),
    "code for two machines": (
        "incoming/mixed/1.0.0.zip",
        zip_of(
            ("python/a.cpython-313-x86_64-linux-gnu.so", elf_file(machine="x86_64")),
            ("python/b.cpython-313-aarch64-linux-gnu.so", elf_file(machine="arm64")),
        ),
        "is built for x86_64 only",
    ),
    "a secret": (
        "incoming/secret/1.0.0.zip",
        python_layer({"shop/.env": "PASSWORD=x"}),
        "python/shop/.env holds the settings of one deployment",
    ),
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_rejected_once_with_the_reason(application: Application, name: str) -> None:
    key, content, reason = GARBAGE[name]
    failed = application.executions("FAILED")
    answer = application.answer(application.drop(key, content))
    assert answer.outcome == "rejected"
    assert reason in answer.reason
    assert application.executions("FAILED") == failed


def test_a_delete_marker_starts_nothing(application: Application) -> None:
    key = "incoming/deleted/1.0.0.zip"
    application.answer(application.drop(key, b"not a zip"))
    before = _all_executions(application)
    application.session.client("s3").delete_object(
        Bucket=application.plane.artifact_bucket, Key=key
    )
    time.sleep(2)
    assert _all_executions(application) == before


def test_an_object_that_is_gone_when_it_is_looked_at_is_rejected(application: Application) -> None:
    key = "incoming/gone/1.0.0.zip"
    artifact = application.drop(key, b"not a zip")
    application.answer(artifact)
    application.session.client("s3").delete_object(
        Bucket=application.plane.artifact_bucket, Key=key
    )
    late = application.start(artifact)
    assert late["status"] == "SUCCEEDED"
    assert "no longer there" in late["output"]


def test_nothing_is_left_undelivered(application: Application) -> None:
    sqs = application.session.client("sqs")
    attributes = sqs.get_queue_attributes(
        QueueUrl=application.outputs["DeadLetterQueueUrl"],
        AttributeNames=["ApproximateNumberOfMessages"],
    )["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "0"


def _all_executions(application: Application) -> set[str]:
    return {
        arn
        for status in ("RUNNING", "SUCCEEDED", "FAILED")
        for arn in application.executions(status)
    }
