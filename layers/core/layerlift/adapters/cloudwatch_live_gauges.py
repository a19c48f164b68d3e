"""Metrics and alarms of scheduled canaries in CloudWatch, in the region that they are about."""

from collections.abc import Sequence
from typing import Any

from layerlift.adapters.clients import AwsClients, aws_errors
from layerlift.domain.live_canary import (
    COUNT_METRIC,
    FAILING_METRIC,
    METRICS_NAMESPACE,
    PLANE_DIMENSION,
    LivePlace,
    live_alarm,
)
from layerlift.domain.targets import Target
from layerlift.ports.live_gauges import Gauge

_COUNTS = frozenset({FAILING_METRIC, COUNT_METRIC})
_PERIOD_SECONDS = 60

PLANE_TAG = "layerlift:live-canary"
LAYER_TAG = "layerlift:layer"
STAGE_TAG = "layerlift:stage"


class CloudWatchLiveGauges:
    """The :class:`~layerlift.ports.live_gauges.LiveGauges` of an AWS account."""

    def __init__(self, clients: AwsClients, control_plane: str) -> None:
        self._clients = clients
        self._control_plane = control_plane

    def show(self, target: Target, gauges: Sequence[Gauge]) -> None:
        data = [
            {
                "MetricName": gauge.name,
                "Value": gauge.value,
                "Unit": "Count" if gauge.name in _COUNTS else "Milliseconds",
                "Dimensions": self._dimensions(gauge.place),
            }
            for gauge in gauges
        ]
        with aws_errors(f"showing the numbers of live canaries in {target}"):
            self._client(target).put_metric_data(Namespace=METRICS_NAMESPACE, MetricData=data)

    def watch(self, place: LivePlace) -> None:
        with aws_errors(f"making the alarm of {place}"):
            self._client(place.target).put_metric_alarm(
                AlarmName=self._name(place),
                AlarmDescription=(
                    f"What is live of {place.layer} in {place.stage} does not work in this region. "
                    f"See why: layerlift status {place.layer}. "
                    f"Take it back: layerlift rollback {place.layer} {place.stage}."
                ),
                Namespace=METRICS_NAMESPACE,
                MetricName=FAILING_METRIC,
                Dimensions=self._dimensions(place),
                Statistic="Maximum",
                Period=_PERIOD_SECONDS,
                EvaluationPeriods=1,
                Threshold=0,
                ComparisonOperator="GreaterThanThreshold",
                # Hours may lie between two looks: what the last one found holds until then.
                TreatMissingData="ignore",
                Tags=[
                    {"Key": PLANE_TAG, "Value": self._control_plane},
                    {"Key": LAYER_TAG, "Value": place.layer},
                    {"Key": STAGE_TAG, "Value": place.stage},
                ],
            )

    def unwatch(self, place: LivePlace) -> None:
        from botocore.exceptions import ClientError

        with aws_errors(f"removing the alarm of {place}"):
            try:
                self._client(place.target).delete_alarms(AlarmNames=[self._name(place)])
            except ClientError as problem:
                if problem.response["Error"]["Code"] not in ("ResourceNotFound", "NotFound"):
                    raise

    def _name(self, place: LivePlace) -> str:
        return live_alarm(self._control_plane, place.layer, place.stage)

    def _dimensions(self, place: LivePlace | None) -> list[dict[str, str]]:
        plane = {"Name": PLANE_DIMENSION, "Value": self._control_plane}
        if place is None:
            return [plane]
        return [
            plane,
            {"Name": "Layer", "Value": place.layer},
            {"Name": "Stage", "Value": place.stage},
        ]

    def _client(self, target: Target) -> Any:
        return self._clients.client("cloudwatch", target)
