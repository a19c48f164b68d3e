"""Metrics and alarms of scheduled canaries, as CloudWatch keeps them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from layerlift.adapters.clients import AwsClients
from layerlift.adapters.cloudwatch_live_gauges import CloudWatchLiveGauges
from layerlift.domain.errors import AccessRefused
from layerlift.domain.live_canary import COUNT_METRIC, FAILING_METRIC, STARTUP_METRIC, LivePlace
from layerlift.domain.names import parse_layer_name, parse_stage_name
from layerlift.domain.targets import Target
from layerlift.ports.live_gauges import Gauge

TARGET = Target(account="123456789012", region="us-east-1")
PLACE = LivePlace(
    layer=parse_layer_name("http-client"), stage=parse_stage_name("prod"), target=TARGET
)
NAME = "layerlift-live-canary-prod.http-client"


@pytest.fixture
def gauges(aws: AwsClients) -> CloudWatchLiveGauges:
    return CloudWatchLiveGauges(aws, "layerlift")


def cloudwatch(region: str = TARGET.region) -> Any:
    return boto3.client("cloudwatch", region_name=region)


def alarms(region: str = TARGET.region) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cloudwatch(region).describe_alarms()["MetricAlarms"]
    return found


def test_numbers_are_in_the_region_that_they_are_about(gauges: CloudWatchLiveGauges) -> None:
    numbers = (Gauge(COUNT_METRIC, 2), Gauge(FAILING_METRIC, 1, PLACE))
    gauges.show(TARGET, (*numbers, Gauge(STARTUP_METRIC, 212, PLACE)))
    listed = cloudwatch().list_metrics(Namespace="Layerlift")["Metrics"]
    dimensions = {m["MetricName"]: {d["Name"]: d["Value"] for d in m["Dimensions"]} for m in listed}
    of_the_layer = {"service": "layerlift", "Layer": "http-client", "Stage": "prod"}
    assert dimensions == {
        COUNT_METRIC: {"service": "layerlift"},
        FAILING_METRIC: of_the_layer,
        STARTUP_METRIC: of_the_layer,
    }
    now = datetime.now(UTC)
    read = cloudwatch().get_metric_statistics(
        Namespace="Layerlift",
        MetricName=STARTUP_METRIC,
        Dimensions=[{"Name": k, "Value": v} for k, v in of_the_layer.items()],
        StartTime=now - timedelta(minutes=5),
        EndTime=now + timedelta(minutes=5),
        Period=60,
        Statistics=["Maximum"],
    )
    assert [(p["Maximum"], p["Unit"]) for p in read["Datapoints"]] == [(212.0, "Milliseconds")]
    assert cloudwatch("eu-west-1").list_metrics(Namespace="Layerlift")["Metrics"] == []


def test_a_layers_alarm_looks_at_what_is_shown_and_keeps_its_state_between_looks(
    gauges: CloudWatchLiveGauges,
) -> None:
    gauges.watch(PLACE)
    gauges.watch(PLACE)
    (alarm,) = alarms()
    assert (alarm["AlarmName"], alarm["TreatMissingData"]) == (NAME, "ignore")
    assert (alarm["Namespace"], alarm["MetricName"]) == ("Layerlift", FAILING_METRIC)
    gauges.show(TARGET, (Gauge(FAILING_METRIC, 1, PLACE),))
    (shown,) = cloudwatch().list_metrics(Namespace="Layerlift")["Metrics"]
    assert alarm["Dimensions"] == shown["Dimensions"]
    tags = cloudwatch().list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
    assert {"Key": "layerlift:layer", "Value": "http-client"} in tags
    assert alarms("eu-west-1") == []


def test_an_alarm_that_is_gone_is_removed_as_well(gauges: CloudWatchLiveGauges) -> None:
    gauges.watch(PLACE)
    gauges.unwatch(PLACE)
    gauges.unwatch(PLACE)
    assert alarms() == []


def test_a_missing_permission_is_said_to_be_one(stubbed: Any) -> None:
    clients, stubber = stubbed("cloudwatch")
    stubber.add_client_error("put_metric_data", "AccessDenied", "no", 403)
    with pytest.raises(AccessRefused, match="showing the numbers"):
        CloudWatchLiveGauges(clients, "layerlift").show(TARGET, (Gauge(COUNT_METRIC, 0),))
