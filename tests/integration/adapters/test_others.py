"""Alarms, the bus, executions and schedules."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from layerlift.adapters.clients import AwsClients
from layerlift.adapters.cloudwatch_alarms import CloudWatchAlarms
from layerlift.adapters.console_links import alarm_link
from layerlift.adapters.eventbridge_bus import EventBridgeBus
from layerlift.adapters.scheduler_expiries import SchedulerExpiries
from layerlift.adapters.stepfunctions_executions import StepFunctionsExecutions
from layerlift.adapters.stepfunctions_promotions import StepFunctionsPromotions
from layerlift.domain.errors import AccessRefused, Fault, Unavailable
from layerlift.domain.events import Detail, Event, EventType
from layerlift.domain.gates.alarms import WatchedAlarms
from layerlift.domain.targets import Target
from layerlift.ports.aws import AlarmState

TARGET = Target(account="123456789012", region="us-east-1")
ELSEWHERE = Target(account="123456789012", region="eu-west-1")
EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:layerlift-release:a"


class Given(AwsClients):
    """Gives the clients that a test has made, by service."""

    def __init__(self, clients: Mapping[str, Any]) -> None:
        self._clients = clients

    def client(self, service: str, target: Target | None = None, *, asks_once: bool = False) -> Any:
        return self._clients[service]


# ── alarms ──────────────────────────────────────────────────────────────────────────────────────


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


# ── the bus ─────────────────────────────────────────────────────────────────────────────────────


def event(identity: str, **fields: Any) -> Event:
    detail = Detail(id=identity, time=datetime(2026, 7, 1, tzinfo=UTC), layer="a", **fields)
    return Event(type=EventType.VERSION_PUBLISHED, detail=detail)


def test_an_event_goes_out_in_plain_words_with_a_versioned_detail(stubbed: Any) -> None:
    clients, stubber = stubbed("events")
    stubber.add_response(
        "put_events",
        {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]},
        {
            "Entries": [
                {
                    "EventBusName": "layerlift",
                    "Source": "layerlift",
                    "DetailType": "Layer Version Published",
                    "Detail": json.dumps(
                        {
                            "schema_version": "1",
                            "id": "e1",
                            "time": "2026-07-01T00:00:00Z",
                            "layer": "a",
                            "layer_arn": "arn:1",
                        },
                        separators=(",", ":"),
                    ),
                    "Time": datetime(2026, 7, 1, tzinfo=UTC),
                    "Resources": ["arn:1"],
                }
            ]
        },
    )
    assert EventBridgeBus(clients, "layerlift").put([event("e1", layer_arn="arn:1")]) == ()


def test_what_the_bus_did_not_take_is_named(stubbed: Any) -> None:
    clients, stubber = stubbed("events")
    entries = [{"EventId": "1"}, {"ErrorCode": "ThrottlingException"}, {"EventId": "3"}]
    stubber.add_response("put_events", {"FailedEntryCount": 1, "Entries": entries})
    sent = [event(identity) for identity in ("e1", "e2", "e3")]
    assert EventBridgeBus(clients, "layerlift").put(sent) == ("e2",)


def test_a_bus_that_cannot_be_reached_is_unavailable(stubbed: Any) -> None:
    clients, stubber = stubbed("events")
    stubber.add_client_error("put_events", "InternalException", http_status_code=500)
    with pytest.raises(Unavailable):
        EventBridgeBus(clients, "layerlift").put([event("e1")])


# ── executions ──────────────────────────────────────────────────────────────────────────────────


def test_a_waiting_execution_is_resumed_with_the_answer(stubbed: Any) -> None:
    clients, stubber = stubbed("stepfunctions")
    stubber.add_response(
        "send_task_success", {}, {"taskToken": "t", "output": '{"outcome": "approved"}'}
    )
    assert StepFunctionsPromotions(clients).resume("t", {"outcome": "approved"})


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_token_that_nobody_waits_on_is_no_fault(stubbed: Any, code: str) -> None:
    clients, stubber = stubbed("stepfunctions")
    stubber.add_client_error("send_task_success", code)
    assert not StepFunctionsPromotions(clients).resume("t", {})


@pytest.mark.parametrize(
    ("code", "error"), [("AccessDeniedException", AccessRefused), ("InvalidOutput", Fault)]
)
def test_an_execution_that_cannot_be_resumed_is_a_fault(
    stubbed: Any, code: str, error: type[Fault]
) -> None:
    clients, stubber = stubbed("stepfunctions")
    stubber.add_client_error("send_task_success", code)
    with pytest.raises(Fault) as caught:
        StepFunctionsPromotions(clients).resume("t", {})
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("status", "runs"),
    [
        ("RUNNING", True),
        ("PENDING_REDRIVE", True),
        ("SUCCEEDED", False),
        ("FAILED", False),
        ("TIMED_OUT", False),
        ("ABORTED", False),
    ],
)
def test_an_execution_runs_until_it_has_ended(stubbed: Any, status: str, runs: bool) -> None:
    clients, stubber = stubbed("stepfunctions")
    described = {
        "executionArn": EXECUTION,
        "stateMachineArn": EXECUTION,
        "status": status,
        "startDate": datetime(2026, 7, 1, tzinfo=UTC),
    }
    stubber.add_response("describe_execution", described, {"executionArn": EXECUTION})
    assert StepFunctionsPromotions(clients).is_running(EXECUTION) is runs


def test_an_execution_that_is_forgotten_does_not_run(stubbed: Any) -> None:
    clients, stubber = stubbed("stepfunctions")
    stubber.add_client_error("describe_execution", "ExecutionDoesNotExist")
    assert not StepFunctionsPromotions(clients).is_running(EXECUTION)


def test_an_execution_that_cannot_be_looked_at_is_not_taken_for_dead(stubbed: Any) -> None:
    clients, stubber = stubbed("stepfunctions")
    stubber.add_client_error("describe_execution", "ThrottlingException")
    with pytest.raises(Unavailable):
        StepFunctionsPromotions(clients).is_running(EXECUTION)


# ── schedules ───────────────────────────────────────────────────────────────────────────────────


def schedules(clients: Any) -> SchedulerExpiries:
    return SchedulerExpiries(
        clients, control_plane="layerlift", function="arn:function", role="arn:role"
    )


AT = datetime(2026, 7, 1, 12, 30, 15, tzinfo=UTC)


def test_a_decision_is_planned_for_its_time(stubbed: Any) -> None:
    clients, stubber = stubbed("scheduler")
    stubber.add_response(
        "create_schedule",
        {"ScheduleArn": "arn:schedule"},
        {
            "Name": "layerlift-abc",
            "ScheduleExpression": "at(2026-07-01T12:30:15)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Target": {
                "Arn": "arn:function",
                "RoleArn": "arn:role",
                "Input": '{"layer": "a", "outcome": "expired"}',
            },
        },
    )
    schedules(clients).once("abc", AT, {"layer": "a", "outcome": "expired"})


def test_a_decision_that_is_planned_already_is_left(stubbed: Any) -> None:
    clients, stubber = stubbed("scheduler")
    stubber.add_client_error("create_schedule", "ConflictException", http_status_code=409)
    schedules(clients).once("abc", AT, {"layer": "a"})


def test_a_schedule_that_cannot_be_made_is_a_fault(stubbed: Any) -> None:
    clients, stubber = stubbed("scheduler")
    stubber.add_client_error("create_schedule", "AccessDeniedException", http_status_code=403)
    with pytest.raises(AccessRefused):
        schedules(clients).once("abc", AT, {"layer": "a"})


# ── stopping and repaying ───────────────────────────────────────────────────────────────────────


def test_an_execution_is_stopped_once_and_one_that_is_over_is_no_error(aws: AwsClients) -> None:
    client = aws.client("stepfunctions")
    machine = client.create_state_machine(
        name="layerlift-repayment",
        definition=json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}),
        roleArn="arn:aws:iam::123456789012:role/r",
    )["stateMachineArn"]
    repayments = StepFunctionsExecutions(aws, machine)
    assert repayments.start("prod-1", {"layer": "a"}) is True
    (run,) = client.list_executions(stateMachineArn=machine)["executions"]
    promotions = StepFunctionsPromotions(aws)
    for _ in range(2):
        promotions.stop(run["executionArn"], "rolled back")
    assert promotions.is_running(run["executionArn"]) is False


def test_a_repayment_of_the_same_name_was_started_already(stubbed: Any) -> None:
    clients, stub = stubbed("stepfunctions")
    stub.add_client_error("start_execution", "ExecutionAlreadyExists")
    assert StepFunctionsExecutions(clients, EXECUTION).start("prod-1", {"layer": "a"}) is False


@pytest.mark.parametrize("code", ["ExecutionDoesNotExist", "ValidationException"])
def test_stopping_what_is_over_is_no_error(stubbed: Any, code: str) -> None:
    clients, stub = stubbed("stepfunctions")
    stub.add_client_error("stop_execution", code)
    StepFunctionsPromotions(clients).stop(EXECUTION, "rolled back")


def test_not_being_allowed_to_stop_is_a_fault(stubbed: Any) -> None:
    clients, stub = stubbed("stepfunctions")
    stub.add_client_error("stop_execution", "AccessDeniedException")
    with pytest.raises(AccessRefused):
        StepFunctionsPromotions(clients).stop(EXECUTION, "rolled back")
