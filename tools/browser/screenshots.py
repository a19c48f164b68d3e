"""Pictures of a console for the documents: `python -m tools.browser.screenshots ADDRESS`.

The address is what `layerlift console --no-open` or `make demo KEEP=1` prints. Each picture is
`docs/images/console-<widget>-<theme>-<width>.png`, of the Chromium that the tests use.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from tools.browser.chromium import FLAGS, chromium

IMAGES = Path(__file__).resolve().parents[2] / "docs/images"
WIDGETS = ("releases", "approvals", "matrix", "layer")
SIZES = {1280: 800, 390: 844}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main() -> int:
    """Take them all; 0 if that worked."""
    parser = argparse.ArgumentParser(prog="python -m tools.browser.screenshots")
    parser.add_argument("address", help="what layerlift console has printed")
    parser.add_argument("--to", type=Path, default=IMAGES, help="the folder for the pictures")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    found = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.program, args=list(FLAGS), env={**os.environ, **found.environment}
        )
        for theme in THEMES:
            for width in SIZES:
                take(browser, given.address.partition("&")[0], theme, width, given.to)
        browser.close()
    return 0


def take(
    browser: Browser, address: str, theme: Literal["light", "dark"], width: int, folder: Path
) -> None:
    """Take one picture of each widget, whole; its words and times are those of the moment."""
    context = browser.new_context(
        color_scheme=theme,
        viewport={"width": width, "height": SIZES[width]},
        locale="en-GB",
        timezone_id="UTC",
    )
    page = context.new_page()
    for widget in WIDGETS:
        page.goto(f"{address}&at={widget}")
        page.wait_for_selector("#updated:not(:empty)")
        page.screenshot(path=folder / f"console-{widget}-{theme}-{width}.png", full_page=True)
    context.close()


if __name__ == "__main__":
    sys.exit(main())
