"""Whatever a value is, it stays text: shown with hostile strings in every field of every view."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2
import pytest

from layerlift.console import rendering
from layerlift.console.answering import answer
from layerlift.console.rendering import visible
from tests.fakes.scenery import Scenery, vote
from tests.fakes.scenes import busy
from tests.fakes.world import ACCOUNT
from tests.unit.console.reading import ENDPOINT, Page, parse, show

TEMPLATES = sorted(Path(rendering.__file__).parent.glob("templates/*.html"))
RELEASE = {"layer": "http-client", "version": "1.4.0"}
WIDGETS: Mapping[str, Mapping[str, Any]] = {
    "releases": {"widget": "releases"},
    "approvals": {"widget": "approvals"},
    "approvals on the own machine": {"widget": "approvals", "host": "local"},
    "matrix": {"widget": "matrix", "stage": "prod"},
    "layer": {"widget": "layer", "layer": "http-client"},
    "release": {"widget": "release", **RELEASE},
    "target": {
        "widget": "target",
        "layer": "image-tools",
        "stage": "prod",
        "account": ACCOUNT,
        "region": "ap-southeast-5",
    },
    "pointers": {"widget": "pointers", "layer": "http-client", "stage": "prod"},
    "report": {"widget": "report", **RELEASE},
    "problem": {"widget": "nothing"},
}
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "{{1337*1337}}{% raw %}",
    "</style></title></textarea></cwdb-action><cwdb-action endpoint='arn:evil'>",
    "a\u202eb\u2066c\x00\x1b[2J\ud800",
    "&lt;b&gt;\\u003cb\\u003e",
    'javascript:alert(1)"',
)
ELEMENTS = {
    *("div", "style", "form", "label", "input", "datalist", "option", "select", "button"),
    *("cwdb-action", "h2", "h3", "h4", "p", "span", "strong", "code", "time", "article", "header"),
    *("ol", "ul", "li", "section", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr"),
    *("th", "td", "textarea", "figure", "figcaption", "svg", "title", "desc", "g", "line", "text"),
    *("polyline", "circle", "rect"),
}
"""Every element that a widget may have: no script, no iframe, no image, no link, no use."""


@pytest.fixture(scope="module")
def scene() -> Scenery:
    return busy()


def spoiled(value: Any, text: str) -> Any:
    """Return a view whose every text is ``text``."""
    if isinstance(value, str):
        return text
    if isinstance(value, tuple | list):
        return type(value)(spoiled(item, text) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: spoiled(getattr(value, f.name), text) for f in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    return value


@pytest.fixture
def views(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The views that are rendered, as they come."""
    seen: list[Any] = []
    render = jinja2.Template.render

    def keep(template: jinja2.Template, **given: Any) -> str:
        seen.append((template, given))
        return render(template, **given)

    monkeypatch.setattr(jinja2.Template, "render", keep)
    return seen


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("widget", WIDGETS)
def test_a_hostile_text_in_every_field_stays_text(
    scene: Scenery, widget: str, text: str, views: list[Any]
) -> None:
    before = show(scene, WIDGETS[widget])
    template, given = views[-1]
    html = template.render(**given | {"view": spoiled(given["view"], text)})
    page = parse(html)
    assert {tag for tag, _ in page.elements} <= ELEMENTS
    assert len(page.elements) <= len(before.elements) + 50
    assert {name for _, attrs in page.elements for name in attrs if name.startswith("on")} == set()
    assert {attrs.get("endpoint", ENDPOINT) for _, attrs in page.elements} == {ENDPOINT}
    assert "1787569" not in html
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b\ud800]", html)
    assert visible(text).split("\n")[0][:20] in "".join(page.texts) + values(page)
    assert all(names_what_it_should(action.params, text) for action in page.actions)


def values(page: Page) -> str:
    return "".join(value for _, attrs in page.elements for value in attrs.values())


def names_what_it_should(params: Mapping[str, Any], text: str) -> bool:
    """Say whether an action names a widget of ours, and hands a text on as it was."""
    others = {v for k, v in params.items() if isinstance(v, str) and k not in OURS}
    return params["widget"] in {"releases", "approvals", "matrix", "layer", "release", "target",
                                "pointers", "report"} and others <= {text, ""}  # fmt: skip


OURS = {"widget", "action", "host", "outcome", "display"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_can_switch_escaping_off(path: Path) -> None:
    found = re.findall(r"\|\s*safe|autoescape|Markup|xmlattr|urlize", path.read_text())
    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_attribute_of_a_template_is_quoted(path: Path) -> None:
    assert re.findall(r"=\s*\{\{", path.read_text()) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_a_script_a_frame_or_a_style_of_an_element(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"<(?:script|iframe|use|object|embed|img|link)|\son\w+=|\sstyle=", text) == []


def test_an_unknown_name_in_a_template_is_an_error_and_not_nothing() -> None:
    with pytest.raises(jinja2.UndefinedError):
        rendering._environment().from_string("{{ view.missing }}").render(view={})


def test_texts_from_outside_are_shown_as_they_were_said(scene: Scenery) -> None:
    hostile = '<img src=x onerror="alert(1)">'
    fresh = Scenery()
    release = fresh.release("http-client", "1.0.0", reason=hostile)
    fresh.below_prod(release)
    fresh.approval(release, votes=(vote(f"{hostile}\nSecond line"),))
    for event in ({"widget": "approvals"}, {"widget": "releases"}):
        page = show(fresh, event)
        assert hostile in page.text
        assert "img" not in {tag for tag, _ in page.elements}
    assert f"{hostile}\nSecond line" in "".join(show(fresh, {"widget": "approvals"}).texts)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize(
    "asked",
    [
        lambda text: {"widget": text},
        lambda text: {"widget": "releases", "action": text},
        lambda text: {"widget": "releases", text: "1"},
        lambda text: {"widget": "releases", "layer": text},
        lambda text: {"widget": "layer", "region": text},
        lambda text: {"widget": "releases", "host": text},
        lambda text: {"widget": "releases", "widgetContext": {"theme": text}},
        lambda text: {"widget": "releases", "widgetContext": text},
        lambda text: {
            "widget": "releases",
            "widgetContext": {"forms": {"all": {"releases-layer": text}}},
        },
    ],
)
def test_a_hostile_event_is_answered_with_a_widget(
    scene: Scenery, asked: Callable[[str], dict[str, Any]], text: str
) -> None:
    html = answer(asked(text), scene.desk, ENDPOINT)
    page = parse(html)
    assert {tag for tag, _ in page.elements} <= ELEMENTS
    assert page.state in ("error", "ok")
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b\ud800]", html)
