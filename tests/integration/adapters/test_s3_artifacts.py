"""Artifacts in S3: one version of one object, wherever it goes."""

from io import BytesIO
from typing import Any

import pytest

from layerlift.adapters.clients import AwsClients
from layerlift.adapters.s3_artifacts import S3Artifacts, S3Object
from layerlift.domain.errors import AccessRefused, Fault, Unavailable
from layerlift.domain.release import Artifact
from layerlift.domain.targets import Target

BUCKET, KEY = "artifacts", "incoming/http-client/1.0.0.zip"
VIRGINIA = Target(account="123456789012", region="us-east-1")


@pytest.fixture
def s3(aws: AwsClients) -> Any:
    client = aws.client("s3")
    client.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return client


def drop(s3: Any, content: bytes) -> str:
    return str(s3.put_object(Bucket=BUCKET, Key=KEY, Body=content)["VersionId"])


def read(found: Any) -> bytes:
    return b"".join(found.stream())


def test_the_version_that_is_asked_for_is_found(aws: AwsClients, s3: Any) -> None:
    first, second = drop(s3, b"one"), drop(s3, b"second")
    for version, content in ((first, b"one"), (second, b"second"), (None, b"second")):
        found = S3Artifacts(aws).find(BUCKET, KEY, version)
        assert found is not None
        assert (found.size, read(found)) == (len(content), content)
        assert found.artifact.version_id == (version or second)


def test_what_was_found_is_what_is_read_whatever_is_dropped_meanwhile(
    aws: AwsClients, s3: Any
) -> None:
    drop(s3, b"one")
    found = S3Artifacts(aws).find(BUCKET, KEY, None)
    drop(s3, b"second")
    assert found is not None
    assert read(found) == b"one"


LARGE = bytes(range(256)) * 40_000
"""Too large to be held in memory."""


@pytest.mark.parametrize("content", [b"0123456789", LARGE], ids=["held", "streamed"])
def test_a_part_is_read_from_where_it_is_asked(aws: AwsClients, s3: Any, content: bytes) -> None:
    drop(s3, content)
    found = S3Artifacts(aws).find(BUCKET, KEY, None)
    assert found is not None
    for offset, length in ((4, 2), (0, 2), (len(content) - 3, 3), (1, 0)):
        assert found.read_at(offset, length) == content[offset : offset + length]
    assert read(found) == content


def test_a_part_of_a_large_object_costs_only_its_bytes(stubbed: Any) -> None:
    clients, stubber = stubbed("s3")
    artifact = Artifact(bucket=BUCKET, key=KEY, version_id="v1")
    stubber.add_response(
        "get_object",
        {"Body": BytesIO(LARGE[100:110]), "ContentRange": f"bytes 100-109/{len(LARGE)}"},
        {"Bucket": BUCKET, "Key": KEY, "VersionId": "v1", "Range": "bytes=100-109"},
    )
    found = S3Object(clients.client("s3"), artifact, len(LARGE))
    assert found.read_at(100, 10) == LARGE[100:110]


def test_a_server_that_ignores_the_range_is_read_up_to_the_part(stubbed: Any) -> None:
    clients, stubber = stubbed("s3")
    artifact = Artifact(bucket=BUCKET, key=KEY, version_id="v1")
    stubber.add_response("get_object", {"Body": BytesIO(LARGE)})
    found = S3Object(clients.client("s3"), artifact, len(LARGE))
    assert found.read_at(3_000_001, 10) == LARGE[3_000_001:3_000_011]


def test_a_report_that_was_removed_is_none(aws: AwsClients, s3: Any) -> None:
    artifacts = S3Artifacts(aws)
    artifacts.put_report(BUCKET, "reports/a.json", "{}")
    assert artifacts.find_report(BUCKET, "reports/a.json") == "{}"
    assert artifacts.find_report(BUCKET, "reports/b.json") is None


def test_what_is_not_there_is_none(aws: AwsClients, s3: Any) -> None:
    version = drop(s3, b"one")
    artifacts = S3Artifacts(aws)
    assert artifacts.find(BUCKET, "incoming/nothing.zip", None) is None
    assert artifacts.find(BUCKET, "incoming/nothing.zip", version) is None
    s3.delete_object(Bucket=BUCKET, Key=KEY, VersionId=version)
    assert artifacts.find(BUCKET, KEY, version) is None


def test_a_delete_marker_is_no_object(aws: AwsClients, s3: Any) -> None:
    version = drop(s3, b"one")
    marker = s3.delete_object(Bucket=BUCKET, Key=KEY)["VersionId"]
    artifacts = S3Artifacts(aws)
    assert artifacts.find(BUCKET, KEY, None) is None
    assert artifacts.find(BUCKET, KEY, marker) is None
    assert artifacts.find(BUCKET, KEY, version) is not None


@pytest.mark.parametrize(
    ("code", "status", "found"),
    [("404", 404, None), ("405", 405, None), ("NoSuchVersion", 404, None)],
)
def test_every_way_s3_says_gone_is_none(stubbed: Any, code: str, status: int, found: None) -> None:
    clients, stubber = stubbed("s3")
    stubber.add_client_error("head_object", code, http_status_code=status)
    assert S3Artifacts(clients).find(BUCKET, KEY, "v1") is found


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [("AccessDenied", 403, AccessRefused), ("SlowDown", 503, Unavailable), ("400", 400, Fault)],
)
def test_what_s3_refuses_is_not_taken_for_gone(
    stubbed: Any, code: str, status: int, error: type[Fault]
) -> None:
    clients, stubber = stubbed("s3")
    stubber.add_client_error("head_object", code, http_status_code=status)
    with pytest.raises(Fault) as caught:
        S3Artifacts(clients).find(BUCKET, KEY, "v1")
    assert type(caught.value) is error


def test_head_objects_bare_403_is_a_missing_permission(stubbed: Any) -> None:
    # HeadObject has no body, so the code is the bare status.
    clients, stubber = stubbed("s3")
    stubber.add_client_error("head_object", "403", http_status_code=403)
    with pytest.raises(AccessRefused):
        S3Artifacts(clients).find(BUCKET, KEY, None)


def test_a_report_comes_back_as_it_was_kept(aws: AwsClients, s3: Any) -> None:
    artifacts = S3Artifacts(aws)
    artifacts.put_report(BUCKET, "reports/a.json", '{"größe": 1}')
    assert artifacts.get_report(BUCKET, "reports/a.json") == '{"größe": 1}'


def test_a_copy_is_that_version_in_the_targets_region(aws: AwsClients, s3: Any) -> None:
    version = drop(s3, b"one")
    drop(s3, b"two")
    there = aws.client("s3", VIRGINIA)
    there.create_bucket(Bucket="layers-us-east-1")
    artifact = Artifact(bucket=BUCKET, key=KEY, version_id=version)
    artifacts = S3Artifacts(aws)
    for _ in range(2):
        artifacts.copy(artifact, 3, VIRGINIA, "layers-us-east-1", "http-client/ab.zip")
    got = there.get_object(Bucket="layers-us-east-1", Key="http-client/ab.zip")
    assert got["Body"].read() == b"one"


def test_a_copy_that_is_there_is_not_made_again(stubbed: Any) -> None:
    clients, stubber = stubbed("s3")
    stubber.add_response("head_object", {"ContentLength": 3})
    artifact = Artifact(bucket=BUCKET, key=KEY, version_id="v1")
    S3Artifacts(clients).copy(artifact, 3, VIRGINIA, "b", "k")
    assert clients.asked == [{"service": "s3", "target": VIRGINIA, "asks_once": False}]


def test_a_copy_of_another_size_is_made_anew(stubbed: Any) -> None:
    clients, stubber = stubbed("s3")
    stubber.add_response("head_object", {"ContentLength": 2})
    stubber.add_response(
        "copy_object",
        {},
        {
            "Bucket": "b",
            "Key": "k",
            "CopySource": {"Bucket": BUCKET, "Key": KEY, "VersionId": "v1"},
            "TaggingDirective": "REPLACE",
        },
    )
    artifact = Artifact(bucket=BUCKET, key=KEY, version_id="v1")
    S3Artifacts(clients).copy(artifact, 3, VIRGINIA, "b", "k")


@pytest.mark.parametrize(
    ("tags", "requester"),
    [({"Tagging": "layerlift-requester=AROA1%3Aada&team=web"}, "AROA1:ada"), ({}, None)],
)
def test_a_drop_says_who_it_is_by_if_it_is_tagged(
    aws: AwsClients, s3: Any, tags: dict[str, str], requester: str | None
) -> None:
    version = s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"zip", **tags)["VersionId"]
    drop(s3, b"somebody else's")
    artifact = Artifact(bucket=BUCKET, key=KEY, version_id=version)
    assert S3Artifacts(aws).requester(artifact) == requester
