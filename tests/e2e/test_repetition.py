"""Every event can come twice, and every call can be made twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from layerlift.domain.release import ReleaseRef
from layerlift.releasing.records import digest_key, layer_partition
from tests.e2e.application import DEV_ONLY, Application, python_layer

BYTES = python_layer({"repeated.py": "X = 1\n"})


def test_the_same_bytes_dropped_again_do_nothing_and_say_so(application: Application) -> None:
    with application.policy(DEV_ONLY):
        application.released("repeated", "1.0.0", BYTES)
        again = application.answer(application.drop("incoming/repeated/1.0.0.zip", BYTES))
    assert again.outcome == "unchanged"
    assert "nothing was done" in again.reason
    assert application.versions("repeated-dev", "eu-central-1") == [1]


def test_an_event_delivered_twice_does_nothing(application: Application) -> None:
    with application.policy(DEV_ONLY):
        artifact = application.drop("incoming/delivered-twice/1.0.0.zip", BYTES)
        application.answer(artifact)
        application.wait_for_end("delivered-twice", "1.0.0")
        second = application.start(artifact)
    assert second["status"] == "SUCCEEDED"
    assert '"unchanged"' in second["output"]
    assert application.versions("delivered-twice-dev", "eu-central-1") == [1]


def test_the_same_version_with_other_bytes_is_refused(application: Application) -> None:
    other = python_layer({"repeated.py": "X = 2\n"})
    with application.policy(DEV_ONLY):
        first = application.released("refused", "1.0.0", BYTES)
        answer = application.answer(application.drop("incoming/refused/1.0.0.zip", other))
    assert answer.outcome == "rejected"
    assert "already released with other bytes" in answer.reason
    assert application.release("refused", "1.0.0") == first


def test_the_same_bytes_under_another_version_are_refused(application: Application) -> None:
    with application.policy(DEV_ONLY):
        application.released("renamed", "1.0.0", BYTES)
        answer = application.answer(application.drop("incoming/renamed/1.0.1.zip", BYTES))
    assert answer.outcome == "rejected"
    assert "already released as renamed 1.0.0" in answer.reason
    assert application.release("renamed", "1.0.1").state == "rejected"


def test_publishers_that_overlap_publish_once(application: Application) -> None:
    with application.policy(DEV_ONLY):
        status = application.released("overlapping", "1.0.0", BYTES)
    # The registry forgets that it has published, as if every publisher had died before saying so.
    table = application.session.client("dynamodb")
    name = application.outputs["RegistryTableName"]
    target = status.stages[0].targets[0]
    key = {
        "pk": {"S": f"PUBLISH#overlapping-dev#{target.account}#{target.region}"},
        "sk": {"S": str(status.digest)},
    }
    table.delete_item(TableName=name, Key=key)
    digest = application.registry.get(digest_key("overlapping", status.digest))  # type: ignore[arg-type]
    assert digest is not None, layer_partition("overlapping")  # type: ignore[arg-type]
    ref = ReleaseRef(layer="overlapping", version="1.0.0", digest=str(status.digest), attempt=1)  # type: ignore[arg-type]
    payload = {
        "release": ref.model_dump(mode="json"),
        "stage": "dev",
        "target": {"account": target.account, "region": target.region},
    }
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: application.invoke("Publish", payload), range(6)))
    assert {answer["outcome"] for answer in answers} <= {"published", "unavailable"}
    assert application.versions("overlapping-dev", "eu-central-1") == [1]
