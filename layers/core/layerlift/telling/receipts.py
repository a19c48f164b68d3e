"""What became of a message, read from what a service answered."""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from math import ceil, isfinite

from layerlift.ports.chat import WebReply

_OK, _REDIRECTS, _CLIENT_ERROR = 200, 300, 400
_TIMED_OUT, _TOO_MANY, _SERVER_ERROR = 408, 429, 500
_LONGEST = 3600
"""Seconds. A service that wants to be left alone for longer is asked again all the same."""


class Fate(StrEnum):
    """What became of a message."""

    DELIVERED = "delivered"
    LATER = "later"
    """The service did not take it now; it may take it later."""
    REFUSED = "refused"
    """The service did not take it, and will not before somebody mends something."""
    GONE = "gone"
    """The message that should be updated, or its thread, is no longer there."""


@dataclass(frozen=True)
class Receipt:
    """What became of a message.

    ``handle`` is what the service calls the message, if it says. ``wait_seconds`` is how long the
    service asks to be left alone, None if it does not say. ``reason`` quotes no address.
    """

    fate: Fate
    handle: str | None = None
    wait_seconds: int | None = None
    reason: str = ""


def judge(reply: WebReply) -> Receipt:
    """Return what an answer means by its status alone (RFC 9110, section 15)."""
    status = reply.status
    if _OK <= status < _REDIRECTS:
        return Receipt(Fate.DELIVERED)
    if status in (_TIMED_OUT, _TOO_MANY) or status >= _SERVER_ERROR:
        return Receipt(
            Fate.LATER, wait_seconds=retry_after(reply), reason=f"it answered with status {status}"
        )
    if _REDIRECTS <= status < _CLIENT_ERROR:
        reason = f"it answered with status {status}, and redirects are not followed"
        return Receipt(Fate.REFUSED, reason=reason)
    return Receipt(Fate.REFUSED, reason=f"it answered with status {status}")


def retry_after(reply: WebReply) -> int | None:
    """Return the seconds of ``Retry-After`` (RFC 9110, section 10.2.3), None without a sound one.

    A date counts from the answer's own ``Date``. Discord gives fractions of a second.
    """
    value = reply.headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        seconds = _until(value, reply.headers.get("date", ""))
    if not isfinite(seconds) or seconds < 0:
        return None
    return max(1, min(ceil(seconds), _LONGEST))


def _until(date: str, now: str) -> float:
    try:
        return (parsedate_to_datetime(date) - parsedate_to_datetime(now)).total_seconds()
    except (TypeError, ValueError):
        return -1
