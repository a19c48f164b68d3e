"""The events of a release that arrives, and of the gates in front of and between its waves."""

from collections.abc import Mapping

from layerlift.domain.catalogue.shape import LINKS, OWED, RELEASE, STAGE, EventShape
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome

SHAPES: Mapping[EventType, EventShape] = {
    EventType.RELEASE_REJECTED: EventShape(
        "A dropped object became no release; the reason says what is wrong and how to mend it. "
        "Layer and version are absent if the key names none.",
        ("outcome", "reason", "object_key"),
        ("layer", "version", "digest", "report_url", "findings"),
        (Outcome.REJECTED,),
    ),
    EventType.RELEASE_UNCHANGED: EventShape(
        "The dropped bytes are a release already, so nothing was done.",
        ("layer", "version", "digest", "outcome", "reason", "object_key", "report_url"),
        (),
        (Outcome.UNCHANGED,),
    ),
    EventType.RELEASE_CLAIMED: EventShape(
        "The registry has taken a release, or a new attempt at one; its promotions follow.",
        (*RELEASE, "outcome", "reason", "object_key"),
        LINKS,
        (Outcome.CLAIMED,),
    ),
    EventType.PROMOTION_STARTED: EventShape(
        "A release has the stage to itself. An approval comes next, if the policy asks for one.",
        STAGE,
        OWED,
    ),
    EventType.APPROVAL_REQUESTED: EventShape(
        "A release waits for somebody to decide whether it may go into the stage.",
        (*STAGE, "expires_at", "request"),
        LINKS,
    ),
    EventType.APPROVAL_COUNTED: EventShape(
        "Somebody approved, and the policy asks for more people. The comment may be empty.",
        (*STAGE, "outcome", "reason", "actor", "comment"),
        LINKS,
        (Outcome.COUNTED,),
    ),
    EventType.APPROVAL_COMMENTED: EventShape(
        "A decision came without a proof of identity, as a click in the console does. The policy "
        "has it count for nothing; its comment is kept.",
        (*STAGE, "outcome", "reason", "comment"),
        LINKS,
        (Outcome.COMMENTED,),
    ),
    EventType.APPROVAL_REFUSED: EventShape(
        "A decision does not count, and the release still waits. The actor is absent if it is not "
        "known who it was.",
        (*STAGE, "outcome", "reason"),
        ("actor", *LINKS),
        (Outcome.REFUSED,),
    ),
    EventType.APPROVAL_GRANTED: EventShape(
        "As many people as the policy asks for let the release go on. The actor is the last of "
        "them; the comment may be empty.",
        (*STAGE, "outcome", "actor", "comment"),
        LINKS,
        (Outcome.APPROVED,),
    ),
    EventType.APPROVAL_DENIED: EventShape(
        "Somebody ended the promotion. The comment may be empty.",
        (*STAGE, "outcome", "actor", "comment"),
        LINKS,
        (Outcome.DENIED,),
    ),
    EventType.APPROVAL_EXPIRED: EventShape(
        "Nobody decided in the time that the policy gives, which ends the promotion.",
        (*STAGE, "outcome", "actor", "comment"),
        LINKS,
        (Outcome.EXPIRED,),
    ),
    EventType.ALARMS_CHECKED: EventShape(
        "What a look at the stage's alarms decided, before its first wave or after a wave has "
        "baked. There is no such event if the policy names no alarm for the stage.",
        (*STAGE, "outcome", "reason"),
        LINKS,
        (Outcome.QUIET, Outcome.ALARM),
    ),
    EventType.STAGE_HELD: EventShape(
        "Alarms or a freeze window keep the next wave from starting, or what does has changed. "
        "The reason names all of it, with links to the alarms. When the time is up, a freeze "
        "lets the stage go on, and alarms fail it.",
        (*STAGE, "outcome", "reason", "expires_at"),
        ("held_by", "is_frozen", *LINKS),
        (Outcome.HELD,),
    ),
    EventType.HOLD_OVERRIDDEN: EventShape(
        "Somebody lets the stage go on in spite of alarms or a freeze window, for this attempt at "
        "this release only. The reason says in spite of what, the comment why.",
        (*STAGE, "outcome", "reason", "actor", "comment"),
        LINKS,
        (Outcome.OVERRIDDEN,),
    ),
    EventType.OVERRIDE_REFUSED: EventShape(
        "An override does not count, and what holds the stage goes on holding it. The actor is "
        "absent if it is not known who it was.",
        (*STAGE, "outcome", "reason"),
        ("actor", *LINKS),
        (Outcome.REFUSED,),
    ),
    EventType.STAGE_RESUMED: EventShape(
        "What held the stage is over or overridden, and its next wave starts.",
        (*STAGE, "outcome", "reason"),
        LINKS,
        (Outcome.QUIET,),
    ),
    EventType.BAKE_STARTED: EventShape(
        "A wave is live, and its bake has begun: an alarm that fires takes the stage back.",
        (*STAGE, "outcome", "reason", "expires_at"),
        LINKS,
        (Outcome.BAKING,),
    ),
    EventType.BAKE_PASSED: EventShape(
        "A wave has baked for as long as the policy says, and no alarm fired.",
        (*STAGE, "outcome", "reason"),
        LINKS,
        (Outcome.QUIET,),
    ),
}
