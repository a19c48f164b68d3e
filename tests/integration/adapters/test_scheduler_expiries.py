"""Decisions that are planned with EventBridge Scheduler."""

from datetime import UTC, datetime
from typing import Any

import pytest

from layerlift.adapters.scheduler_expiries import SchedulerExpiries
from layerlift.domain.errors import AccessRefused


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
