"""A consumer's eye: another account's role, taken on in the target's region for one look."""

import json
from typing import Any

import pytest

from layerlift.adapters import clients as clients_module
from layerlift.adapters.assumed_readers import AssumedReaders
from layerlift.adapters.clients import AwsClients
from layerlift.domain.errors import AccessRefused
from layerlift.domain.targets import Target

TARGET = Target(account="123456789012", region="us-east-1")
ARN = "arn:aws:lambda:us-east-1:123456789012:layer:http-client-dev:7"
READER = "arn:aws:iam::222222222222:role/layerlift-reader"
READS_IT = {"Effect": "Allow", "Action": "lambda:GetLayerVersion", "Resource": ARN}


class Seen(AwsClients):
    """Gives a stubbed client for a role, and keeps what it was asked for."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.asked: list[tuple[str, str, Target, Any]] = []

    def client_as(self, role: str, service: str, target: Target, *, session_policy: str) -> Any:
        self.asked.append((role, service, target, json.loads(session_policy)["Statement"]))
        return self._client


@pytest.mark.parametrize("local", [False, True])
def test_the_reader_may_do_nothing_but_read_that_version(stubbed: Any, local: bool) -> None:
    one_client, stubber = stubbed("lambda")
    answer = {"Version": 7, "LayerVersionArn": ARN, "Content": {"CodeSha256": "abc="}}
    stubber.add_response("get_layer_version_by_arn", answer, {"Arn": ARN})
    seen = Seen(one_client.client("lambda"))
    version = AssumedReaders(seen, local=local).read(READER, TARGET, ARN)
    assert (version.number, version.code_sha256) == (7, "abc=")
    ((role, service, target, statements),) = seen.asked
    assert (role, service, target) == (READER, "lambda", TARGET)
    assert statements[0] == READS_IT
    assert [s["Action"] for s in statements[1:]] == (["lambda:ListLayers"] if local else [])


def test_what_the_reader_may_not_read_is_refused(stubbed: Any) -> None:
    one_client, stubber = stubbed("lambda")
    stubber.add_client_error(
        "get_layer_version_by_arn", "AccessDeniedException", http_status_code=403
    )
    readers = AssumedReaders(Seen(one_client.client("lambda")), local=False)
    with pytest.raises(AccessRefused, match=f"reading {ARN} as {READER}"):
        readers.read(READER, TARGET, ARN)


def test_a_role_gives_credentials_of_its_own_in_the_targets_region(aws: AwsClients) -> None:
    client = aws.client_as(READER, "sts", TARGET, session_policy="{}")
    assert client.meta.region_name == "us-east-1"
    assert client.get_caller_identity()["Arn"] == (
        "arn:aws:sts::222222222222:assumed-role/layerlift-reader/layerlift"
    )
    assert client is not aws.client_as(READER, "sts", TARGET, session_policy="{}")


def test_a_role_that_does_not_trust_us_is_refused(
    stubbed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_client, stubber = stubbed("sts")
    stubber.add_client_error("assume_role", "AccessDenied", http_status_code=403)
    monkeypatch.setattr(clients_module, "_client", lambda *_, **__: one_client.client("sts"))
    with pytest.raises(AccessRefused, match=f"taking on {READER} in 123456789012/us-east-1"):
        AwsClients().client_as(READER, "lambda", TARGET, session_policy="{}")
