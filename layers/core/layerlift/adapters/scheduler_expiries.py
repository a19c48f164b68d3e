"""Decisions at a given time, as one-time schedules of EventBridge Scheduler."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from layerlift.adapters.clients import AwsClients, aws_errors, error_code


class SchedulerExpiries:
    """The :class:`~layerlift.ports.aws.Schedules` of an AWS account.

    Schedules are called ``<control plane>-<name>``, invoke ``function`` as ``role`` (both ARNs),
    and remove themselves afterwards. They are exact to the minute, see
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html.
    """

    def __init__(
        self, clients: AwsClients, *, control_plane: str, function: str, role: str
    ) -> None:
        self._clients = clients
        self._control_plane = control_plane
        self._target = {"Arn": function, "RoleArn": role}

    def once(self, name: str, at: datetime, decision: Mapping[str, Any]) -> None:
        from botocore.exceptions import ClientError

        with aws_errors(f"scheduling when {decision['layer']} expires"):
            try:
                self._clients.client("scheduler").create_schedule(
                    Name=f"{self._control_plane}-{name}",
                    ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
                    FlexibleTimeWindow={"Mode": "OFF"},
                    ActionAfterCompletion="DELETE",
                    Target=self._target | {"Input": json.dumps(decision)},
                )
            except ClientError as problem:
                # The name stands for this very request: a repeated step finds its own schedule.
                if error_code(problem) != "ConflictException":
                    raise
