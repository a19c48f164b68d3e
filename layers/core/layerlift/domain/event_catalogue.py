"""What each event on the bus says, and which fields of its ``detail`` it says it with.

One :class:`~layerlift.domain.events.Detail` serves all events, and each type uses a part of it.
Which part is written down here, once: the published schemas (``events/schemas``) and the
reference (``docs/reference/events.md``) are generated from it, and tests hold what the steps
produce against those schemas.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import ReleaseState, StageState

ALWAYS = ("schema_version", "id", "time")
"""The fields that every event has."""

ON_THE_BUS = ("links",)
"""The fields that the audit trail does not keep: they are added when the event leaves for the bus.
"""

_RELEASE = ("layer", "version", "digest", "attempt")
_STAGE = (*_RELEASE, "stage")
_TARGET = (*_STAGE, "target")
_LINKS = ("report_url",)
_OWED = ("debts", "report_url")


@dataclass(frozen=True)
class EventShape:
    """One type of event.

    ``required`` are the fields that are always there beside :data:`ALWAYS`, ``optional`` those
    that may be absent; beside :data:`ON_THE_BUS` there are no others. ``outcomes`` are the words
    that ``outcome`` can be.
    """

    meaning: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that the event may have, in the order of the reference."""
        return (*ALWAYS, *self.required, *self.optional, *ON_THE_BUS)


CATALOGUE: Mapping[EventType, EventShape] = {
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
        (*_RELEASE, "outcome", "reason", "object_key"),
        _LINKS,
        (Outcome.CLAIMED,),
    ),
    EventType.PROMOTION_STARTED: EventShape(
        "A release has the stage to itself. An approval comes next, if the policy asks for one.",
        _STAGE,
        _OWED,
    ),
    EventType.APPROVAL_REQUESTED: EventShape(
        "A release waits for somebody to decide whether it may go into the stage.",
        (*_STAGE, "expires_at", "request"),
        _LINKS,
    ),
    EventType.APPROVAL_COUNTED: EventShape(
        "Somebody approved, and the policy asks for more people. The comment may be empty.",
        (*_STAGE, "outcome", "reason", "actor", "comment"),
        _LINKS,
        (Outcome.COUNTED,),
    ),
    EventType.APPROVAL_COMMENTED: EventShape(
        "A decision came without a proof of identity, as a click in the console does. The policy "
        "has it count for nothing; its comment is kept.",
        (*_STAGE, "outcome", "reason", "comment"),
        _LINKS,
        (Outcome.COMMENTED,),
    ),
    EventType.APPROVAL_REFUSED: EventShape(
        "A decision does not count, and the release still waits. The actor is absent if it is not "
        "known who it was.",
        (*_STAGE, "outcome", "reason"),
        ("actor", *_LINKS),
        (Outcome.REFUSED,),
    ),
    EventType.APPROVAL_GRANTED: EventShape(
        "As many people as the policy asks for let the release go on. The actor is the last of "
        "them; the comment may be empty.",
        (*_STAGE, "outcome", "actor", "comment"),
        _LINKS,
        (Outcome.APPROVED,),
    ),
    EventType.APPROVAL_DENIED: EventShape(
        "Somebody ended the promotion. The comment may be empty.",
        (*_STAGE, "outcome", "actor", "comment"),
        _LINKS,
        (Outcome.DENIED,),
    ),
    EventType.APPROVAL_EXPIRED: EventShape(
        "Nobody decided in the time that the policy gives, which ends the promotion.",
        (*_STAGE, "outcome", "actor", "comment"),
        _LINKS,
        (Outcome.EXPIRED,),
    ),
    EventType.ALARMS_CHECKED: EventShape(
        "What a look at the stage's alarms decided, before its first wave or after a wave has "
        "baked. There is no such event if the policy names no alarm for the stage.",
        (*_STAGE, "outcome", "reason"),
        _LINKS,
        (Outcome.QUIET, Outcome.ALARM),
    ),
    EventType.STAGE_HELD: EventShape(
        "Alarms or a freeze window keep the next wave from starting, or what does has changed. "
        "The reason names all of it, with links to the alarms. When the time is up, a freeze "
        "lets the stage go on, and alarms fail it.",
        (*_STAGE, "outcome", "reason", "expires_at"),
        _LINKS,
        (Outcome.HELD,),
    ),
    EventType.HOLD_OVERRIDDEN: EventShape(
        "Somebody lets the stage go on in spite of alarms or a freeze window, for this attempt at "
        "this release only. The reason says in spite of what, the comment why.",
        (*_STAGE, "outcome", "reason", "actor", "comment"),
        _LINKS,
        (Outcome.OVERRIDDEN,),
    ),
    EventType.OVERRIDE_REFUSED: EventShape(
        "An override does not count, and what holds the stage goes on holding it. The actor is "
        "absent if it is not known who it was.",
        (*_STAGE, "outcome", "reason"),
        ("actor", *_LINKS),
        (Outcome.REFUSED,),
    ),
    EventType.STAGE_RESUMED: EventShape(
        "What held the stage is over or overridden, and its next wave starts.",
        (*_STAGE, "outcome", "reason"),
        _LINKS,
        (Outcome.QUIET,),
    ),
    EventType.BAKE_STARTED: EventShape(
        "A wave is live, and its bake has begun: an alarm that fires takes the stage back.",
        (*_STAGE, "outcome", "reason", "expires_at"),
        _LINKS,
        (Outcome.BAKING,),
    ),
    EventType.BAKE_PASSED: EventShape(
        "A wave has baked for as long as the policy says, and no alarm fired.",
        (*_STAGE, "outcome", "reason"),
        _LINKS,
        (Outcome.QUIET,),
    ),
    EventType.VERSION_PUBLISHED: EventShape(
        "The layer version is in the target and has the artifact's digest. Nothing points to it "
        "yet; the pointer is the one that will.",
        (*_TARGET, "outcome", "layer_arn", "version_number", "pointer"),
        _LINKS,
        (Outcome.PUBLISHED,),
    ),
    EventType.VERSION_MISMATCHED: EventShape(
        "Lambda has other bytes in the target than the artifact's. The promotion fails.",
        (*_TARGET, "outcome", "reason", "layer_arn", "version_number"),
        _LINKS,
        (Outcome.DIGEST_MISMATCH,),
    ),
    EventType.CANARY_PASSED: EventShape(
        "A function in the target ran with the new version attached and found nothing wrong. The "
        "reason names what of the layer could not be tried there.",
        (*_TARGET, "outcome", "reason", "layer_arn", "version_number", "canary"),
        _LINKS,
        (Outcome.PASSED,),
    ),
    EventType.CANARY_NOT_EXERCISED: EventShape(
        "Nothing of the layer could be tried in the target, and the reason says why. The policy "
        "lets the release go on.",
        (*_TARGET, "outcome", "reason", "layer_arn", "version_number", "canary"),
        _LINKS,
        (Outcome.NOT_EXERCISED,),
    ),
    EventType.CANARY_FAILED: EventShape(
        "A function in the target did not work with the new version attached, or was too slow; the "
        "reason says which rule decided. The promotion fails, and no pointer of this wave is "
        "moved.",
        (*_TARGET, "outcome", "reason", "layer_arn", "version_number", "canary"),
        _LINKS,
        (Outcome.CANARY_FAILED,),
    ),
    EventType.CONSUMERS_PASSED: EventShape(
        "Clones of functions that use the layer worked with the new version. The reason names "
        "those that could not be tried.",
        (*_TARGET, "outcome", "reason", "layer_arn", "version_number", "canary"),
        _LINKS,
        (Outcome.PASSED,),
    ),
    EventType.CONSUMERS_NOT_EXERCISED: EventShape(
        "The policy names consumers, and none of them could try the new version in the target; "
        "the reason says why. The release goes on.",
        (*_TARGET, "outcome", "reason", "layer_arn", "version_number", "canary"),
        _LINKS,
        (Outcome.NOT_EXERCISED,),
    ),
    EventType.CONSUMERS_FAILED: EventShape(
        "A clone of a function that uses the layer did not work with the new version, or was too "
        "slow. The promotion fails, and no pointer of this wave is moved.",
        (*_TARGET, "outcome", "reason", "layer_arn", "version_number", "canary"),
        _LINKS,
        (Outcome.CANARY_FAILED,),
    ),
    EventType.VERSION_GRANTED: EventShape(
        "The layer version's policy says what the stage grants, or no longer says what it does "
        "not. Nothing points to the version yet. The reason says who may read it, and that nobody "
        "checks it if the policy names no reader.",
        (*_TARGET, "outcome", "reason", "layer_arn", "version_number"),
        _LINKS,
        (Outcome.GRANTED,),
    ),
    EventType.VERSION_READ: EventShape(
        "A consumer's eye: the reader that the policy names has read the version in the target.",
        (*_TARGET, "outcome", "reason", "layer_arn", "version_number"),
        _LINKS,
        (Outcome.GRANTED,),
    ),
    EventType.VERSION_UNREADABLE: EventShape(
        "The reader that the policy names could not read the version, although it was granted. "
        "The promotion fails, and no pointer of this wave is moved.",
        (*_TARGET, "outcome", "reason", "layer_arn", "version_number"),
        _LINKS,
        (Outcome.UNREADABLE,),
    ),
    EventType.POINTER_ACTIVATED: EventShape(
        "Consumers in the target now find this release.",
        (*_TARGET, "outcome", "layer_arn", "version_number", "pointer"),
        _LINKS,
        (Outcome.ACTIVE,),
    ),
    EventType.POINTER_RESTORED: EventShape(
        "The promotion failed, and the pointer says again what it said before, or nothing.",
        (*_TARGET, "outcome", "reason", "pointer"),
        _LINKS,
        (Outcome.INACTIVE,),
    ),
    EventType.POINTER_STUCK: EventShape(
        "A pointer should have gone back and could not be moved. Consumers in the target may "
        "still find the release; the reconciler tries until the pointer is back.",
        (*_TARGET, "outcome", "reason", "pointer"),
        _LINKS,
        (Outcome.STUCK,),
    ),
    EventType.DEBT_INCURRED: EventShape(
        "The target was out of reach for longer than the policy waits. It is owed the release, "
        "and the others of the stage go on.",
        (*_TARGET, "outcome", "reason"),
        _LINKS,
        (Outcome.OWED,),
    ),
    EventType.DEBT_PAID: EventShape(
        "The target has the release that it was owed: the same bytes, after a canary of its own.",
        (*_TARGET, "outcome", "reason"),
        _LINKS,
        (Outcome.PAID,),
    ),
    EventType.DEBT_DEFAULTED: EventShape(
        "The release does not work in the target that is owed it, so it is not brought there. A "
        "newer release or a rollback of the stage ends this.",
        (*_TARGET, "outcome", "reason"),
        _LINKS,
        (Outcome.DEFAULTED,),
    ),
    EventType.DEBT_STRUCK: EventShape(
        "Nothing is owed any more, because a newer release has reached the target or this one "
        "was taken back.",
        (*_TARGET, "reason"),
        _LINKS,
    ),
    EventType.PROMOTION_SUCCEEDED: EventShape(
        "The release is live in every target of the stage but those that it is owed to.",
        (*_STAGE, "outcome"),
        _OWED,
        (StageState.ACTIVE,),
    ),
    EventType.PROMOTION_FAILED: EventShape(
        "The release did not get into the stage. Pointers that it moved were put back; the reason "
        "names those that could not be.",
        (*_STAGE, "outcome", "reason"),
        _OWED,
        (StageState.FAILED,),
    ),
    EventType.PROMOTION_SUPERSEDED: EventShape(
        "A newer release of the layer goes into the stage instead; nothing was moved.",
        (*_STAGE, "outcome", "reason"),
        _OWED,
        (StageState.SUPERSEDED,),
    ),
    EventType.RELEASE_SUCCEEDED: EventShape(
        "The release is live in its last stage.",
        (*_RELEASE, "outcome"),
        _OWED,
        (ReleaseState.SUCCEEDED,),
    ),
    EventType.RELEASE_FAILED: EventShape(
        "A promotion of the release failed. Stages before it stay live.",
        (*_RELEASE, "outcome", "reason"),
        _OWED,
        (ReleaseState.FAILED,),
    ),
    EventType.RELEASE_SUPERSEDED: EventShape(
        "A newer release took this one's place before it was through.",
        (*_RELEASE, "outcome", "reason"),
        _OWED,
        (ReleaseState.SUPERSEDED,),
    ),
    EventType.LIVE_CANARY_FAILED: EventShape(
        "What is live in the target does not work any more, or is gone; the reason says what was "
        "found. It is told once, not with every look, and nothing is moved because of it.",
        (*_TARGET, "outcome", "reason", "layer_arn", "version_number"),
        ("canary", *_LINKS),
        (Outcome.CANARY_FAILED,),
    ),
    EventType.LIVE_CANARY_RECOVERED: EventShape(
        "What is live in the target works again, be it the same release or another. It is also "
        "told if nothing is live there any more, or the policy has it watched no more.",
        (*_TARGET, "outcome", "reason", "layer_arn", "version_number"),
        ("canary", *_LINKS),
        (Outcome.PASSED, Outcome.NOT_EXERCISED, Outcome.ENDED),
    ),
    EventType.ROLLBACK_STARTED: EventShape(
        "Somebody takes the release back in a stage; the reason says where the pointers go. The "
        "comment may be empty.",
        (*_STAGE, "reason", "actor", "comment"),
        _LINKS,
    ),
    EventType.ROLLBACK_SUCCEEDED: EventShape(
        "Every pointer of the stage has gone back.",
        (*_STAGE, "outcome", "reason"),
        _LINKS,
        (Outcome.ROLLED_BACK,),
    ),
    EventType.ROLLBACK_FAILED: EventShape(
        "Some pointers have not gone back yet; the reason names them, and the reconciler tries "
        "until they have.",
        (*_STAGE, "outcome", "reason"),
        _LINKS,
        (Outcome.INCOMPLETE,),
    ),
    EventType.ROLLBACK_REFUSED: EventShape(
        "A rollback does not count, or makes no sense in the stage, and nothing has moved. The "
        "actor is absent if it is not known who it was.",
        (*_STAGE, "outcome", "reason"),
        ("actor", *_LINKS),
        (Outcome.REFUSED,),
    ),
}
"""Every event, in the order of a release's way."""
