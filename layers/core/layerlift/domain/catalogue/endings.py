"""The events of a promotion and a release that end, and of what is live afterwards."""

from collections.abc import Mapping

from layerlift.domain.catalogue.shape import LINKS, OWED, RELEASE, STAGE, TARGET, EventShape
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import ReleaseState, StageState

SHAPES: Mapping[EventType, EventShape] = {
    EventType.PROMOTION_SUCCEEDED: EventShape(
        "The release is live in every target of the stage but those that it is owed to.",
        (*STAGE, "outcome"),
        OWED,
        (StageState.ACTIVE,),
    ),
    EventType.PROMOTION_FAILED: EventShape(
        "The release did not get into the stage. Pointers that it moved were put back; the reason "
        "names those that could not be.",
        (*STAGE, "outcome", "reason"),
        OWED,
        (StageState.FAILED,),
    ),
    EventType.PROMOTION_SUPERSEDED: EventShape(
        "A newer release of the layer goes into the stage instead; nothing was moved.",
        (*STAGE, "outcome", "reason"),
        OWED,
        (StageState.SUPERSEDED,),
    ),
    EventType.RELEASE_SUCCEEDED: EventShape(
        "The release is live in its last stage.",
        (*RELEASE, "outcome"),
        OWED,
        (ReleaseState.SUCCEEDED,),
    ),
    EventType.RELEASE_FAILED: EventShape(
        "A promotion of the release failed. Stages before it stay live.",
        (*RELEASE, "outcome", "reason"),
        OWED,
        (ReleaseState.FAILED,),
    ),
    EventType.RELEASE_SUPERSEDED: EventShape(
        "A newer release took this one's place before it was through.",
        (*RELEASE, "outcome", "reason"),
        OWED,
        (ReleaseState.SUPERSEDED,),
    ),
    EventType.LIVE_CANARY_FAILED: EventShape(
        "What is live in the target does not work any more, or is gone; the reason says what was "
        "found. It is told once, not with every look, and nothing is moved because of it.",
        (*TARGET, "outcome", "reason", "layer_arn", "version_number"),
        ("canary", *LINKS),
        (Outcome.CANARY_FAILED,),
    ),
    EventType.LIVE_CANARY_RECOVERED: EventShape(
        "What is live in the target works again, be it the same release or another. It is also "
        "told if nothing is live there any more, or the policy has it watched no more.",
        (*TARGET, "outcome", "reason", "layer_arn", "version_number"),
        ("canary", *LINKS),
        (Outcome.PASSED, Outcome.NOT_EXERCISED, Outcome.ENDED),
    ),
    EventType.ROLLBACK_STARTED: EventShape(
        "Somebody takes the release back in a stage; the reason says where the pointers go. The "
        "comment may be empty.",
        (*STAGE, "reason", "actor", "comment"),
        LINKS,
    ),
    EventType.ROLLBACK_SUCCEEDED: EventShape(
        "Every pointer of the stage has gone back; the comment is why, if somebody said so.",
        (*STAGE, "outcome", "reason"),
        ("actor", "comment", *LINKS),
        (Outcome.ROLLED_BACK,),
    ),
    EventType.ROLLBACK_FAILED: EventShape(
        "Some pointers have not gone back yet; the reason names them, and the reconciler tries "
        "until they have.",
        (*STAGE, "outcome", "reason"),
        LINKS,
        (Outcome.INCOMPLETE,),
    ),
    EventType.ROLLBACK_REFUSED: EventShape(
        "A rollback does not count, or makes no sense in the stage, and nothing has moved. The "
        "actor is absent if it is not known who it was.",
        (*STAGE, "outcome", "reason"),
        ("actor", *LINKS),
        (Outcome.REFUSED,),
    ),
}
