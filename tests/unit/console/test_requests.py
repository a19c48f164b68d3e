"""What a widget may be asked for: named actions with known parameters, and nothing else."""

from typing import Any

import pytest

from layerlift.console.requests import (
    ACTIONS,
    Decide,
    NotUnderstood,
    ShowLayer,
    ShowMatrix,
    ShowRelease,
    ShowReleases,
    comment_field,
    understand,
)
from layerlift.domain.names import parse_layer_name, parse_version

DECISION = {
    "widget": "approvals",
    "action": "decide",
    "layer": "http-client",
    "version": "1.0.0",
    "stage": "prod",
    "digest": "0" * 64,
    "attempt": 1,
    "outcome": "approved",
}


def context(**told: Any) -> dict[str, Any]:
    return {"widgetContext": told}


def test_there_are_these_actions_and_no_others() -> None:
    assert sorted(ACTIONS) == [
        ("approvals", "decide"),
        ("approvals", "show"),
        ("layer", "show"),
        ("matrix", "show"),
        ("pointers", "show"),
        ("release", "show"),
        ("releases", "reset"),
        ("releases", "show"),
        ("report", "show"),
        ("target", "show"),
    ]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({}, "There is no widget None with an action 'show'"),
        ({"widget": "lambda", "action": "DeleteFunction"}, "with an action 'DeleteFunction'"),
        ({"widget": "releases", "action": "decide"}, "There is no widget 'releases'"),
        ({"widget": "releases", "table": "x"}, "table: Extra inputs are not permitted"),
        ({"widget": "releases", "layer": "a b"}, "layer: Value error, 'a b' is not a layer name"),
        ({"widget": "releases", "state": "gone"}, "state"),
        ({"widget": "release", "layer": "a"}, "version: Field required"),
        ({"widget": "layer", "page": 0}, "page: Input should be greater than or equal to 1"),
        ({"widget": "target", "layer": "a", "stage": "b", "account": "1"}, "account"),
        ({"widget": "releases", "host": "evil"}, "There is no host 'evil'"),
        (DECISION | {"outcome": "expired"}, "outcome"),
        (DECISION | {"outcome": "superseded"}, "outcome"),
        (DECISION | {"digest": "0"}, "digest"),
        (DECISION | {"proof": {}}, "proof: Extra inputs are not permitted"),
        ({k: v for k, v in DECISION.items() if k != "attempt"}, "attempt: Field required"),
    ],
)
def test_anything_else_is_refused_with_what_is_wrong(event: dict[str, Any], said: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        understand(event)
    assert said in str(refused.value)


def test_a_decision_is_understood() -> None:
    asked = understand(DECISION | {"host": "local"})
    assert isinstance(asked.request, Decide)
    assert (asked.request.outcome, asked.is_local) == ("approved", True)


def test_form_fields_of_a_widget_take_the_place_of_its_parameters() -> None:
    forms = {"releases-layer": " http-client ", "releases-state": "failed", "matrix-stage": "prod"}
    told = context(forms={"all": forms})
    asked = understand({"widget": "releases", "layer": "other"} | told)
    assert asked.request == ShowReleases.model_validate({"layer": "http-client", "state": "failed"})
    assert understand({"widget": "matrix"} | told).request == ShowMatrix.model_validate(
        {"stage": "prod"}
    )
    assert understand({"widget": "layer", "layer": "mine"} | told).request == (
        ShowLayer.model_validate({"layer": "mine"})
    )


def test_showing_all_again_takes_no_notice_of_the_filters_in_the_form() -> None:
    told = context(forms={"all": {"releases-layer": "http-client"}})
    assert understand({"widget": "releases", "action": "reset"} | told).request == ShowReleases()


@pytest.mark.parametrize(
    ("offset", "name", "minutes"),
    [
        ("+02:00", "UTC+02:00", 120),
        ("-03:30", "UTC-03:30", -210),
        ("+00:00", "UTC", 0),
        ("+99:00", "UTC", 0),
        ("+23:99", "UTC", 0),
        ("nonsense", "UTC", 0),
    ],
)
def test_times_are_on_the_clock_that_the_dashboard_tells(
    offset: str, name: str, minutes: int
) -> None:
    told = context(timezone={"label": "Local", "offsetISO": offset})
    zone = understand({"widget": "releases"} | told).context.timezone
    offset_now = zone.utcoffset(None)
    assert (zone.tzname(None), offset_now.total_seconds() / 60) == (name, minutes)


@pytest.mark.parametrize("told", [None, "text", [], {"forms": 1}, {"timezone": "UTC"}])
def test_a_context_that_cannot_be_read_is_the_usual_one(told: Any) -> None:
    asked = understand({"widget": "releases", "widgetContext": told})
    assert not asked.context.is_dark


def test_requests_for_approval_have_comment_fields_of_their_own() -> None:
    named = {
        comment_field(layer, version, stage, attempt)
        for layer in ("a", "b")
        for version in ("1.0.0", "1.0.1")
        for stage in ("dev", "prod")
        for attempt in (1, 2)
    }
    assert len(named) == 16


def test_what_a_dashboard_says_of_a_list_does_not_hinder_what_the_list_leads_to() -> None:
    source = {"widget": "releases", "state": "failed"}
    event = source | {"widget": "release", "layer": "a", "version": "1.0.0"}
    asked = understand(event | context(params=source))
    assert asked.request == ShowRelease(layer=parse_layer_name("a"), version=parse_version("1.0.0"))
    with pytest.raises(NotUnderstood, match="state: Extra inputs"):
        understand(event)


def test_a_dashboard_with_a_parameter_that_its_widget_does_not_have_is_told_so() -> None:
    source = {"widget": "releases", "stat": "failed"}
    with pytest.raises(NotUnderstood, match="stat: Extra inputs"):
        understand(source | context(params=source))
