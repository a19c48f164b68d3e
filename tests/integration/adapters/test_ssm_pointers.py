"""Pointers are pairs of SSM parameters in the target."""

from typing import Any

import pytest
from botocore.stub import ANY

from layerlift.adapters.clients import AwsClients
from layerlift.adapters.ssm_pointers import SsmPointers, SsmPointerSight
from layerlift.domain.errors import AccessRefused, Fault, Unavailable
from layerlift.domain.pointers import Pointer, pointer_names
from layerlift.domain.targets import Target
from tests.fakes.world import DEV, LAYER

TARGET = Target(account="123456789012", region="us-east-1")
ELSEWHERE = Target(account="123456789012", region="eu-west-1")
NAMES = pointer_names(DEV, LAYER)
ONE = Pointer(arn="arn:aws:lambda:us-east-1:123456789012:layer:a:1", version="1.0.0")
TWO = Pointer(arn="arn:aws:lambda:us-east-1:123456789012:layer:a:2", version="1.1.0")


def test_a_pointer_says_what_was_written_in_its_target_only(aws: AwsClients) -> None:
    pointers = SsmPointers(aws)
    assert pointers.read(TARGET, NAMES) is None
    for pointer in (ONE, TWO, ONE):
        pointers.write(TARGET, NAMES, pointer)
        assert pointers.read(TARGET, NAMES) == pointer
    assert pointers.read(ELSEWHERE, NAMES) is None


def test_consumers_read_it_like_any_parameter(aws: AwsClients) -> None:
    SsmPointers(aws).write(TARGET, NAMES, ONE)
    parameter = aws.client("ssm", TARGET).get_parameter(Name="/lambda/layers/dev/http-client/arn")
    assert (parameter["Parameter"]["Value"], parameter["Parameter"]["Type"]) == (ONE.arn, "String")


def test_what_a_parameter_says_already_is_not_written_again(aws: AwsClients) -> None:
    # A parameter keeps 100 versions of its history only.
    pointers, ssm = SsmPointers(aws), aws.client("ssm", TARGET)
    for _ in range(3):
        pointers.write(TARGET, NAMES, ONE)
    assert [ssm.get_parameter(Name=name)["Parameter"]["Version"] for name in NAMES] == [1, 1]
    pointers.write(TARGET, NAMES, ONE.model_copy(update={"version": "1.0.1"}))
    assert [ssm.get_parameter(Name=name)["Parameter"]["Version"] for name in NAMES] == [1, 2]


def test_a_pointer_that_was_just_read_is_written_without_another_look(stubbed: Any) -> None:
    clients, stubber = stubbed("ssm")
    for name, value in zip(NAMES, (ONE.arn, ONE.version), strict=True):
        expected = {"Name": name, "Value": value, "Type": "String"}
        expected |= {"Overwrite": True, "Description": ANY}
        stubber.add_response("put_parameter", {"Version": 1}, expected)
    SsmPointers(clients).write(TARGET, NAMES, ONE, is_new=True)
    stubber.assert_no_pending_responses()


def test_half_a_pointer_is_none_and_is_made_whole(aws: AwsClients) -> None:
    pointers = SsmPointers(aws)
    pointers.write(TARGET, NAMES, ONE)
    aws.client("ssm", TARGET).delete_parameter(Name=NAMES[1])
    assert pointers.read(TARGET, NAMES) is None
    pointers.write(TARGET, NAMES, ONE)
    assert pointers.read(TARGET, NAMES) == ONE


def test_removing_leaves_nothing_and_may_be_repeated(aws: AwsClients) -> None:
    pointers = SsmPointers(aws)
    pointers.write(TARGET, NAMES, ONE)
    for _ in range(2):
        pointers.remove(TARGET, NAMES)
    assert aws.client("ssm", TARGET).describe_parameters()["Parameters"] == []


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("AccessDeniedException", AccessRefused),
        ("ThrottlingException", Unavailable),
        ("TooManyUpdates", Unavailable),
        ("ParameterMaxVersionLimitExceeded", Fault),
    ],
)
def test_what_ssm_refuses_is_told_apart(stubbed: Any, code: str, error: type[Fault]) -> None:
    clients, stubber = stubbed("ssm")
    for _ in NAMES:
        stubber.add_client_error("get_parameter", "ParameterNotFound")
    stubber.add_client_error("put_parameter", code)
    with pytest.raises(Fault) as caught:
        SsmPointers(clients).write(TARGET, NAMES, ONE)
    assert type(caught.value) is error


def test_a_look_tells_each_parameter_and_what_is_not_there(aws: AwsClients) -> None:
    sight, ssm = SsmPointerSight(aws), aws.client("ssm", TARGET)
    assert sight.look(TARGET, NAMES) == (None, None)
    SsmPointers(aws).write(TARGET, NAMES, ONE)
    assert sight.look(TARGET, NAMES) == (ONE.arn, ONE.version)
    ssm.delete_parameter(Name=NAMES[0])
    assert sight.look(TARGET, NAMES) == (None, ONE.version)
    assert sight.look(ELSEWHERE, NAMES) == (None, None)
