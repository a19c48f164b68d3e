"""What is missing on this machine is a matter of usage, not of AWS."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from layerlift.adapters import clients
from layerlift.adapters.clients import AwsClients
from layerlift_cli.errors import NotSetUp
from layerlift_cli.session import Caller


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setattr(clients, "_source", None)
    clients._client.cache_clear()
    yield
    clients._client.cache_clear()


def test_a_profile_that_is_not_there_is_told() -> None:
    with pytest.raises(NotSetUp, match="nosuch"):
        Caller("layerlift", "nosuch", "eu-central-1").session()


def test_a_missing_region_is_told_with_what_to_do() -> None:
    with pytest.raises(NotSetUp, match="--region"):
        Caller("layerlift", None, None).session()


def test_the_region_of_the_environment_counts_as_with_the_aws_cli(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert Caller("layerlift", None, None).session().region_name == "eu-north-1"


def test_the_region_that_is_given_counts() -> None:
    assert Caller("layerlift", None, "eu-west-1").session().region_name == "eu-west-1"


def test_the_cores_clients_have_the_region_and_the_profile_of_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = "aws_access_key_id = of-{0}\naws_secret_access_key = s\n"
    text = "".join(f"[{name}]\n{keys.format(name)}" for name in ("default", "other"))
    (tmp_path / "credentials").write_text(text)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    Caller("layerlift", "other", "eu-west-1").session()
    client = AwsClients().client("sts")
    assert client.meta.region_name == "eu-west-1"
    assert client._request_signer._credentials.access_key == "of-other"
