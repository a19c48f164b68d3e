"""How often alarms are looked at while a wave bakes, and while a stage is held."""

_SHORTEST, _LONGEST = 15, 300
"""Seconds between two looks: CloudWatch evaluates a standard alarm once a minute or less often, so
more would find nothing; and in five minutes an alarm that fires has not been left alone long."""

_LOOKS = 20
"""How often a bake is looked at, at least, unless that would be more often than the shortest."""

_MOST_LOOKS = 1000
"""How often a hold, or all bakes of a stage together, are looked at. One look is nine events of an
execution's history, and 25,000 events end an execution, see
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""


def bake_interval(seconds: int, waves: int) -> int:
    """Return the seconds between two looks at the alarms of a bake of a stage with ``waves``."""
    usual = min(_LONGEST, max(_SHORTEST, seconds // _LOOKS))
    return max(usual, -(-seconds * waves // _MOST_LOOKS))


def hold_interval(held: float, whole: float) -> int:
    """Return the seconds until the next look at a stage that is held.

    The interval grows with the time it has been ``held`` for, up to five minutes, or more if the
    ``whole`` of the hold would have too many looks. Both are seconds.
    """
    return int(min(max(_SHORTEST, held / 10), max(_LONGEST, whole / _MOST_LOOKS)))
