"""Where people read: a console that shows what its terminal can, and texts made safe for it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderHook
from rich.console import RenderResult as Result
from rich.segment import Segment

_IN_ASCII = str.maketrans(
    {
        "✓": "+",
        "✗": "x",
        "…": "~",
        "·": "-",
        "→": ">",
        "─": "-",
        "▶": ">",
        "▸": "*",
        "█": "#",
        "░": ".",
        "—": "-",
    }
)
"""Signs of one column each, so that what is lined up stays so."""


def people_console(*, stderr: bool = False) -> Console:
    """Return a console for people, whatever its encoding can say."""
    console = Console(stderr=stderr, highlight=False)
    console.push_render_hook(_InItsSigns(console))
    return console


def in_its_signs(console: Console, content: RenderableType) -> RenderableType:
    """Return ``content`` as it is, or in ASCII where the console knows no more."""
    return _Ascii(content) if console.options.ascii_only else content


def shown(text: str) -> str:
    r"""Return ``text`` without what could move a cursor: such characters become ``\x1b``-like.

    Comments and reasons may come from anybody; lines are joined by spaces.
    """
    line = " ".join(text.splitlines())
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def shown_lines(text: str) -> str:
    """Return a message of several lines, each as :func:`shown` has it; no line break at the end."""
    return "\n".join(map(shown, text.rstrip("\n").split("\n")))


class _InItsSigns(RenderHook):
    def __init__(self, console: Console) -> None:
        self._console = console

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        if not self._console.options.ascii_only:
            return renderables
        return [_Ascii(content) for content in renderables]


class _Ascii:
    def __init__(self, content: RenderableType) -> None:
        self._content = content

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Result:
        yield from _without_signs(console.render(self._content, options))


def _without_signs(segments: Iterable[Segment]) -> Iterable[Segment]:
    for text, style, control in segments:
        plain = text.translate(_IN_ASCII).encode("ascii", "replace").decode()
        yield Segment(text if control else plain, style, control)
