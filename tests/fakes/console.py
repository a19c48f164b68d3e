"""A console function and a decide function in memory: what a page is served from in tests.

It speaks CloudWatch's language as the deployed function does: forms, a decision, popups, filters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from layerlift.domain.outcomes import Outcome, StepResult
from layerlift_cli.console.backstage import About
from layerlift_cli.console.messages import Decide, Foresee
from layerlift_cli.errors import AnswerIsNo

ENDPOINT = "arn:aws:lambda:eu-central-1:000000000000:function:layerlift-console"
IDENTITY = "arn:aws:iam::000000000000:user/ada"
DIGEST = "ab" * 32


def action(content: Mapping[str, Any] | str, **attributes: str) -> str:
    """Return a `<cwdb-action>`: of HTML, or of a call with these parameters."""
    if isinstance(content, str):
        inside = content
    else:
        inside = escape(json.dumps(content))
        attributes = {"action": "call", "endpoint": ENDPOINT} | attributes
    told = " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
    return f"<cwdb-action {told}>{inside}</cwdb-action>"


@dataclass
class Waiting:
    """A release that waits for prod."""

    layer: str
    version: str

    def params(self, outcome: str) -> dict[str, Any]:
        return {
            "widget": "approvals",
            "action": "decide",
            "layer": self.layer,
            "version": self.version,
            "stage": "prod",
            "digest": DIGEST,
            "attempt": 1,
            "outcome": outcome,
        }


@dataclass
class MemoryBackstage:
    """Releases that wait, and what was decided on them; ``extra`` is shown under all of it."""

    waiting: list[Waiting] = field(
        default_factory=lambda: [Waiting("http-client", "1.4.0"), Waiting("numbers", "2.0.0")]
    )
    decided: list[Decide] = field(default_factory=list)
    events: list[Mapping[str, Any]] = field(default_factory=list)
    extra: str = ""
    progress: int = 0
    trouble: Exception | None = None

    def about(self) -> About:
        return About("layerlift", "eu-central-1", "000000000000", IDENTITY, ENDPOINT)

    def show(self, event: Mapping[str, Any]) -> str:
        self.events.append(event)
        if self.trouble is not None:
            raise self.trouble
        match event.get("action"), event["widget"]:
            case "details", _:
                return f"<p>Everything about {escape(event['layer'])}</p>"
            case _, "approvals":
                return self._approvals() + self.extra
            case _, "releases":
                return self._releases(event) + self.extra
            case _, other:
                return f"<h2>{other}</h2>" + self.extra

    def foresee(self, wanted: Foresee) -> tuple[str, ...]:
        if self.trouble is not None:
            raise self.trouble
        return (
            f"It goes live in {wanted.stage} in 6 targets: eu-central-1, us-east-1; "
            "then eu-west-1, us-west-2 and 2 more.",
            "No function uses it.",
        )

    def decide(self, wanted: Decide) -> StepResult:
        for one in self.waiting:
            if (one.layer, one.version) == (wanted.layer, wanted.version):
                self.waiting.remove(one)
                self.decided.append(wanted)
                return StepResult(outcome=Outcome(wanted.outcome))
        raise AnswerIsNo(f"{wanted.layer} {wanted.version} does not wait for an approval.")

    def _releases(self, event: Mapping[str, Any]) -> str:
        wanted = event["widgetContext"]["forms"]["all"].get("layer", "")
        rows = "".join(
            f"<tr><th scope=row>{one.layer}</th><td>{one.version}</td><td>{self.progress} %</td>"
            f'<td><a class="btn">Details of {one.layer}</a>'
            + action({"action": "details", "layer": one.layer}, display="popup")
            + "</td></tr>"
            for one in self.waiting
            if wanted in one.layer
        )
        return (
            "<style>.table { width: 100% } td { font-variant-numeric: tabular-nums }</style>"
            '<form><label for="f">Layer</label> '
            f'<input id="f" name="layer" value="{escape(wanted)}"> '
            '<button class="btn">Filter</button>'
            + action({"widget": "releases"})
            + "</form>"
            + '<table class="table"><thead><tr><th scope=col>Layer<th scope=col>Version'
            "<th scope=col>Progress<th scope=col>More</thead><tbody>" + rows + "</tbody></table>"
            '<a class="btn">What is this?</a>'
            + action("<p>A list of releases</p>", display="popup")
        )

    def _approvals(self) -> str:
        if not self.waiting:
            return "<p>Nothing waits for approval.</p>"
        return "".join(self._card(one, index) for index, one in enumerate(self.waiting))

    def _card(self, one: Waiting, index: int) -> str:
        return (
            f"<form><h2>{one.layer} {one.version} for prod</h2>"
            f"<p>{self.progress} votes</p>"
            f'<label for="c{index}">Comment on {one.layer}</label> '
            f'<input id="c{index}" name="comment-{index}"> '
            f'<a class="btn btn-primary">Approve {one.layer}</a>'
            + action(one.params("approved"), confirmation="Sure?")
            + f' <a class="btn">Reject {one.layer}</a>'
            + action(one.params("denied"), confirmation="Sure?")
            + "</form>"
        )
