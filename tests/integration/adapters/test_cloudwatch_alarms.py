"""Alarms in CloudWatch, read by name, by prefix and by tags."""

from collections.abc import Mapping
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from layerlift.adapters.clients import AwsClients
from layerlift.adapters.cloudwatch_alarms import CloudWatchAlarms
from layerlift.adapters.console_links import alarm_link
from layerlift.domain.errors import AccessRefused
from layerlift.domain.gates.alarms import WatchedAlarms
from layerlift.domain.targets import Target
from layerlift.ports.aws import AlarmState

TARGET = Target(account="123456789012", region="us-east-1")
ELSEWHERE = Target(account="123456789012", region="eu-west-1")


class Given(AwsClients):
    """Gives the clients that a test has made, by service."""

    def __init__(self, clients: Mapping[str, Any]) -> None:
        self._clients = clients

    def client(self, service: str, target: Target | None = None, *, asks_once: bool = False) -> Any:
        return self._clients[service]


def put_alarm(aws: AwsClients, target: Target, name: str, state: str = "OK") -> None:
    cloudwatch = aws.client("cloudwatch", target)
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="N",
        MetricName="M",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="r")


def states(answers: Mapping[str, tuple[AlarmState, ...]]) -> dict[str, dict[str, str]]:
    return {name: {alarm.name: alarm.state for alarm in found} for name, found in answers.items()}


def test_alarms_are_read_by_name_and_by_prefix_in_their_target(aws: AwsClients) -> None:
    put_alarm(aws, TARGET, "errors", "ALARM")
    put_alarm(aws, TARGET, "api-5xx", "ALARM")
    put_alarm(aws, TARGET, "api-latency", "INSUFFICIENT_DATA")
    put_alarm(aws, TARGET, "unrelated", "ALARM")
    put_alarm(aws, ELSEWHERE, "errors")
    alarms = CloudWatchAlarms(aws)
    wanted = WatchedAlarms(names=("errors", "missing"), prefixes=("api-",))
    here = alarms.read(TARGET, (wanted,))
    assert states(here.answers) == {
        "errors": {"errors": "ALARM"},
        "missing": {},
        "api-*": {"api-5xx": "ALARM", "api-latency": "INSUFFICIENT_DATA"},
    }
    there = alarms.read(ELSEWHERE, (WatchedAlarms(names=("errors",)),))
    assert states(there.answers) == {"errors": {"errors": "OK"}}


@pytest.mark.parametrize(
    ("arn", "link"),
    [
        (
            "arn:aws:cloudwatch:eu-west-1:1:alarm:a b/c:d",
            "https://console.aws.amazon.com/cloudwatch/home?region=eu-west-1"
            "#alarmsV2:alarm/a%20b%2Fc%3Ad",
        ),
        (
            "arn:aws-cn:cloudwatch:cn-north-1:1:alarm:a",
            "https://console.amazonaws.cn/cloudwatch/home?region=cn-north-1#alarmsV2:alarm/a",
        ),
        (
            "arn:aws-us-gov:cloudwatch:us-gov-west-1:1:alarm:a",
            "https://console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1"
            "#alarmsV2:alarm/a",
        ),
    ],
)
def test_an_alarm_is_linked_in_the_console_of_its_partition(arn: str, link: str) -> None:
    assert alarm_link(arn) == link


def test_alarms_are_found_by_all_their_tags_through_the_tagging_api() -> None:
    # Neither moto nor the emulator lists alarms there, so what is asked and answered is as in
    # https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
    tagging = boto3.client("resourcegroupstaggingapi", region_name="us-east-1")
    cloudwatch = boto3.client("cloudwatch", region_name="us-east-1")
    arns = [f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}" for name in ("a:b", "gone")]
    asked = {
        "ResourceTypeFilters": ["cloudwatch:alarm"],
        "TagFilters": [
            {"Key": "env", "Values": ["prod"]},
            {"Key": "team", "Values": ["shop"]},
        ],
    }
    alarm = {"AlarmName": "a:b", "AlarmArn": arns[0], "StateValue": "ALARM"}
    with Stubber(tagging) as tags, Stubber(cloudwatch) as watch:
        pages = ((arns[:1], "more", {}), (arns[1:], "", {"PaginationToken": "more"}))
        for listed, token, further in pages:
            found = [{"ResourceARN": arn} for arn in listed]
            answer = {"ResourceTagMappingList": found, "PaginationToken": token}
            tags.add_response("get_resources", answer, asked | further)
        watch.add_response(
            "describe_alarms",
            {"MetricAlarms": [alarm]},
            {"AlarmNames": ["a:b", "gone"], "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]},
        )
        clients = Given({"resourcegroupstaggingapi": tagging, "cloudwatch": cloudwatch})
        wanted = WatchedAlarms(tags={"team": "shop", "env": "prod"})
        reading = CloudWatchAlarms(clients).read(TARGET, (wanted,))
    assert states(reading.answers) == {"env=prod, team=shop": {"a:b": "ALARM"}}


def test_without_alarms_nobody_is_asked(stubbed: Any) -> None:
    clients, _ = stubbed("cloudwatch")
    assert CloudWatchAlarms(clients).read(TARGET, (WatchedAlarms(),)).answers == {}


def test_many_alarms_are_asked_for_in_lists_cloudwatch_takes(stubbed: Any) -> None:
    clients, stubber = stubbed("cloudwatch")
    names = [f"alarm-{number:03}" for number in range(101)]
    kinds = ["MetricAlarm", "CompositeAlarm"]
    for part in (names[:100], names[100:]):
        arn = f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{part[0]}"
        alarm = {"AlarmName": part[0], "AlarmArn": arn, "StateValue": "ALARM"}
        stubber.add_response(
            "describe_alarms",
            {"CompositeAlarms": [alarm]},
            {"AlarmNames": part, "AlarmTypes": kinds},
        )
    reading = CloudWatchAlarms(clients).read(TARGET, (WatchedAlarms(names=tuple(names)),))
    assert [name for name, found in reading.answers.items() if found] == ["alarm-000", "alarm-100"]


def test_alarms_that_cannot_be_read_are_a_fault(stubbed: Any) -> None:
    clients, stubber = stubbed("cloudwatch")
    stubber.add_client_error("describe_alarms", "AccessDenied", http_status_code=403)
    with pytest.raises(AccessRefused, match="looking at the alarms in 123456789012/us-east-1"):
        CloudWatchAlarms(clients).read(TARGET, (WatchedAlarms(names=("errors",)),))
