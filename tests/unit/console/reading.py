"""Reads a widget's HTML as a browser would: elements, their attributes, and their texts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from layerlift.console.answering import answer
from layerlift.console.desk import Desk
from tests.fakes.scenery import Scenery
from tests.fakes.world import ACCOUNT

ENDPOINT = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:layerlift-ConsoleFunction"


@dataclass(frozen=True)
class Action:
    """What a click does: the element before, its attributes, and the parameters it calls with."""

    button: str
    attributes: Mapping[str, str]
    params: Mapping[str, Any]


@dataclass
class Page(HTMLParser):
    """A parsed widget."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self._inside: dict[str, str] = {}
        self._button = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        self._open.append(tag)
        if tag == "cwdb-action":
            self._inside = attributes
        if tag == "button":
            self._button = attributes.get("aria-label", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        here = self._open[-1] if self._open else ""
        if here == "cwdb-action":
            self.actions.append(Action(self._button, self._inside, json.loads(data)))
        elif here != "style":
            self.texts.append(data)
            if "button" in self._open:
                self._button = self._button or data.strip()

    @property
    def root(self) -> dict[str, str]:
        return self.elements[0][1]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    @property
    def state(self) -> str:
        return self.root["data-state"]

    def action(self, button: str) -> Action:
        (found,) = [each for each in self.actions if each.button == button]
        return found


def parse(html: str) -> Page:
    page = Page()
    page.feed(html)
    return page


def show(
    scene: Scenery | Desk,
    event: Mapping[str, Any],
    forms: Mapping[str, Any] | None = None,
    **context: Any,
) -> Page:
    """Ask for a widget, and read the answer."""
    desk = scene.desk if isinstance(scene, Scenery) else scene
    told = {"widgetContext": {"forms": {"all": forms or {}}, **context}}
    return parse(answer({**event, **told}, desk, ENDPOINT))


def counts(page: Page, tag: str, css: str) -> int:
    """Return how many elements of a page have a tag and a CSS class."""
    return sum(t == tag and css in a.get("class", "").split() for t, a in page.elements)
