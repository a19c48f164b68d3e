from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from layerlift_cli import stacks
from layerlift_cli.errors import OutOfReach
from layerlift_cli.progress import Silent
from layerlift_cli.stacks import deploy_template, outputs, settle
from layerlift_cli.targets import deploy_targets


def refusal(message: str) -> ClientError:
    return ClientError({"Error": {"Code": "ValidationError", "Message": message}}, "Any")


class FakeCloudFormation:
    """One stack that goes through the statuses given, one each time somebody looks."""

    def __init__(
        self,
        before: Iterable[str] = (),
        after: Iterable[str] = ("CREATE_COMPLETE",),
        *,
        endpoint: str = "https://cloudformation",
        no_updates: bool = False,
    ) -> None:
        self._statuses = list(before)
        self._after = list(after)
        self._no_updates = no_updates
        self.calls: list[str] = []
        self.parameters: dict[str, str] = {}
        self.parameters_before: tuple[str, ...] = ()
        self.meta = SimpleNamespace(region_name="eu-west-1", endpoint_url=endpoint)

    def describe_stacks(self, StackName: str) -> dict[str, Any]:
        if not self._statuses:
            raise refusal(f"Stack with id {StackName} does not exist")
        status = self._statuses[0]
        if len(self._statuses) > 1:
            del self._statuses[0]
        listed = [{"ParameterKey": key, "ParameterValue": "set"} for key in self.parameters_before]
        return {"Stacks": [{"StackName": StackName, "StackStatus": status, "Parameters": listed}]}

    def describe_stack_events(self, StackName: str) -> dict[str, Any]:
        event = {
            "LogicalResourceId": "LayerBucket",
            "ResourceStatus": "CREATE_FAILED",
            "ResourceStatusReason": "the name is taken",
        }
        return {"StackEvents": [event]}

    def create_stack(self, **request: Any) -> None:
        self._deploy("create", request)

    def update_stack(self, **request: Any) -> None:
        self._deploy("update", request)
        if self._no_updates:
            raise refusal("No updates are to be performed.")

    def delete_stack(self, StackName: str) -> None:
        self.calls.append("delete")
        self._statuses = ["DELETE_IN_PROGRESS", "DELETE_COMPLETE"]

    def _deploy(self, verb: str, request: dict[str, Any]) -> None:
        self.calls.append(verb)
        given = request["Parameters"]
        self.parameters = {
            item["ParameterKey"]: item.get("ParameterValue", "as before") for item in given
        }
        self._statuses = self._after


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks, "POLL_SECONDS", 0)


def deploy(client: FakeCloudFormation) -> str:
    return deploy_template(client, "s", "Resources: {}", {})["StackStatus"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "calls"),
    [
        ([], ["create"]),
        (["DELETE_COMPLETE"], ["create"]),
        (["CREATE_COMPLETE"], ["update"]),
        (["UPDATE_ROLLBACK_COMPLETE"], ["update"]),
        (["CREATE_IN_PROGRESS", "CREATE_COMPLETE"], ["update"]),
        (["ROLLBACK_COMPLETE"], ["delete", "create"]),
        (["REVIEW_IN_PROGRESS"], ["delete", "create"]),
        (["ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"], ["delete", "create"]),
    ],
)
def test_whatever_was_left_behind_is_deployed_over(before: list[str], calls: list[str]) -> None:
    client = FakeCloudFormation(before, ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"])
    assert deploy(client) == "CREATE_COMPLETE"
    assert client.calls == calls


def test_a_template_without_changes_is_fine() -> None:
    client = FakeCloudFormation(["UPDATE_COMPLETE"], ["UPDATE_COMPLETE"], no_updates=True)
    assert deploy(client) == "UPDATE_COMPLETE"


@pytest.mark.parametrize("end", ["ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "CREATE_FAILED"])
def test_a_stack_that_went_back_is_a_failure_with_its_reasons(end: str) -> None:
    client = FakeCloudFormation(after=["CREATE_IN_PROGRESS", end])
    with pytest.raises(OutOfReach, match=rf"eu-west-1 is {end}(.|\n)*the name is taken"):
        deploy(client)


def test_a_stack_that_never_becomes_still_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks, "SETTLE_SECONDS", -1)
    client: Any = FakeCloudFormation(["UPDATE_IN_PROGRESS"])
    with pytest.raises(OutOfReach, match="still UPDATE_IN_PROGRESS"):
        settle(client, "s")


def test_outputs_are_read_by_name() -> None:
    stack: Any = {"Outputs": [{"OutputKey": "A", "OutputValue": "1"}]}
    assert outputs(stack) == {"A": "1"}


class FakeSession:
    def __init__(self, clients: dict[str, FakeCloudFormation]) -> None:
        self._clients = clients

    def client(self, service: str, region_name: str) -> FakeCloudFormation:
        return self._clients[region_name]


def targets(tmp_path: Path, clients: dict[str, FakeCloudFormation], regions: list[str]) -> None:
    template = tmp_path / "region.yaml"
    template.write_text("Resources: {}")
    session: Any = FakeSession(clients)
    deploy_targets(session, "home", regions, template, Silent())


def test_every_region_gets_one_stack_however_often_it_is_named(tmp_path: Path) -> None:
    clients = {name: FakeCloudFormation() for name in ("eu-west-1", "us-east-1")}
    targets(tmp_path, clients, ["eu-west-1", "us-east-1", "eu-west-1"])
    assert [client.calls for client in clients.values()] == [["create"], ["create"]]


def test_one_region_that_fails_is_heard_of(tmp_path: Path) -> None:
    clients = {"a": FakeCloudFormation(), "b": FakeCloudFormation(after=["ROLLBACK_COMPLETE"])}
    with pytest.raises(OutOfReach, match="the name is taken"):
        targets(tmp_path, clients, ["a", "b"])


@pytest.mark.parametrize(
    ("endpoint", "allowed"), [("https://cloudformation", "false"), ("http://127.0.0.1:1", "true")]
)
def test_plain_http_is_allowed_only_where_nothing_else_is_spoken(
    tmp_path: Path, endpoint: str, allowed: str
) -> None:
    client = FakeCloudFormation(endpoint=endpoint)
    targets(tmp_path, {"a": client}, ["a"])
    assert client.parameters == {"ControlPlane": "home", "LocalEndpoint": allowed}


def test_what_somebody_has_set_stays_while_the_template_takes_it() -> None:
    client = FakeCloudFormation(before=["CREATE_COMPLETE"], after=["UPDATE_COMPLETE"])
    client.parameters_before = ("ControlPlane", "AlarmTopicArn", "GoneByNow")
    template = (
        "Parameters:\n  ControlPlane:\n    Type: String\n  AlarmTopicArn:\n    Type: String\n"
    )
    deploy_template(client, "home", template, {"ControlPlane": "home"})  # type: ignore[arg-type]
    assert client.parameters == {"ControlPlane": "home", "AlarmTopicArn": "as before"}
