"""A release is approved by a click in Chromium, signed by whoever has opened the console."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.domain.policy import Policy
from layerlift_cli.approvals import find_request
from layerlift_cli.console.application import Console
from layerlift_cli.console.backstage import AwsBackstage, find_backstage
from layerlift_cli.console.server import serving
from layerlift_cli.errors import OutOfReach
from tests.e2e.application import Application, python_layer
from tests.e2e.people import ACCOUNT, DEVELOPERS, MANAGERS, People, Person
from tools.browser.chromium import FLAGS, chromium

LAYER, PROD = LayerName("clicked"), StageName("prod")
FIRST, SECOND = SemanticVersion("1.0.0"), SemanticVersion("1.1.0")
POLICY = Policy.model_validate(
    {
        "version": 1,
        "stages": [
            {
                "name": "prod",
                "waves": [["eu-central-1"]],
                "approvals": {
                    "required": 1,
                    "approvers": [f"arn:aws:iam::{ACCOUNT}:role/{MANAGERS}"],
                },
            },
        ],
    }
)
PATIENCE_MILLISECONDS = 60_000

# Shows one request as the console function does; what it shows is fixed when it is deployed.
WIDGET = """
import html, json

REQUEST = json.loads({request!r})

def button(text, outcome, arn):
    params = dict(REQUEST, widget="approvals", action="decide", outcome=outcome)
    return (
        f'<a class="btn">{{text}}</a><cwdb-action action="call" endpoint="{{arn}}">'
        f'{{html.escape(json.dumps(params))}}</cwdb-action>'
    )

def handler(event, context):
    if event.get("action") == "decide":
        raise ValueError("a decision is not for the function")
    arn = context.invoked_function_arn
    return (
        f'<form><h2>{{REQUEST["layer"]}} {{REQUEST["version"]}}, {{event["host"]}}</h2>'
        '<label for="c">Comment</label> <input id="c" name="comment"> '
        + button("Approve", "approved", arn) + " " + button("Reject", "denied", arn) + "</form>"
    )
"""


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    found = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.program,
            args=list(FLAGS),
            env={**os.environ, **found.environment},
        )
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        yield page
        browser.close()


@contextmanager
def console_of(person: Person, version: SemanticVersion) -> Iterator[Console]:
    """The console that somebody has opened on what waits."""
    plane = person.application.plane
    request = find_request(plane, LAYER, version, PROD)
    shown = request.model_dump(
        mode="json", include={"layer", "version", "stage", "digest", "attempt"}
    )
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", WIDGET.format(request=json.dumps(shown)))
    client = person.application.session.client("lambda")
    endpoint = client.create_function(
        FunctionName=f"widget-{version.replace('.', '-')}",
        Runtime="python3.13",
        Handler="index.handler",
        Role=f"arn:aws:iam::{ACCOUNT}:role/{MANAGERS}",
        Code={"ZipFile": code.getvalue()},
    )["FunctionArn"]
    with serving(AwsBackstage(plane, person.session, endpoint)) as console:
        yield console


def wait_with(application: Application, version: SemanticVersion) -> None:
    """Have a release wait for approval."""
    content = python_layer({"clicked.py": f"X = '{version}'\n"})
    answer = application.answer(application.drop(f"incoming/{LAYER}/{version}.zip", content))
    assert answer.outcome == "claimed", answer.reason
    application.wait_for_approval(LAYER, version)


def decide(page: Page, console: Console, button: str, comment: str) -> None:
    page.goto(f"{console.address}&at=approvals")
    page.get_by_label("Comment").fill(comment)
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=button, exact=True).click()


def test_a_click_approves_and_another_rejects_each_by_who_opened_the_console(
    application: Application, people: People, browser_page: Page
) -> None:
    ada = people.assume(MANAGERS, "ada")
    outsider = people.assume(DEVELOPERS, "dan")
    with application.policy(POLICY):
        wait_with(application, FIRST)
        with console_of(ada, FIRST) as console:
            decide(browser_page, console, "Approve", "seen in the browser")
            said = browser_page.locator("#said")
            expect(said).to_have_text("clicked 1.0.0 is approved for prod.")
            expect(browser_page.locator("#about")).to_contain_text(ada.arn)
        assert application.wait_for_end(LAYER, FIRST).state == "succeeded"
        (vote,) = find_request(application.plane, LAYER, FIRST, PROD).votes
        assert (vote.name, vote.comment) == (ada.arn, "seen in the browser")

        wait_with(application, SECOND)
        with console_of(outsider, SECOND) as console:
            decide(browser_page, console, "Approve", "me too")
            problem = browser_page.get_by_role("alert")
            expect(problem).to_contain_text("is not among the approvers of prod")
        assert find_request(application.plane, LAYER, SECOND, PROD).votes == ()
        application.session.client("lambda").delete_function(FunctionName="widget-1-1-0")
        with console_of(ada, SECOND) as console:
            decide(browser_page, console, "Reject", "not today")
            expect(browser_page.locator("#said")).to_have_text("clicked 1.1.0 is denied for prod.")
        assert application.wait_for_end(LAYER, SECOND).state == "failed"


def test_a_stack_without_a_console_says_what_to_do(application: Application) -> None:
    other = replace(application.plane, stack="layerlift-region-eu-central-1")
    with pytest.raises(OutOfReach, match="no output ConsoleFunctionName"):
        find_backstage(other, application.session)
