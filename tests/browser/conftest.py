"""One Chromium for all tests; each has a console and a page of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from layerlift_cli.console.application import Console
from layerlift_cli.console.server import serving
from tests.fakes.console import MemoryBackstage
from tools.browser.chromium import FLAGS, chromium, packages

PATIENCE_MILLISECONDS = 20_000
expect.set_options(timeout=PATIENCE_MILLISECONDS)


@dataclass
class Visit:
    """Somebody at the console, and what the browser complained of."""

    page: Page
    console: Console
    backstage: MemoryBackstage
    complaints: list[str] = field(default_factory=list)

    def open(self, widget: str = "") -> None:
        self.page.goto(f"{self.console.address}&at={widget}")
        self.page.wait_for_selector("#updated:not(:empty)")

    def look_again(self) -> None:
        with self.page.expect_response("**/api/show"):
            self.page.get_by_role("button", name="Refresh").click()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def widget(self) -> Locator:
        return self.page.locator("#widget")

    def violations(self) -> list[str]:
        """Return what axe-core finds wrong with the page as it is."""
        script = packages() / "node_modules/axe-core/axe.min.js"
        self.page.evaluate(script.read_text())
        found = self.page.evaluate("() => axe.run()")["violations"]
        return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.program,
            args=list(FLAGS),
            env={**os.environ, **found.environment},
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-GB", timezone_id="Europe/Berlin")
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context
    context.close()


@contextmanager
def visiting(context: BrowserContext) -> Iterator[Visit]:
    """Somebody comes to a console of their own, and leaves."""
    backstage = MemoryBackstage()
    with serving(backstage) as console:
        visit = Visit(context.new_page(), console, backstage)
        visit.page.on("console", lambda message: visit.complaints.append(message.text))
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        yield visit
        visit.page.close()


@pytest.fixture
def visit(context: BrowserContext) -> Iterator[Visit]:
    with visiting(context) as visit:
        yield visit
