"""Alarms as CloudWatch knows them in a target; composite alarms count like metric alarms."""

from collections.abc import Iterator, Sequence
from typing import Any

from layerlift.adapters.clients import AwsClients, aws_errors
from layerlift.domain.targets import Target
from layerlift.ports.aws import AlarmReading

_MAX_NAMES = 100
"""``AlarmNames`` of one DescribeAlarms call.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html"""


class CloudWatchAlarms:
    """The :class:`~layerlift.ports.aws.Alarms` of an AWS account."""

    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients

    def read(self, target: Target, names: Sequence[str], prefixes: Sequence[str]) -> AlarmReading:
        client = self._clients.client("cloudwatch", target)
        questions: list[dict[str, Any]] = [
            {"AlarmNames": list(names[start : start + _MAX_NAMES])}
            for start in range(0, len(names), _MAX_NAMES)
        ]
        questions += [{"AlarmNamePrefix": prefix} for prefix in prefixes]
        with aws_errors(f"looking at the alarms in {target}"):
            alarms = [alarm for question in questions for alarm in _describe(client, question)]
        return AlarmReading(
            target=target,
            firing=frozenset(a["AlarmName"] for a in alarms if a["StateValue"] == "ALARM"),
            known=frozenset(a["AlarmName"] for a in alarms),
        )


def _describe(client: Any, question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    kinds = ["MetricAlarm", "CompositeAlarm"]
    pages = client.get_paginator("describe_alarms").paginate(AlarmTypes=kinds, **question)
    for page in pages:
        yield from page.get("MetricAlarms", ())
        yield from page.get("CompositeAlarms", ())
