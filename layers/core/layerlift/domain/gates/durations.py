"""Durations as people write them."""

import re
from typing import Annotated

from pydantic import AfterValidator

from layerlift.domain.errors import InvalidText

_DURATION = re.compile(r"(\d+)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_YEAR = 365 * 86400


def parse_duration(text: str) -> int:
    """Return the seconds of a duration like ``90s``, ``30m``, ``72h`` or ``7d``.

    The longest is a year, which is how long a Step Functions execution may run
    (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).

    :raises InvalidText: if it is not one, or is longer than a year.
    """
    match = _DURATION.fullmatch(text)
    if match is None or not 0 < int(match[1]) * _SECONDS[match[2]] <= _YEAR:
        raise InvalidText(f"{text!r} is not a duration: use a number and s, m, h or d, like 72h")
    return int(match[1]) * _SECONDS[match[2]]


def _checked(text: str) -> str:
    parse_duration(text)
    return text


Duration = Annotated[str, AfterValidator(_checked)]
"""A text that :func:`parse_duration` takes."""


def parse_pause(text: str) -> int:
    """Return the seconds of a duration, or 0 for ``0s``: no pause at all.

    :raises InvalidText: if it is neither.
    """
    return 0 if text == "0s" else parse_duration(text)


def _checked_pause(text: str) -> str:
    parse_pause(text)
    return text


Pause = Annotated[str, AfterValidator(_checked_pause)]
"""A text that :func:`parse_pause` takes."""
