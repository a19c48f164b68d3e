"""What to do when an event arrives: whole sentences, for a person.

What each event means is in :mod:`layerlift.domain.event_catalogue`.
"""

from collections.abc import Mapping

from layerlift.domain.events import EventType
from layerlift.domain.guidance.words import NOTHING, WORDS
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import ReleaseState, StageState

_DECIDE = (
    "Look at what changed and decide: layerlift approval LAYER VERSION STAGE, then layerlift "
    "approve or reject with the same words."
)

NEXT: Mapping[EventType, str] = {
    EventType.RELEASE_REJECTED: WORDS[Outcome.REJECTED].next,
    EventType.RELEASE_UNCHANGED: WORDS[Outcome.UNCHANGED].next,
    EventType.RELEASE_CLAIMED: WORDS[Outcome.CLAIMED].next,
    EventType.PROMOTION_STARTED: WORDS[Outcome.CLAIMED].next,
    EventType.APPROVAL_REQUESTED: _DECIDE,
    EventType.APPROVAL_COUNTED: _DECIDE,
    EventType.APPROVAL_COMMENTED: WORDS[Outcome.COMMENTED].next,
    EventType.APPROVAL_REFUSED: WORDS[Outcome.REFUSED].next,
    EventType.APPROVAL_GRANTED: NOTHING,
    EventType.APPROVAL_DENIED: WORDS[Outcome.DENIED].next,
    EventType.APPROVAL_EXPIRED: WORDS[Outcome.EXPIRED].next,
    EventType.ALARMS_CHECKED: "If the outcome is alarm: " + WORDS[Outcome.ALARM].next,
    EventType.STAGE_HELD: WORDS[Outcome.HELD].next,
    EventType.HOLD_OVERRIDDEN: (
        "It goes on at its next look, unless something else holds it, too. Watch the alarms that "
        "no longer count until the release is through."
    ),
    EventType.OVERRIDE_REFUSED: WORDS[Outcome.REFUSED].next,
    EventType.STAGE_RESUMED: NOTHING,
    EventType.BAKE_STARTED: WORDS[Outcome.BAKING].next,
    EventType.BAKE_PASSED: NOTHING,
    EventType.VERSION_PUBLISHED: NOTHING,
    EventType.VERSION_MISMATCHED: WORDS[Outcome.DIGEST_MISMATCH].next,
    EventType.CANARY_PASSED: NOTHING,
    EventType.CANARY_NOT_EXERCISED: WORDS[Outcome.NOT_EXERCISED].next,
    EventType.CANARY_FAILED: WORDS[Outcome.CANARY_FAILED].next,
    EventType.CONSUMERS_PASSED: NOTHING,
    EventType.CONSUMERS_NOT_EXERCISED: WORDS[Outcome.NOT_EXERCISED].next,
    EventType.CONSUMERS_FAILED: WORDS[Outcome.CANARY_FAILED].next,
    EventType.VERSION_GRANTED: NOTHING,
    EventType.VERSION_READ: NOTHING,
    EventType.VERSION_UNREADABLE: WORDS[Outcome.UNREADABLE].next,
    EventType.POINTER_ACTIVATED: (
        "Deploy the functions that use the layer when you want them to have it; those that run "
        "keep what they have."
    ),
    EventType.POINTER_RESTORED: (
        "Deploy again what was deployed with the release in the meantime, so that it goes back, "
        "too."
    ),
    EventType.POINTER_STUCK: WORDS[Outcome.STUCK].next,
    EventType.DEBT_INCURRED: WORDS[Outcome.OWED].next,
    EventType.DEBT_PAID: NOTHING,
    EventType.DEBT_DEFAULTED: WORDS[Outcome.DEFAULTED].next,
    EventType.DEBT_STRUCK: NOTHING,
    EventType.PROMOTION_SUCCEEDED: NOTHING,
    EventType.PROMOTION_FAILED: WORDS[StageState.FAILED].next,
    EventType.PROMOTION_SUPERSEDED: WORDS[Outcome.SUPERSEDED].next,
    EventType.RELEASE_SUCCEEDED: NOTHING,
    EventType.RELEASE_FAILED: WORDS[ReleaseState.FAILED].next,
    EventType.RELEASE_SUPERSEDED: WORDS[Outcome.SUPERSEDED].next,
    EventType.LIVE_CANARY_FAILED: (
        "Find out what has changed there since it went live. To take the release back: "
        "layerlift rollback LAYER STAGE."
    ),
    EventType.LIVE_CANARY_RECOVERED: NOTHING,
    EventType.ROLLBACK_STARTED: "Follow it: layerlift status LAYER.",
    EventType.ROLLBACK_SUCCEEDED: (
        "Deploy again what was deployed with the release, so that it goes back, too. "
        + WORDS[Outcome.ROLLED_BACK].next
    ),
    EventType.ROLLBACK_FAILED: WORDS[Outcome.INCOMPLETE].next,
    EventType.ROLLBACK_REFUSED: WORDS[Outcome.REFUSED].next,
}
"""For every event."""
