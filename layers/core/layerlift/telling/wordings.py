"""The sentences for each type of event.

The names in braces are filled in by :mod:`layerlift.telling.telling`: ``release`` is the layer and
its version, ``place`` the region or regions, ``object`` the dropped object's key, ``but_owed`` an
exception for what is still owed, or nothing; ``layer``, ``version``, ``stage``, ``actor`` and
``until`` are what they say. Read them aloud before changing one: what happened, why, what next.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from layerlift.domain.events import EventType
from layerlift.telling.message import Severity

INFO, GOOD, ATTENTION, BAD = (
    Severity.INFO,
    Severity.GOOD,
    Severity.ATTENTION,
    Severity.BAD,
)


@dataclass(frozen=True)
class Wording:
    """How one type of event is told.

    ``next_step`` is empty if nothing is to be done, or it takes the event itself to say what:
    see :mod:`layerlift.telling.next_steps`.

    ``standing`` is how its stage, or the whole release, stands from then on; empty if the event
    changes nothing about that. ``is_routine`` marks a step among many that went as it should:
    a summary shows it, and nobody is called for it.
    """

    severity: Severity
    headline: str
    what: str
    next_step: str = ""
    standing: str = ""
    is_routine: bool = False


_STATUS = "layerlift status {layer}"
_DECIDE = (
    "layerlift approve {layer} {version} {stage} or: layerlift reject {layer} {version} {stage}"
)
_DROP_AGAIN = "Mend the layer, and drop it under a new version."
_DROP_SAME = (
    "If the layer is at fault, mend it and drop it under a new version; if not, drop the same zip "
    "again once what failed is mended."
)
_NOTHING = "Nothing has to be done."
_RECONCILER = "The reconciler goes on trying; see when it has worked with: " + _STATUS

WORDINGS: Mapping[EventType, Wording] = {
    EventType.RELEASE_REJECTED: Wording(
        BAD,
        "A drop of {release} was rejected",
        "The dropped zip became no release, and what was released before stays as it is.",
        "Mend that, and drop the zip again.",
        standing="rejected",
    ),
    EventType.RELEASE_UNCHANGED: Wording(
        INFO, "{release} is there already", "The drop changed nothing.", is_routine=True
    ),
    EventType.RELEASE_CLAIMED: Wording(
        INFO,
        "{release} is on its way",
        "The dropped zip is a release now.",
        "Its promotions follow, stage by stage.",
        standing="on its way",
        is_routine=True,
    ),
    EventType.PROMOTION_STARTED: Wording(
        INFO,
        "{release} enters {stage}",
        "No other release of {layer} goes into {stage} meanwhile.",
        standing="on its way",
        is_routine=True,
    ),
    EventType.APPROVAL_REQUESTED: Wording(
        ATTENTION,
        "{release} waits for approval in {stage}",
        "The release may not go into {stage} before somebody approves.",
        "Decide by {until}, in the console or with: " + _DECIDE,
        standing="waits for approval",
    ),
    EventType.APPROVAL_COUNTED: Wording(
        INFO,
        "{release} was approved for {stage}, and needs more approvals",
        "{actor} approved.",
        "Decide as well, in the console or with: " + _DECIDE,
        standing="waits for more approvals",
    ),
    EventType.APPROVAL_COMMENTED: Wording(
        INFO,
        "A comment on {release} for {stage}",
        "Somebody commented in the console, which decides nothing.",
        "Decide with: " + _DECIDE,
    ),
    EventType.APPROVAL_REFUSED: Wording(
        ATTENTION,
        "A decision on {release} for {stage} does not count",
        "The release still waits for approval.",
        "Somebody who may approve decides with: " + _DECIDE,
    ),
    EventType.APPROVAL_GRANTED: Wording(
        GOOD,
        "{release} was approved for {stage}",
        "{actor} let the release go on.",
        "The first wave follows.",
        standing="approved",
    ),
    EventType.APPROVAL_DENIED: Wording(
        BAD,
        "{release} was rejected for {stage}",
        "{actor} ended the promotion; nothing was moved, and the stages before stay live.",
        "Drop the same zip again to ask once more, or a mended one under a new version.",
        standing="rejected",
    ),
    EventType.APPROVAL_EXPIRED: Wording(
        BAD,
        "Nobody decided on {release} for {stage}",
        "The time for a decision is up, which ended the promotion; nothing was moved, and the "
        "stages before stay live.",
        "Drop the same zip again to ask once more.",
        standing="expired",
    ),
    EventType.ALARMS_CHECKED: Wording(
        GOOD, "Alarms let {release} go on in {stage}", "The alarms were looked at.", is_routine=True
    ),
    EventType.STAGE_HELD: Wording(
        ATTENTION,
        "{release} is held in {stage}",
        "No wave starts meanwhile.",
        standing="held",
    ),
    EventType.HOLD_OVERRIDDEN: Wording(
        ATTENTION,
        "The hold of {release} in {stage} was overridden",
        "{actor} overrode what is named here, for this attempt at the release only.",
        "It goes on at its next look, unless something else holds it, too. Watch the stage's "
        "alarms, and see how it goes on with: " + _STATUS,
        standing="goes on, overridden",
    ),
    EventType.OVERRIDE_REFUSED: Wording(
        ATTENTION,
        "An override of {release} in {stage} does not count",
        "What holds the stage goes on holding it.",
        "Somebody who may decide for {stage} overrides it with the command that is shown by: "
        + _STATUS,
    ),
    EventType.STAGE_RESUMED: Wording(
        GOOD,
        "{release} goes on in {stage}",
        "Nothing holds the stage any more.",
        "The next wave follows.",
        standing="on its way",
    ),
    EventType.BAKE_STARTED: Wording(
        INFO,
        "{release} bakes in {stage}",
        "A wave is live, and an alarm that fires now takes the stage back.",
        "The bake ends at {until}.",
        standing="bakes",
        is_routine=True,
    ),
    EventType.BAKE_PASSED: Wording(
        GOOD,
        "{release} has baked in {stage}",
        "No alarm fired.",
        standing="on its way",
        is_routine=True,
    ),
    EventType.VERSION_PUBLISHED: Wording(
        INFO,
        "{release} was published for {stage} in {place}",
        "The layer version has the dropped bytes, and nothing points to it yet.",
        is_routine=True,
    ),
    EventType.VERSION_MISMATCHED: Wording(
        BAD,
        "{release} has other bytes for {stage} in {place}",
        "Lambda holds something else than what was dropped, so the promotion fails.",
        "Find out who changed it; then drop the layer under a new version.",
    ),
    EventType.CANARY_PASSED: Wording(
        GOOD,
        "The canary of {release} passed for {stage} in {place}",
        "A function ran with the new version and found nothing wrong.",
        is_routine=True,
    ),
    EventType.CANARY_NOT_EXERCISED: Wording(
        ATTENTION,
        "The canary of {release} could try nothing for {stage} in {place}",
        "The policy lets the release go on untried.",
        "Give the layer a check of its own if that is not enough.",
    ),
    EventType.CANARY_FAILED: Wording(
        BAD,
        "The canary of {release} failed for {stage} in {place}",
        "A function did not work with the new version; no pointer of this wave is moved.",
        _DROP_AGAIN,
    ),
    EventType.CONSUMERS_PASSED: Wording(
        GOOD,
        "Consumers of {release} work with it for {stage} in {place}",
        "Clones of functions that use the layer ran with the new version and found nothing wrong.",
        is_routine=True,
    ),
    EventType.CONSUMERS_NOT_EXERCISED: Wording(
        ATTENTION,
        "No consumer could try {release} for {stage} in {place}",
        "The policy names consumers, and lets the release go on untried.",
        "See that the policy's consumers use the layer and can be cloned.",
    ),
    EventType.CONSUMERS_FAILED: Wording(
        BAD,
        "A consumer does not work with {release} for {stage} in {place}",
        "A clone of a function that uses the layer failed; no pointer of this wave is moved.",
        _DROP_AGAIN,
    ),
    EventType.VERSION_GRANTED: Wording(
        INFO,
        "{release} may be read for {stage} in {place}",
        "Permissions are as the policy says.",
        is_routine=True,
    ),
    EventType.VERSION_READ: Wording(
        GOOD,
        "{release} was read by a consumer for {stage} in {place}",
        "The reader that the policy names has read the version.",
        is_routine=True,
    ),
    EventType.VERSION_UNREADABLE: Wording(
        BAD,
        "{release} cannot be read for {stage} in {place}",
        "The reader was granted the version and could not read it; no pointer is moved.",
        "Mend the reader's role or the grant, and drop the same zip again.",
    ),
    EventType.POINTER_ACTIVATED: Wording(
        GOOD,
        "{release} is live for {stage} in {place}",
        "Consumers find it from now on.",
        standing="going live",
        is_routine=True,
    ),
    EventType.POINTER_RESTORED: Wording(
        INFO,
        "{release} was taken back from {stage} in {place}",
        "Consumers no longer find it there.",
        is_routine=True,
    ),
    EventType.POINTER_STUCK: Wording(
        BAD,
        "A pointer of {release} is stuck for {stage} in {place}",
        "It should have gone back and could not be moved, so consumers may still find the release.",
        _RECONCILER,
    ),
    EventType.DEBT_INCURRED: Wording(
        ATTENTION,
        "{release} is owed to {place} for {stage}",
        "AWS was out of reach there for too long, and the other regions go on.",
        "Nothing has to be done: the same bytes follow when it answers again.",
    ),
    EventType.DEBT_PAID: Wording(
        GOOD,
        "{release} has reached {place} for {stage}",
        "What was owed is live there now, after a canary of its own.",
        _NOTHING,
    ),
    EventType.DEBT_DEFAULTED: Wording(
        BAD,
        "{release} does not work in {place} for {stage}",
        "It was owed there, and will not be brought there.",
        "Release a newer version, or take this one back with: layerlift rollback {layer} {stage}",
    ),
    EventType.DEBT_STRUCK: Wording(
        INFO,
        "{release} is no longer owed to {place} for {stage}",
        "Something newer is there, or the release was taken back.",
        is_routine=True,
    ),
    EventType.PROMOTION_SUCCEEDED: Wording(
        GOOD,
        "{release} is live in {stage}",
        "Consumers find it in every region of {stage}{but_owed}.",
        standing="live",
    ),
    EventType.PROMOTION_FAILED: Wording(
        BAD,
        "{release} did not get into {stage}",
        "The promotion failed, and pointers that it had moved were put back.",
        "See what failed with: " + _STATUS,
        standing="failed",
    ),
    EventType.PROMOTION_SUPERSEDED: Wording(
        INFO,
        "{release} makes room for a newer release in {stage}",
        "The newer one goes instead; nothing was moved.",
        _NOTHING,
        standing="superseded",
    ),
    EventType.RELEASE_SUCCEEDED: Wording(
        GOOD,
        "{release} is through all its stages",
        "The release is live in its last stage.",
        _NOTHING,
        standing="through all its stages",
    ),
    EventType.RELEASE_FAILED: Wording(
        BAD,
        "{release} failed",
        "A stage did not take it; the stages before stay live.",
        _DROP_SAME,
        standing="failed",
    ),
    EventType.RELEASE_SUPERSEDED: Wording(
        INFO,
        "{release} was superseded",
        "A newer release took its place before it was through.",
        _NOTHING,
        standing="superseded",
    ),
    EventType.LIVE_CANARY_FAILED: Wording(
        BAD,
        "{release} does not work any more for {stage} in {place}",
        "It is live there and stays so, for a scheduled canary moves nothing.",
        "Find out what has changed, or take it back with: layerlift rollback {layer} {stage}",
    ),
    EventType.LIVE_CANARY_RECOVERED: Wording(
        GOOD,
        "{release} works again for {stage} in {place}",
        "The scheduled canary finds nothing wrong any more.",
    ),
    EventType.ROLLBACK_STARTED: Wording(
        ATTENTION,
        "{release} is being taken back from {stage}",
        "{actor} rolls the release back.",
        "The pointers move now; see how far they are with: " + _STATUS,
        standing="being taken back",
    ),
    EventType.ROLLBACK_SUCCEEDED: Wording(
        ATTENTION,
        "{release} was taken back from {stage}",
        "Consumers no longer find it there.",
        _DROP_AGAIN,
        standing="taken back",
    ),
    EventType.ROLLBACK_FAILED: Wording(
        BAD,
        "{release} is not wholly taken back from {stage}",
        "Some pointers have not gone back yet.",
        _RECONCILER,
        standing="partly taken back",
    ),
    EventType.ROLLBACK_REFUSED: Wording(
        ATTENTION,
        "A rollback of {release} in {stage} does not count",
        "No pointer has moved.",
        "Mend what the reason names, or have somebody do it who may decide for {stage}. See what "
        "is live with: " + _STATUS,
    ),
}

ALARM_WORDING = Wording(
    BAD,
    "Alarms end the promotion of {release} to {stage}",
    "What fires takes the stage back.",
    "Look at the alarms. " + _DROP_SAME,
    standing="ended by an alarm",
)
"""How :attr:`~layerlift.domain.events.EventType.ALARMS_CHECKED` is told if an alarm fires."""
