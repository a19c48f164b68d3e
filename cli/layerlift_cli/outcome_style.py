"""How states and outcomes look, the same in every view."""

from rich.text import Text

_STYLES = {
    "active": "green",
    "succeeded": "green",
    "claimed": "green",
    "unchanged": "cyan",
    "canaried": "cyan",
    "published": "cyan",
    "running": "cyan",
    "promoting": "cyan",
    "baking": "cyan",
    "waiting": "yellow",
    "held": "yellow",
    "superseded": "yellow",
    "owed": "yellow",
    "rolled_back": "yellow",
    "stuck": "red",
    "replaced": "dim",
    "inactive": "dim",
    "pending": "dim",
    "untouched": "dim",
    "failed": "red",
    "rejected": "red",
    "approved": "green",
    "denied": "red",
    "expired": "red",
}
_UNDER_WAY = {"running", "promoting", "baking", "canaried", "published"}
_OVER = {"superseded", "rolled_back"}
"""What has ended without success, though nothing is broken."""

_MARKS = {"green": "✓", "red": "✗", "yellow": "…"}


def styled(state: str) -> Text:
    """Return a state in its colour; the word alone says it all where there is none."""
    return Text(state.replace("_", " "), style=_STYLES.get(state, ""))


def mark(state: str) -> Text:
    """Return the sign in front of a line about a state."""
    style = _STYLES.get(state, "")
    if state in _UNDER_WAY:
        return Text("▸", style=style)
    if state in _OVER:
        return Text("✗", style=style)
    return Text(_MARKS.get(style, "·"), style=style)
