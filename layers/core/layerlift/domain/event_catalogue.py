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

_RELEASE = ("layer", "version", "digest", "attempt")
_STAGE = (*_RELEASE, "stage")
_TARGET = (*_STAGE, "target")
_LINKS = ("report_url",)


@dataclass(frozen=True)
class EventShape:
    """One type of event.

    ``required`` are the fields that are always there beside :data:`ALWAYS`, ``optional`` those
    that may be absent; there are no others. ``outcomes`` are the words that ``outcome`` can be.
    """

    meaning: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that the event may have, in the order of the reference."""
        return (*ALWAYS, *self.required, *self.optional)


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
        _LINKS,
    ),
    EventType.APPROVAL_REQUESTED: EventShape(
        "A release waits for somebody to decide whether it may go into the stage.",
        (*_STAGE, "expires_at"),
        _LINKS,
    ),
    EventType.APPROVAL_GRANTED: EventShape(
        "Somebody let the release go on. The comment may be empty.",
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
        "The stage's alarms were looked at, before its first wave or after a wave. There is no "
        "such event if the policy names no alarm for the stage.",
        (*_STAGE, "outcome", "reason"),
        _LINKS,
        (Outcome.QUIET, Outcome.ALARM),
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
        "A function in the target ran with the new version attached and found nothing wrong.",
        (*_TARGET, "outcome", "reason", "layer_arn", "version_number"),
        _LINKS,
        (Outcome.PASSED,),
    ),
    EventType.CANARY_FAILED: EventShape(
        "A function in the target could not import what the layer brings. The promotion fails, "
        "and no pointer of this wave is moved.",
        (*_TARGET, "outcome", "reason", "layer_arn", "version_number"),
        _LINKS,
        (Outcome.CANARY_FAILED,),
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
    EventType.PROMOTION_SUCCEEDED: EventShape(
        "The release is live in every target of the stage.",
        (*_STAGE, "outcome"),
        _LINKS,
        (StageState.ACTIVE,),
    ),
    EventType.PROMOTION_FAILED: EventShape(
        "The release did not get into the stage. Pointers that it moved were put back; the reason "
        "names those that could not be.",
        (*_STAGE, "outcome", "reason"),
        _LINKS,
        (StageState.FAILED,),
    ),
    EventType.PROMOTION_SUPERSEDED: EventShape(
        "A newer release of the layer goes into the stage instead; nothing was moved.",
        (*_STAGE, "outcome", "reason"),
        _LINKS,
        (StageState.SUPERSEDED,),
    ),
    EventType.RELEASE_SUCCEEDED: EventShape(
        "The release is live in its last stage.",
        (*_RELEASE, "outcome"),
        _LINKS,
        (ReleaseState.SUCCEEDED,),
    ),
    EventType.RELEASE_FAILED: EventShape(
        "A promotion of the release failed. Stages before it stay live.",
        (*_RELEASE, "outcome", "reason"),
        _LINKS,
        (ReleaseState.FAILED,),
    ),
    EventType.RELEASE_SUPERSEDED: EventShape(
        "A newer release took this one's place before it was through.",
        (*_RELEASE, "outcome", "reason"),
        _LINKS,
        (ReleaseState.SUPERSEDED,),
    ),
}
"""Every event, in the order of a release's way."""
