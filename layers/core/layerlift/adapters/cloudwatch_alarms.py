"""Alarms as CloudWatch knows them in a target; composite alarms count like metric alarms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from layerlift.adapters.clients import AwsClients, aws_errors
from layerlift.adapters.console_links import alarm_link
from layerlift.domain.gates.alarms import WatchedAlarms, prefix_question, tags_question
from layerlift.domain.targets import Target
from layerlift.ports.aws import AlarmReading, AlarmState

_MAX_NAMES = 100
"""``AlarmNames`` of one DescribeAlarms call.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html"""

_RESOURCE_TYPE = "cloudwatch:alarm"
"""How the tagging API calls alarms of both kinds.
https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html"""


class CloudWatchAlarms:
    """The :class:`~layerlift.ports.aws.Alarms` of an AWS account."""

    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients

    def read(self, target: Target, wanted: Sequence[WatchedAlarms]) -> AlarmReading:
        answers: dict[str, tuple[AlarmState, ...]] = {}
        with aws_errors(f"looking at the alarms in {target}"):
            answers |= self._named(target, {name for one in wanted for name in one.names})
            for prefix in {prefix for one in wanted for prefix in one.prefixes}:
                found = self._describe(target, {"AlarmNamePrefix": prefix})
                answers[prefix_question(prefix)] = tuple(found)
            for tags in (one.tags for one in wanted if one.tags):
                names = self._tagged(target, tags)
                named = self._named(target, names).values()
                # A name whose alarm is gone can be listed for a while: it answers with none.
                answers[tags_question(tags)] = tuple(alarm for found in named for alarm in found)
        return AlarmReading(target, answers)

    def _named(self, target: Target, names: Iterable[str]) -> Mapping[str, tuple[AlarmState, ...]]:
        listed = sorted(names)
        found = {
            alarm.name: alarm
            for start in range(0, len(listed), _MAX_NAMES)
            for alarm in self._describe(target, {"AlarmNames": listed[start : start + _MAX_NAMES]})
        }
        return {name: (found[name],) if name in found else () for name in listed}

    def _tagged(self, target: Target, tags: Mapping[str, str]) -> Iterator[str]:
        filters = [{"Key": key, "Values": [value]} for key, value in sorted(tags.items())]
        pages = (
            self._clients.client("resourcegroupstaggingapi", target)
            .get_paginator("get_resources")
            .paginate(ResourceTypeFilters=[_RESOURCE_TYPE], TagFilters=filters)
        )
        for page in pages:
            for resource in page["ResourceTagMappingList"]:
                # A name may hold colons, and nothing comes after it.
                yield resource["ResourceARN"].split(":", 6)[6]

    def _describe(self, target: Target, question: Mapping[str, Any]) -> Iterator[AlarmState]:
        kinds = ["MetricAlarm", "CompositeAlarm"]
        client = self._clients.client("cloudwatch", target)
        pages = client.get_paginator("describe_alarms").paginate(AlarmTypes=kinds, **question)
        for page in pages:
            for alarm in (*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ())):
                yield AlarmState(
                    alarm["AlarmName"], alarm["StateValue"], alarm_link(alarm["AlarmArn"])
                )
