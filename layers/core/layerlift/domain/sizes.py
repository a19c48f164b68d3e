"""Sizes as people read them, in the units in which AWS states its limits."""

from layerlift.domain.limits import MEGABYTE

_KILOBYTE = MEGABYTE // 1024

_WHOLE_FROM = 100 * MEGABYTE
"""From here on a tenth of a megabyte is noise."""


def shown_size(size: int) -> str:
    """Return a number of bytes in the largest unit of which there is at least one."""
    if size < _KILOBYTE:
        return "1 byte" if size == 1 else f"{size} bytes"
    if size < MEGABYTE:
        return f"{size / _KILOBYTE:.0f} KB"
    return f"{size / MEGABYTE:.{0 if size >= _WHOLE_FROM else 1}f} MB"
