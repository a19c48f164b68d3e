"""Answering: the event of a custom widget becomes its HTML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from layerlift.console.approvals import show_approvals
from layerlift.console.deciding import decide_by_click
from layerlift.console.desk import Desk, Visit
from layerlift.console.details import show_release, show_target
from layerlift.console.documentation import DOCUMENTATION
from layerlift.console.layer import show_layer
from layerlift.console.matrix import show_matrix
from layerlift.console.pointers import show_pointers
from layerlift.console.releases import show_releases
from layerlift.console.rendering import Frame, render
from layerlift.console.report import show_report
from layerlift.console.requests import (
    Asked,
    Decide,
    NotUnderstood,
    ShowApprovals,
    ShowLayer,
    ShowMatrix,
    ShowPointers,
    ShowRelease,
    ShowReleases,
    ShowReport,
    ShowTarget,
    read_context,
    understand,
)
from layerlift.console.words import Times
from layerlift.domain.errors import Unavailable

MAX_RESPONSE_BYTES = 6 * 1024 * 1024
"""What a synchronous invocation may answer with. CloudWatch states no limit of its own for a
widget. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


@dataclass(frozen=True)
class ProblemView:
    """Why there is nothing to see; ``next`` is what to do, empty if ``what`` says it."""

    what: str
    next: str


def answer(event: Mapping[str, Any], desk: Desk, endpoint: str) -> str:
    """Return the HTML of the widget that an event asks for, or its documentation as Markdown.

    ``endpoint`` is the ARN of the function that the widget's actions call. Whatever is wrong with
    the event becomes a widget that says so.
    """
    if event.get("describe"):
        return DOCUMENTATION
    try:
        asked = understand(event)
        html = _show(asked, desk, endpoint)
    except NotUnderstood as problem:
        return _problem(event, endpoint, str(problem), "")
    except Unavailable as problem:
        said = f"AWS could not be reached, or was too busy: {problem}."
        then = "Try again in a moment. A decision that is made twice counts once."
        return _problem(event, endpoint, said, then)
    if len(html.encode()) > MAX_RESPONSE_BYTES:
        said = "This takes more than the 6 MB that Lambda answers with."
        return _problem(event, endpoint, said, "Choose a layer or a stage with fewer entries.")
    return html


def _show(asked: Asked, desk: Desk, endpoint: str) -> str:
    frame = Frame(asked.widget, asked.context, endpoint, asked.host)
    visit = Visit(asked, frame, Times(desk.clock(), asked.context.timezone))
    request: Any = asked.request
    if isinstance(request, Decide):
        return show_approvals(visit, desk, decide_by_click(request, visit, desk))
    return _WIDGETS[type(request)](request, visit, desk)


_Show = Callable[[Any, Visit, Desk], str]
_WIDGETS: Mapping[type, _Show] = {
    ShowReleases: show_releases,
    ShowApprovals: lambda asked, visit, desk: show_approvals(visit, desk, layer=asked.layer),
    ShowMatrix: show_matrix,
    ShowLayer: show_layer,
    ShowRelease: show_release,
    ShowTarget: show_target,
    ShowPointers: show_pointers,
    ShowReport: show_report,
}


def _problem(event: Mapping[str, Any], endpoint: str, what: str, then: str) -> str:
    frame = Frame("problem", read_context(event.get("widgetContext")), endpoint)
    return render("problem", frame, ProblemView(what, then), "error")
