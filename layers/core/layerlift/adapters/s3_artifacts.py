"""Artifacts and reports in S3, streamed from it and copied between regions by S3 itself."""

from collections.abc import Iterator
from typing import Any

from layerlift.adapters.clients import AwsClients, aws_errors, error_code, translate
from layerlift.domain.release import Artifact
from layerlift.domain.targets import Target
from layerlift.ports.aws import REQUESTER_TAG, DroppedObject

_GONE = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NotFound", "405", "MethodNotAllowed"})
"""HeadObject has no body, so its errors are bare statuses; 405 is a delete marker's answer.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html"""


_CHUNK = 1024 * 1024
_HELD_BYTES = 4 * 1024 * 1024
"""An object up to this size is read by one request and held in memory."""


class S3Object:
    """One version of one object; what is read is always the version that was found."""

    def __init__(self, s3: Any, artifact: Artifact, size: int) -> None:
        self._s3 = s3
        self._held: bytes | None = None
        self.artifact = artifact
        self.size = size

    def read_at(self, offset: int, length: int) -> bytes:
        if length == 0:
            return b""
        if self.size <= _HELD_BYTES:
            return self._whole()[offset : offset + length]
        with aws_errors(f"reading {self.artifact.key}"):
            answer = self._s3.get_object(
                Range=f"bytes={offset}-{offset + length - 1}", **_object(self.artifact)
            )
            # A server may answer with the whole instead (RFC 9110, section 14.2).
            surplus = 0 if "ContentRange" in answer else offset
            return self._read(answer["Body"], surplus, length)

    def stream(self) -> Iterator[bytes]:
        if self.size <= _HELD_BYTES:
            yield self._whole()
            return
        with aws_errors(f"reading {self.artifact.key}"):
            body = self._s3.get_object(**_object(self.artifact))["Body"]
            yield from body.iter_chunks(_CHUNK)

    def _whole(self) -> bytes:
        if self._held is None:
            with aws_errors(f"reading {self.artifact.key}"):
                self._held = self._s3.get_object(**_object(self.artifact))["Body"].read()
        return self._held

    @staticmethod
    def _read(body: Any, surplus: int, length: int) -> bytes:
        try:
            while surplus and (passed := body.read(min(surplus, _CHUNK))):
                surplus -= len(passed)
            return bytes(body.read(length))
        finally:
            body.close()


class S3Artifacts:
    """The :class:`~layerlift.ports.aws.Artifacts` of an AWS account."""

    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients

    def find(self, bucket: str, key: str, version_id: str | None) -> DroppedObject | None:
        from botocore.exceptions import ClientError

        s3 = self._clients.client("s3")
        pinned = {} if version_id is None else {"VersionId": version_id}
        try:
            with aws_errors(f"looking at {key}"):
                head = s3.head_object(Bucket=bucket, Key=key, **pinned)
        except Exception as problem:
            cause = problem.__cause__
            if isinstance(cause, ClientError) and error_code(cause) in _GONE:
                return None
            raise
        found = Artifact(bucket=bucket, key=key, version_id=head.get("VersionId") or "null")
        return S3Object(s3, found, int(head["ContentLength"]))

    def requester(self, artifact: Artifact) -> str | None:
        with aws_errors(f"reading the tags of {artifact.key}"):
            answer = self._clients.client("s3").get_object_tagging(**_object(artifact))
        tags = {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}
        return tags.get(REQUESTER_TAG)

    def put_report(self, bucket: str, key: str, report: str) -> None:
        with aws_errors(f"keeping the report {key}"):
            self._clients.client("s3").put_object(
                Bucket=bucket, Key=key, Body=report.encode(), ContentType="application/json"
            )

    def get_report(self, bucket: str, key: str) -> str:
        with aws_errors(f"reading the report {key}"):
            body: bytes = (
                self._clients.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
            )
        return body.decode()

    def find_report(self, bucket: str, key: str) -> str | None:
        found = self.find(bucket, key, None)
        return None if found is None else b"".join(found.stream()).decode()

    def copy(self, artifact: Artifact, size: int, target: Target, bucket: str, key: str) -> None:
        # Asked of the region the object goes to: S3 fetches it from the other region by itself.
        s3 = self._clients.client("s3", target)
        if self._size(s3, bucket, key) == size:
            return
        with aws_errors(f"copying {artifact.key} to {target}"):
            # Tags of the drop stay behind: copying them would take further permissions.
            s3.copy_object(
                Bucket=bucket, Key=key, CopySource=_object(artifact), TaggingDirective="REPLACE"
            )

    def _size(self, s3: Any, bucket: str, key: str) -> int | None:
        """Return the size of an object, None if it is not there.

        The size is no proof of the bytes; the published version's CodeSha256 is, and is checked.
        """
        from botocore.exceptions import ClientError

        try:
            return int(s3.head_object(Bucket=bucket, Key=key)["ContentLength"])
        except ClientError as problem:
            if error_code(problem) in _GONE:
                return None
            raise translate(problem, f"looking at {key} in {bucket}") from problem


def _object(artifact: Artifact) -> dict[str, str]:
    return {
        "Bucket": artifact.bucket,
        "Key": artifact.key,
        "VersionId": artifact.version_id,
    }
