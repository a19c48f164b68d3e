"""Adapters against moto, or against botocore's stubber where moto cannot answer so."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber
from moto import mock_aws

from layerlift.adapters import clients
from layerlift.adapters.clients import AwsClients
from layerlift.domain.targets import Target

HOME = "eu-central-1"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in here may ever reach a real account."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", HOME)
    monkeypatch.setenv("AWS_REGION", HOME)
    monkeypatch.setattr(clients, "_source", None)


@pytest.fixture
def aws(credentials: None) -> Iterator[AwsClients]:
    """The clients of the control plane, whose AWS is moto."""
    with mock_aws():
        clients._client.cache_clear()
        yield AwsClients()
    clients._client.cache_clear()


class OneClient(AwsClients):
    """Gives one client, that a test has stubbed, for every service and target."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.asked: list[dict[str, Any]] = []

    def client(self, service: str, target: Target | None = None, *, asks_once: bool = False) -> Any:
        self.asked.append({"service": service, "target": target, "asks_once": asks_once})
        return self._client


@pytest.fixture
def stubbed(credentials: None) -> Iterator[Any]:
    """Make ``(clients, stubber)`` for a service; what was expected has to be asked."""
    stubbers: list[Stubber] = []

    def make(service: str) -> tuple[OneClient, Stubber]:
        client = boto3.client(
            service, region_name=HOME, config=Config(retries={"total_max_attempts": 1})
        )
        stubber = Stubber(client)
        stubber.activate()
        stubbers.append(stubber)
        return OneClient(client), stubber

    yield make
    for stubber in stubbers:
        stubber.assert_no_pending_responses()
