"""What the page sends, and what the console function is sent in turn.

The shape of an event is CloudWatch's
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html):
the widget's parameters, those of the action on top of them, and ``widgetContext``.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, StringConstraints

from layerlift.domain.identity import MAX_REASON
from layerlift.domain.model import Value
from layerlift.domain.outcomes import Outcome

Widget = Literal["releases", "approvals", "matrix", "layer"]

DECIDE = "decide"
"""The one action that is not the function's: it takes a proof of who decides."""

MAX_FIELDS = 200
"""Ours: how many parameters or fields a call may have."""

_MAX_PIXELS = 20_000
_RANGE = timedelta(days=1)
_MILLISECONDS = 1000

_Short = Annotated[str, StringConstraints(max_length=200)]
_Field = Annotated[str, StringConstraints(max_length=4000)]


class Screen(Value):
    """What the widget will be seen on. Sizes are CSS pixels, the offset is minutes east of UTC."""

    theme: Literal["light", "dark"]
    width: int = Field(ge=0, le=_MAX_PIXELS)
    height: int = Field(ge=0, le=_MAX_PIXELS)
    locale: _Short
    timezone: _Short
    offset: int = Field(ge=-24 * 60, le=24 * 60)


class Show(Value):
    """Show a widget; with ``endpoint`` because of an action that names one."""

    widget: Widget
    params: dict[_Short, JsonValue] = Field(default_factory=dict, max_length=MAX_FIELDS)
    forms: dict[_Short, _Field] = Field(default_factory=dict, max_length=MAX_FIELDS)
    screen: Screen
    endpoint: _Short | None = None


class Decide(Value):
    """Decide on a request for approval: on the bytes and the attempt that were shown.

    ``nonce`` is one that came with a widget, and is good once.
    """

    layer: _Short
    version: _Short
    stage: _Short
    digest: _Short
    attempt: int
    outcome: Literal[Outcome.APPROVED, Outcome.DENIED]
    comment: Annotated[str, StringConstraints(max_length=MAX_REASON)] = ""
    nonce: _Short


class Foresee(Value):
    """Tell what follows from a decision that is about to be made."""

    layer: _Short
    version: _Short
    stage: _Short
    outcome: Literal[Outcome.APPROVED, Outcome.DENIED]


class Enter(Value):
    """Open a session with the key that the address has."""

    key: _Short


def event_of(show: Show, dashboard: str, account: str, now: datetime) -> Mapping[str, Any]:
    """Return the event that the console function is invoked with."""
    own = {"widget": show.widget, "host": "local"}
    ends = int(now.timestamp() * _MILLISECONDS)
    length = int(_RANGE.total_seconds() * _MILLISECONDS)
    return {
        **own,
        **show.params,
        # Last: no parameter can pose as the host or as what the host knows.
        "host": "local",
        "widgetContext": {
            "dashboardName": dashboard,
            "widgetId": f"widget-{show.widget}",
            "accountId": account,
            "locale": show.screen.locale,
            "timezone": {
                "label": show.screen.timezone,
                "offsetISO": _iso_offset(show.screen.offset),
                "offsetInMinutes": show.screen.offset,
            },
            "period": 300,
            "isAutoPeriod": True,
            "timeRange": {
                "mode": "relative",
                "start": ends - length,
                "end": ends,
                "relativeStart": length,
            },
            "theme": show.screen.theme,
            "linkCharts": True,
            "title": show.widget.capitalize(),
            "forms": {"all": show.forms},
            "params": own,
            "width": show.screen.width,
            "height": show.screen.height,
        },
    }


def _iso_offset(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"
