"""The console's function as it is deployed, with IAM on: every widget, and a click that decides."""

from __future__ import annotations

import json
from typing import Any

import pytest

from layerlift.console.requests import comment_field
from layerlift.domain.events import EventType
from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.domain.pointers import pointer_names
from layerlift.domain.policy import Policy
from layerlift.releasing.records import approval_key
from layerlift.releasing.trail import read_trail, release_trail
from tests.e2e.application import Application, python_layer
from tests.e2e.people import MANAGERS, People

LAYER, PROVEN = "clicked", "proven"
VERSION = "1.0.0"


def policy(console: str) -> Policy:
    """One region, and a click in the console that counts or does not."""
    return Policy.model_validate(
        {
            "version": 1,
            "stages": [
                {"name": "dev", "waves": [["eu-central-1"]]},
                {
                    "name": "prod",
                    "waves": [["eu-central-1", "us-east-1"]],
                    "approvals": {"required": 1, "console": console},
                },
            ],
        }
    )


def show(application: Application, **params: Any) -> str:
    """Ask the deployed function for a widget, as the dashboard does."""
    forms = params.pop("forms", {})
    context = {"theme": "dark", "forms": {"all": forms}}
    answer = application.session.client("lambda").invoke(
        FunctionName=application.outputs["ConsoleFunctionName"],
        Payload=json.dumps(params | {"widgetContext": context}).encode(),
    )
    html = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, html
    assert isinstance(html, str)
    return html


def click(application: Application, layer: str, outcome: str, comment: str) -> str:
    """Click a button of a request for approval, with a comment in its field."""
    key = approval_key(LayerName(layer), SemanticVersion(VERSION), StageName("prod"))
    stored = application.registry.get(key)
    assert stored is not None
    return show(
        application,
        widget="approvals",
        action="decide",
        layer=layer,
        version=VERSION,
        stage="prod",
        digest=stored.body["digest"],
        attempt=stored.body["attempt"],
        outcome=outcome,
        forms={comment_field(layer, VERSION, "prod", stored.body["attempt"]): comment},
    )


def wait_in_prod(application: Application, layer: str, console: str) -> None:
    """Drop a release and have it wait for approval."""
    content = python_layer({f"{layer}/__init__.py": "answer = 42\n"})
    with application.policy(policy(console)):
        answer = application.answer(application.drop(f"incoming/{layer}/{VERSION}.zip", content))
        assert answer.outcome == "claimed", answer.reason
    application.wait_for_approval(layer, VERSION)


@pytest.fixture(scope="module")
def waiting(application: Application) -> dict[str, str]:
    """Two releases that wait, and every widget as it is then."""
    wait_in_prod(application, LAYER, "allowed")
    wait_in_prod(application, PROVEN, "comment-only")
    target = {"layer": LAYER, "stage": "dev", "account": "000000000000", "region": "eu-central-1"}
    release = {"layer": LAYER, "version": VERSION}
    return {
        "releases": show(application, widget="releases", layer=LAYER),
        "approvals": show(application, widget="approvals"),
        "local": show(application, widget="approvals", host="local"),
        "matrix": show(application, widget="matrix", stage="dev"),
        "layer": show(application, widget="layer", layer=LAYER, stage="dev"),
        "release": show(application, widget="release", **release),
        "target": show(application, widget="target", **target),
        "report": show(application, widget="report", **release),
    }


def test_every_widget_is_shown_while_a_release_waits(waiting: dict[str, str]) -> None:
    for name, html in waiting.items():
        widget = "approvals" if name == "local" else name
        assert f'data-widget="{widget}" data-state="ok" data-theme="dark"' in html, name


def test_they_show_the_release_as_it_is(waiting: dict[str, str]) -> None:
    assert "waits for approval" in waiting["releases"]
    assert "It passed in 1 of 1 target of dev." in waiting["approvals"]
    assert "same bytes" in waiting["matrix"]
    assert "<polyline" in waiting["layer"] or "<circle" in waiting["layer"]
    assert f"/lambda/layers/dev/{LAYER}/arn" in waiting["target"]
    assert "Start-up" in waiting["target"]
    assert "CodeSha256" in waiting["target"]
    assert "Approval Requested" in waiting["release"]


def test_a_proof_is_asked_for_where_the_policy_does_and_not_on_the_own_machine(
    waiting: dict[str, str],
) -> None:
    assert f"layerlift approve {PROVEN} {VERSION} prod" in waiting["approvals"]
    assert waiting["approvals"].count('"outcome": "approved"') == 1
    assert waiting["local"].count('"outcome": "approved"') == 2


def test_its_actions_call_the_function_again(
    application: Application, waiting: dict[str, str]
) -> None:
    name = application.outputs["ConsoleFunctionName"]
    assert (
        f'endpoint="arn:aws:lambda:eu-central-1:000000000000:function:{name}"'
        in (waiting["releases"])
    )


def test_a_click_decides_where_the_policy_allows_it_and_once(
    application: Application, waiting: dict[str, str]
) -> None:
    html = click(application, LAYER, "approved", "Seen it <b>work</b>.")
    assert 'data-state="approved"' in html
    application.wait_for(LAYER, VERSION, lambda release: release.state == "succeeded")
    (granted,) = _events(application, LAYER, EventType.APPROVAL_GRANTED)
    assert granted["comment"] == "Seen it <b>work</b>."
    again = click(application, LAYER, "denied", "")
    assert 'data-state="already_decided"' in again
    assert "was already approved by somebody at the console in prod" in again
    trail = show(application, widget="release", layer=LAYER, version=VERSION, page=1)
    assert "<b>work" not in trail


def test_a_cell_tells_of_a_parameter_that_was_changed_by_hand_in_another_region(
    application: Application, waiting: dict[str, str]
) -> None:
    application.wait_for(LAYER, VERSION, lambda release: release.state == "succeeded")
    cell = {"layer": LAYER, "stage": "prod", "account": "000000000000", "region": "us-east-1"}
    assert f"The parameter says {VERSION}, as it should." in show(
        application, widget="target", **cell
    )
    _, name = pointer_names(StageName("prod"), LayerName(LAYER))
    ssm = application.session.client("ssm", region_name="us-east-1")
    ssm.put_parameter(Name=name, Value="0.9.9", Type="String", Overwrite=True)
    try:
        html = show(application, widget="target", **cell)
        assert f"The parameter says 0.9.9, the registry says {VERSION}." in html
        assert "</span>Drift</span>" in html
        mend = f"aws ssm put-parameter --region us-east-1 --type String --overwrite --name {name}"
        assert f"{mend} --value {VERSION}" in html
        row = show(application, widget="pointers", layer=LAYER, stage="prod")
        assert "1 Drift, 1 as it should be" in row
    finally:
        ssm.put_parameter(Name=name, Value=VERSION, Type="String", Overwrite=True)
    assert "Drift" not in show(application, widget="target", **cell)


def test_a_click_is_kept_as_a_comment_where_the_policy_wants_proof(
    application: Application, waiting: dict[str, str]
) -> None:
    html = click(application, PROVEN, "approved", "Fine by me.")
    assert 'data-state="commented"' in html
    (kept,) = _events(application, PROVEN, EventType.APPROVAL_COMMENTED)
    assert kept["comment"] == "Fine by me."
    assert application.release(PROVEN, VERSION).stages[1].state == "waiting"


def test_the_command_that_it_shows_decides(
    application: Application, people: People, waiting: dict[str, str]
) -> None:
    code, said = people.assume(MANAGERS, "ada").command("approve", PROVEN, VERSION, "prod")
    assert code == 0, said
    application.wait_for(PROVEN, VERSION, lambda release: release.state == "succeeded")
    waits, _, decided = show(application, widget="approvals").partition("Decided last")
    assert PROVEN not in waits
    assert PROVEN in decided


def test_what_it_is_not_made_for_is_an_answer_and_not_a_fault(application: Application) -> None:
    assert 'data-state="error"' in show(application, widget="lambda", action="DeleteFunction")


def test_it_documents_itself(application: Application) -> None:
    assert show(application, describe=True).startswith("## Layerlift")


def test_the_dashboard_shows_the_widgets_of_this_function(application: Application) -> None:
    name = application.resource("Dashboard")
    body = application.session.client("cloudwatch").get_dashboard(DashboardName=name)
    widgets = json.loads(body["DashboardBody"])["widgets"]
    custom = [each["properties"] for each in widgets if each["type"] == "custom"]
    function = application.outputs["ConsoleFunctionName"]
    assert {each["endpoint"].rpartition(":")[2] for each in custom} == {function}
    assert [each["params"]["widget"] for each in custom] == [
        "releases",
        "approvals",
        "matrix",
        "layer",
    ]
    assert application.outputs["DashboardUrl"].endswith(name)


def _events(application: Application, layer: str, kind: EventType) -> list[dict[str, Any]]:
    trail = read_trail(application.registry, release_trail(layer, VERSION))
    return [event.detail.model_dump() for event in trail if event.type is kind]
