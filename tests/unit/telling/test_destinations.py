"""The document of destinations: what it may say, and that nothing quotes it."""

import json
from typing import Any

import pytest

from layerlift.domain.errors import Fault
from layerlift.domain.events import EventType
from layerlift.telling.destinations import Destination, Pattern, parse_destinations
from tests.unit.telling.samples import sample

SECRET = "https://hooks.slack.com/services/T1/B1/very-secret"


def document(*destinations: dict[str, Any]) -> str:
    return json.dumps({"version": 1, "destinations": destinations})


def slack(**more: Any) -> dict[str, Any]:
    return {"name": "releases", "service": "slack", "webhook": SECRET, **more}


def parse_one(**only: Any) -> Destination:
    (destination,) = parse_destinations(document(slack(only=only)))
    return destination


def test_without_a_document_nobody_is_told() -> None:
    assert parse_destinations(None) == ()


def test_every_service_has_a_destination() -> None:
    parsed = parse_destinations(
        document(
            slack(),
            {"name": "bot", "service": "slack", "token": "xoxb-1", "channel": "C1"},
            {"name": "teams", "service": "teams", "webhook": SECRET},
            {"name": "discord", "service": "discord", "webhook": SECRET},
            {"name": "q", "service": "amazon_q"},
            {"name": "mail", "service": "apprise", "address": "mailto://a:b@example.com"},
        )
    )
    assert [destination.service for destination in parsed] == [
        *("slack", "slack", "teams", "discord", "amazon_q", "apprise")
    ]


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        json.dumps({"version": 1, "destinations": SECRET}),
        document(slack(token=SECRET)),
        document(slack(unknown=SECRET)),
        document(slack(**{SECRET: True})),
        json.dumps({"version": 1, "destinations": [], SECRET: 1}),
        document({"name": SECRET, "service": "teams", "webhook": SECRET}),
        document({"name": "a", "service": SECRET}),
        document(slack(), slack()),
        document(slack(only={"kinds": [SECRET]})),
    ],
)
def test_a_wrong_document_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(Fault) as refused:
        parse_destinations(text)
    problem: BaseException | None = refused.value
    while problem is not None:
        assert "very-secret" not in str(problem)
        problem = problem.__cause__ or problem.__context__


def test_a_destination_does_not_show_its_address() -> None:
    (destination,) = parse_destinations(document(slack()))
    assert "very-secret" not in repr(destination)
    assert "very-secret" not in destination.model_dump_json()


@pytest.mark.parametrize(
    ("only", "takes"),
    [
        ({}, True),
        ({"stages": ["prod"]}, True),
        ({"stages": ["dev"]}, False),
        ({"layers": ["http-*"]}, True),
        ({"layers": ["other"]}, False),
        ({"kinds": ["Layer Canary Failed"]}, True),
        ({"kinds": ["Layer Canary Passed"]}, False),
        ({"severities": ["bad"]}, True),
        ({"severities": ["good"]}, False),
        ({"stages": ["prod"], "severities": ["good"]}, False),
    ],
)
def test_a_pattern_takes_what_every_list_of_it_takes(only: dict[str, Any], takes: bool) -> None:
    assert parse_one(**only).only.takes(sample(EventType.CANARY_FAILED)) is takes


def test_what_concerns_no_stage_concerns_all() -> None:
    assert parse_one(stages=["dev"]).only.takes(sample(EventType.RELEASE_FAILED))


def test_a_drop_that_names_no_layer_is_of_no_layer() -> None:
    rejected = sample(EventType.RELEASE_REJECTED, layer=None, version=None)
    assert not parse_one(layers=["http-*"]).only.takes(rejected)
    assert parse_one().only.takes(rejected)


def test_routine_is_a_message_only_if_it_was_asked_for() -> None:
    routine = sample(EventType.POINTER_ACTIVATED)
    assert not Pattern().posts(routine)
    assert Pattern(routine=True).posts(routine)
    assert Pattern(kinds=(EventType.POINTER_ACTIVATED,)).posts(routine)
    assert Pattern().posts(sample(EventType.APPROVAL_REQUESTED))
