"""Charts: lines over releases, laid out here so that templates only print coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

_WIDTH, _HEIGHT = 420, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 10, 26, 40
_STEPS = 4
_MOST_LABELS = 5
_STYLES = ("a", "b", "c")
"""Lines differ by dash and by the shape of their points, not only by colour."""


@dataclass(frozen=True)
class Point:
    """A value of a line: where it is drawn, and what it says."""

    x: float
    y: float
    label: str


@dataclass(frozen=True)
class Line:
    """A line, in as many pieces as gaps leave; ``style`` is one of a, b and c."""

    name: str
    style: str
    points: tuple[Point, ...]
    pieces: tuple[str, ...]
    last: str


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Chart:
    """A chart of lines; coordinates are in the units of its view box."""

    id: str
    title: str
    description: str
    unit: str
    lines: tuple[Line, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    width: int = _WIDTH
    height: int = _HEIGHT
    left: int = _LEFT
    right: int = _WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = _HEIGHT - _BOTTOM


@dataclass(frozen=True)
class Series:
    """What a line shows: a value for each release, None where there is none."""

    name: str
    values: Sequence[float | None]


def chart(
    identity: str, title: str, unit: str, labels: Sequence[str], series: Sequence[Series]
) -> Chart | None:
    """Return a chart of series over releases, oldest first; None if there is no value at all."""
    shown = [each for each in series if any(value is not None for value in each.values)]
    values = [value for each in shown for value in each.values if value is not None]
    if not values:
        return None
    top, step = _scale(max(values))
    lines = tuple(
        _line(each, style, labels, top, unit) for each, style in zip(shown, _STYLES, strict=False)
    )
    return Chart(
        id=identity,
        title=title,
        description=_describe(shown, labels, unit),
        unit=unit,
        lines=lines,
        x_ticks=_x_ticks(labels),
        y_ticks=tuple(
            Tick(_y(step * n, top), _number(step * n)) for n in range(round(top / step) + 1)
        ),
    )


def _scale(largest: float) -> tuple[float, float]:
    """Return the top of the axis and the step between ticks: 1, 2 or 5 times a power of ten."""
    if largest <= 0:
        return 1.0, 1.0
    rough = largest / _STEPS
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return step * ceil(largest / step), step


def _x(number: int, count: int) -> float:
    width = _WIDTH - _LEFT - _RIGHT
    return round(_LEFT + width * (0.5 if count == 1 else (number + 0.25) / (count - 0.5)), 1)


def _y(value: float, top: float) -> float:
    return round(_HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * value / top, 1)


def _x_ticks(labels: Sequence[str]) -> tuple[Tick, ...]:
    every = max(1, ceil(len(labels) / _MOST_LABELS))
    last = len(labels) - 1
    return tuple(
        Tick(_x(number, len(labels)), label)
        for number, label in enumerate(labels)
        if (last - number) % every == 0
    )


def _line(series: Series, style: str, labels: Sequence[str], top: float, unit: str) -> Line:
    pieces: list[list[str]] = [[]]
    points: list[Point] = []
    for number, value in enumerate(series.values):
        if value is None:
            pieces.append([])
            continue
        x, y = _x(number, len(labels)), _y(value, top)
        pieces[-1].append(f"{x},{y}")
        points.append(Point(x, y, f"{labels[number]}: {_number(value)} {unit}"))
    return Line(
        name=series.name,
        style=style,
        points=tuple(points),
        pieces=tuple(" ".join(piece) for piece in pieces if len(piece) > 1),
        last=points[-1].label,
    )


def _describe(series: Sequence[Series], labels: Sequence[str], unit: str) -> str:
    said = []
    for each in series:
        known = [(n, value) for n, value in enumerate(each.values) if value is not None]
        (first, before), (last, after) = known[0], known[-1]
        said.append(
            f"{each.name}: {_number(after)} {unit} in {labels[last]}"
            + (f", {_number(before)} {unit} in {labels[first]}" if first != last else "")
            + "."
        )
    return " ".join(said)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}".rstrip("0").rstrip(".")
