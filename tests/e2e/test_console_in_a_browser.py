"""A release is approved by a click in Chromium, signed by whoever has opened the console."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.domain.policy import Policy
from layerlift_cli.approvals import find_request
from layerlift_cli.console.backstage import find_backstage
from layerlift_cli.errors import OutOfReach
from tests.e2e.application import STACK, Application, python_layer
from tests.e2e.people import ACCOUNT, DEVELOPERS, MANAGERS, People, Person
from tools.browser.chromium import FLAGS, chromium, packages

LAYER, PROD = LayerName("signed"), StageName("prod")
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
expect.set_options(timeout=PATIENCE_MILLISECONDS)


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
def console_of(person: Person) -> Iterator[str]:
    """The address of the console that somebody has opened with `layerlift console`."""
    keys = person.session.get_credentials().get_frozen_credentials()
    mine = {
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "AWS_SESSION_TOKEN": keys.token,
        "LAYERLIFT_STACK": STACK,
    }
    command = [str(Path(sys.prefix) / "bin" / "layerlift"), "console", "--no-open"]
    with subprocess.Popen(
        command, env=os.environ | mine, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        try:
            yield running.stdout.readline().strip()
        finally:
            running.send_signal(signal.SIGINT)
            assert running.wait(PATIENCE_MILLISECONDS / 1000) == 0


def wait_with(application: Application, version: SemanticVersion) -> None:
    """Have a release wait for approval."""
    content = python_layer({"signed.py": f"X = '{version}'\n"})
    answer = application.answer(application.drop(f"incoming/{LAYER}/{version}.zip", content))
    assert answer.outcome == "claimed", answer.reason
    application.wait_for_approval(LAYER, version)


def decide(page: Page, address: str, button: str, comment: str) -> None:
    page.goto(f"{address}&at=approvals")
    page.get_by_label("Comment").fill(comment)
    page.get_by_role("button", name=f"{button} {LAYER}").click()
    page.get_by_role("dialog").get_by_role("button", name=button, exact=True).click()


def violations(page: Page) -> list[str]:
    page.evaluate((packages() / "node_modules/axe-core/axe.min.js").read_text())
    found = page.evaluate("() => axe.run()")["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


def test_a_click_approves_and_another_rejects_each_by_who_opened_the_console(
    application: Application, people: People, browser_page: Page
) -> None:
    ada, outsider = people.assume(MANAGERS, "ada"), people.assume(DEVELOPERS, "dan")
    said, widget = browser_page.locator("#said"), browser_page.locator("#widget")
    with application.policy(POLICY):
        wait_with(application, FIRST)
        with console_of(ada) as address:
            decide(browser_page, address, "Approve", "seen in the browser")
            expect(said).to_contain_text("signed 1.0.0 is approved for prod.")
            expect(said.get_by_role("link", name="Watch signed under Releases")).to_be_visible()
            expect(browser_page.locator("#about")).to_contain_text(ada.arn)
            browser_page.get_by_role("tab", name="Releases").click()
            expect(widget).to_contain_text("1.0.0")
            expect(widget.get_by_text("live", exact=True).first).to_be_visible()
            (vote,) = find_request(application.plane, LAYER, FIRST, PROD).votes
            assert (vote.name, vote.comment) == (ada.arn, "seen in the browser")

        wait_with(application, SECOND)
        with console_of(outsider) as address:
            decide(browser_page, address, "Approve", "me too")
            problem = browser_page.get_by_role("alert")
            expect(problem).to_contain_text("is not among the approvers of prod")
        assert find_request(application.plane, LAYER, SECOND, PROD).votes == ()
        with console_of(ada) as address:
            decide(browser_page, address, "Reject", "not today")
            expect(said).to_contain_text("signed 1.1.0 is rejected for prod.")
            for name in ("Approvals", "Releases", "Matrix", "Layer"):
                browser_page.get_by_role("tab", name=name).click()
                expect(widget.locator("[data-widget]")).to_have_attribute(
                    "data-widget", name.lower()
                )
                assert violations(browser_page) == [], name
        assert application.wait_for_end(LAYER, SECOND).state == "failed"


def test_a_stack_without_a_console_says_what_to_do(application: Application) -> None:
    other = replace(application.plane, stack="layerlift-region-eu-central-1")
    with pytest.raises(OutOfReach, match="no output ConsoleFunctionName"):
        find_backstage(other, application.session)
