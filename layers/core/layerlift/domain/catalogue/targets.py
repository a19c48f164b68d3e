"""The events of one target: its version, its canaries, its grants, its pointer, its debt."""

from collections.abc import Mapping

from layerlift.domain.catalogue.shape import LINKS, TARGET, EventShape
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome

SHAPES: Mapping[EventType, EventShape] = {
    EventType.VERSION_PUBLISHED: EventShape(
        "The layer version is in the target and has the artifact's digest. Nothing points to it "
        "yet; the pointer is the one that will.",
        (*TARGET, "outcome", "layer_arn", "version_number", "pointer"),
        LINKS,
        (Outcome.PUBLISHED,),
    ),
    EventType.VERSION_MISMATCHED: EventShape(
        "Lambda has other bytes in the target than the artifact's. The promotion fails.",
        (*TARGET, "outcome", "reason", "layer_arn", "version_number"),
        LINKS,
        (Outcome.DIGEST_MISMATCH,),
    ),
    EventType.CANARY_PASSED: EventShape(
        "A function in the target ran with the new version attached and found nothing wrong. The "
        "reason names what of the layer could not be tried there.",
        (*TARGET, "outcome", "reason", "layer_arn", "version_number", "canary"),
        LINKS,
        (Outcome.PASSED,),
    ),
    EventType.CANARY_NOT_EXERCISED: EventShape(
        "Nothing of the layer could be tried in the target, and the reason says why. The policy "
        "lets the release go on.",
        (*TARGET, "outcome", "reason", "layer_arn", "version_number", "canary"),
        LINKS,
        (Outcome.NOT_EXERCISED,),
    ),
    EventType.CANARY_FAILED: EventShape(
        "A function in the target did not work with the new version attached, or was too slow; the "
        "reason says which rule decided. The promotion fails, and no pointer of this wave is "
        "moved.",
        (*TARGET, "outcome", "reason", "layer_arn", "version_number", "canary"),
        LINKS,
        (Outcome.CANARY_FAILED,),
    ),
    EventType.CONSUMERS_PASSED: EventShape(
        "Clones of functions that use the layer worked with the new version. The reason names "
        "those that could not be tried.",
        (*TARGET, "outcome", "reason", "layer_arn", "version_number", "canary"),
        LINKS,
        (Outcome.PASSED,),
    ),
    EventType.CONSUMERS_NOT_EXERCISED: EventShape(
        "The policy names consumers, and none of them could try the new version in the target; "
        "the reason says why. The release goes on.",
        (*TARGET, "outcome", "reason", "layer_arn", "version_number", "canary"),
        LINKS,
        (Outcome.NOT_EXERCISED,),
    ),
    EventType.CONSUMERS_FAILED: EventShape(
        "A clone of a function that uses the layer did not work with the new version, or was too "
        "slow. The promotion fails, and no pointer of this wave is moved.",
        (*TARGET, "outcome", "reason", "layer_arn", "version_number", "canary"),
        LINKS,
        (Outcome.CANARY_FAILED,),
    ),
    EventType.VERSION_GRANTED: EventShape(
        "The layer version's policy says what the stage grants, or no longer says what it does "
        "not. Nothing points to the version yet. The reason says who may read it, and that nobody "
        "checks it if the policy names no reader.",
        (*TARGET, "outcome", "reason", "layer_arn", "version_number"),
        LINKS,
        (Outcome.GRANTED,),
    ),
    EventType.VERSION_READ: EventShape(
        "A consumer's eye: the reader that the policy names has read the version in the target.",
        (*TARGET, "outcome", "reason", "layer_arn", "version_number"),
        LINKS,
        (Outcome.GRANTED,),
    ),
    EventType.VERSION_UNREADABLE: EventShape(
        "The reader that the policy names could not read the version, although it was granted. "
        "The promotion fails, and no pointer of this wave is moved.",
        (*TARGET, "outcome", "reason", "layer_arn", "version_number"),
        LINKS,
        (Outcome.UNREADABLE,),
    ),
    EventType.POINTER_ACTIVATED: EventShape(
        "Consumers in the target now find this release.",
        (*TARGET, "outcome", "layer_arn", "version_number", "pointer"),
        LINKS,
        (Outcome.ACTIVE,),
    ),
    EventType.POINTER_RESTORED: EventShape(
        "The promotion failed, and the pointer says again what it said before, or nothing.",
        (*TARGET, "outcome", "reason", "pointer"),
        LINKS,
        (Outcome.INACTIVE,),
    ),
    EventType.POINTER_STUCK: EventShape(
        "A pointer should have gone back and could not be moved. Consumers in the target may "
        "still find the release; the reconciler tries until the pointer is back.",
        (*TARGET, "outcome", "reason", "pointer"),
        LINKS,
        (Outcome.STUCK,),
    ),
    EventType.DEBT_INCURRED: EventShape(
        "The target was out of reach for longer than the policy waits. It is owed the release, "
        "and the others of the stage go on.",
        (*TARGET, "outcome", "reason"),
        LINKS,
        (Outcome.OWED,),
    ),
    EventType.DEBT_PAID: EventShape(
        "The target has the release that it was owed: the same bytes, after a canary of its own.",
        (*TARGET, "outcome", "reason"),
        LINKS,
        (Outcome.PAID,),
    ),
    EventType.DEBT_DEFAULTED: EventShape(
        "The release does not work in the target that is owed it, so it is not brought there. A "
        "newer release or a rollback of the stage ends this.",
        (*TARGET, "outcome", "reason"),
        LINKS,
        (Outcome.DEFAULTED,),
    ),
    EventType.DEBT_STRUCK: EventShape(
        "Nothing is owed any more, because a newer release has reached the target or this one "
        "was taken back.",
        (*TARGET, "reason"),
        LINKS,
    ),
}
