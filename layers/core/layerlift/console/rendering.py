"""Rendering: a view and its template make HTML in which every value is text.

Escaping is not left to those who write templates. Jinja escapes whatever an expression prints,
an unknown name is an error and not nothing, and what would move a cursor, break a line or turn the
direction of text is shown as its code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from layerlift.console.requests import Context

_LINES = frozenset("\n\t")


def visible(value: Any) -> Any:
    r"""Return a text whose control characters, lone surrogates and marks of direction show.

    They become ``\x1b``-like escapes, line breaks of a comment stay. What a template has already
    escaped, and what is no text, comes back as it is.
    """
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "".join(
        c if c.isprintable() or c in _LINES else c.encode("unicode_escape").decode() for c in value
    )


@dataclass(frozen=True)
class Frame:
    """What a widget is shown in. ``endpoint`` is the ARN of the function that its actions call."""

    widget: str
    context: Context
    endpoint: str
    host: str = ""

    def action(self, widget: str, action: str = "show", **params: Any) -> Mapping[str, Any]:
        """Return the parameters of an action of this frame's widgets."""
        host = {"host": self.host} if self.host else {}
        named = {} if action == "show" else {"action": action}
        return {"widget": widget, **named, **params, **host}


def render(template: str, frame: Frame, view: Any, state: str = "ok") -> str:
    """Return the HTML of a view. ``state`` is the ``data-state`` of its root element."""
    found = _environment().get_template(f"{template}.html")
    return found.render(view=view, frame=frame, state=state)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("layerlift.console"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
