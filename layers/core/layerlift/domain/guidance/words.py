"""Every word that a step answers, or that a state is called: its meaning, and what to do.

A word that is both an outcome and a state means the same to who reads it, so it is here once. The
reference (``docs/reference/outcomes.md``) is generated from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from layerlift.domain.debts import DebtState
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import ReleaseState, StageState, TargetState
from layerlift.domain.track import GRANTED, OWED, REPLACED, SETTLED

BROKEN = "broken"
"""What the state machines put in the place of an outcome where a step in a target has failed."""

KINDS: Mapping[str, frozenset[str]] = {
    "outcome of a step": frozenset({*Outcome, BROKEN}),
    "state of a release": frozenset(ReleaseState),
    "state of a stage": frozenset({*StageState, REPLACED}),
    "state of a wave": frozenset({SETTLED}),
    "state of a target": frozenset({*TargetState, GRANTED, OWED, REPLACED}),
    "state of a debt": frozenset(DebtState),
}
"""What each word can be a word for."""

NOTHING = "Nothing is to be done."
_LOOK = "Look where it is: layerlift status LAYER."
_AGAIN = (
    "If the layer is at fault, mend it and drop it as the next version; if not, drop the same file "
    "again, which is the next attempt."
)
_DECIDE = "See what waits for a decision: layerlift approvals."


@dataclass(frozen=True, slots=True)
class Guidance:
    """What a word means, and what to do next: whole sentences, for a person."""

    meaning: str
    next: str = NOTHING


WORDS: Mapping[str, Guidance] = {
    Outcome.ACCEPTED: Guidance("The inspection found no error, so the zip may become a release."),
    Outcome.REJECTED: Guidance(
        "The drop became no release, and the reason says why: the inspection found an error, or "
        "the version cannot be taken.",
        "Mend what the reason names and drop the zip again. To know before you drop it: layerlift "
        "inspect ZIP. What a finding means: layerlift explain CODE.",
    ),
    Outcome.CLAIMED: Guidance(
        "The registry has taken the release, and its promotions follow.",
        "Follow it: layerlift status LAYER --watch.",
    ),
    Outcome.UNCHANGED: Guidance(
        "These bytes are a release already, so nothing was done.",
        "To release something else, drop other bytes under a new version.",
    ),
    Outcome.LOCKED: Guidance("The promotion has the stage to itself until it ends."),
    Outcome.BUSY: Guidance(
        "Another promotion, a repayment or a rollback of the layer is at work in the stage.",
        "It waits and asks again by itself. See what is at work: layerlift status LAYER.",
    ),
    Outcome.SUPERSEDED: Guidance(
        "A newer release of the layer goes instead, and nothing more is moved for this one.",
        "Follow the newer one: layerlift status LAYER. To release this one after all, drop its "
        "bytes under a higher version.",
    ),
    Outcome.APPROVED: Guidance("As many people as the policy asks for let the release go on."),
    Outcome.DENIED: Guidance(
        "Somebody said no (layerlift reject), which ended the promotion; the audit trail has their "
        "comment. What is live stays live.",
        "Ask them, then " + _AGAIN[0].lower() + _AGAIN[1:],
    ),
    Outcome.EXPIRED: Guidance(
        "Nobody decided in the time that the policy gives (approvals.expires), or the decision "
        "came too late. What is live stays live.",
        "Drop the same file again to ask anew.",
    ),
    Outcome.COUNTED: Guidance(
        "An approval counts, and the policy asks for more people (approvals.required).",
        _DECIDE,
    ),
    Outcome.COMMENTED: Guidance(
        "A decision came without a proof of who decides, so only its comment was kept.",
        "Decide with your own credentials: layerlift approve LAYER VERSION STAGE.",
    ),
    Outcome.REFUSED: Guidance(
        "A decision, an override or a rollback does not count, and the reason says why. Nothing "
        "was changed.",
        "Have somebody do it whom the policy admits (approvals.approvers), or mend what the reason "
        "names.",
    ),
    Outcome.NOT_WAITING: Guidance(
        "The release does not wait for this, not any more or not yet.", _LOOK
    ),
    Outcome.ALREADY_DECIDED: Guidance(
        "Somebody has decided otherwise before, and that stands.",
        "See what was decided: layerlift approval LAYER VERSION STAGE.",
    ),
    Outcome.QUIET: Guidance("No alarm and no freeze window keeps the promotion from going on."),
    Outcome.HELD: Guidance(
        "An alarm or a freeze window keeps the next wave from starting; the reason names it.",
        "It goes on by itself when that is over. To go on in spite of it: layerlift override LAYER "
        "VERSION STAGE --help.",
    ),
    Outcome.BAKING: Guidance(
        "A wave is live, and alarms are watched for as long as the policy says (bake) before "
        "anything else happens.",
        "Wait. To take it back before the time is over: layerlift rollback LAYER STAGE.",
    ),
    Outcome.ALARM: Guidance(
        "An alarm fires, or has held the stage for too long, which ends the promotion; pointers "
        "that it moved go back.",
        "Follow the reason's link to the alarm. " + _AGAIN,
    ),
    Outcome.OVERRIDDEN: Guidance(
        "Alarms or freeze windows no longer hold this attempt at the release in the stage.",
        "It goes on at its next look, or says what else holds it: layerlift status LAYER.",
    ),
    Outcome.PUBLISHED: Guidance(
        "The layer version is in the target with the artifact's digest. Nothing points to it yet."
    ),
    TargetState.CANARIED: Guidance(
        "The canary has passed in the target, or could try nothing there, which the policy allows. "
        "Nothing points to the version yet."
    ),
    Outcome.PASSED: Guidance(
        "The canary found nothing wrong; the reason names what of the layer it could not try."
    ),
    Outcome.NOT_EXERCISED: Guidance(
        "Nothing of the layer could be tried in the target, and the policy lets it go on.",
        "Give the layer a check of its own (canary in layerlift.yaml) if you want it tried.",
    ),
    Outcome.CANARY_FAILED: Guidance(
        "A function with the new version attached did not work in the target, or was too slow; the "
        "reason says which rule decided. No pointer of the wave was moved, and the stage goes "
        "back.",
        "Mend the layer and drop it as the next version. If only the limit was too narrow, see "
        "canary in the policy.",
    ),
    Outcome.SWEPT: Guidance("Canary functions that killed runs had left are gone."),
    Outcome.DIGEST_MISMATCH: Guidance(
        "Lambda reports other bytes in the target than the artifact's. Nothing points to them.",
        "Find out who else publishes under that layer's name in the account, then drop the file "
        "again.",
    ),
    Outcome.GRANTED: Guidance(
        "Others may read the layer version as the policy says (grants), and its reader has."
    ),
    Outcome.UNREADABLE: Guidance(
        "The reader that the policy names could not read the version, although it was granted. No "
        "pointer of the wave was moved.",
        "Check the reader's role and what it may do (grants.reader in the policy, output "
        "GrantRoleArn), then drop the file again.",
    ),
    Outcome.ACTIVE: Guidance("Live: the pointer names this release, and consumers find it."),
    Outcome.INACTIVE: Guidance(
        "Not live: the pointer says what it said before, or was never moved."
    ),
    Outcome.STUCK: Guidance(
        "A pointer should go back and could not yet, so consumers in the target may still find the "
        "release.",
        "The reconciler goes on trying. If it lasts, see the reason: the target is out of reach, "
        "or something there refuses.",
    ),
    Outcome.RECORDED: Guidance("It is in the registry and in the audit trail."),
    Outcome.UNREACHABLE: Guidance(
        "The target was out of reach for longer than the policy waits (debts.after).",
        "Where the policy allows debts, the stage goes on and the target is owed the release. "
        + _LOOK,
    ),
    Outcome.SETTLED: Guidance(
        "The wave goes on; targets that are out of reach are owed the release.", _LOOK
    ),
    Outcome.OVERDRAWN: Guidance(
        "More targets are out of reach than the policy allows (debts.allowed), so the stage fails "
        "and goes back.",
        "Drop the same file again when the targets can be reached.",
    ),
    Outcome.ABANDONED: Guidance(
        "Whoever held the stage is gone, and left it half done.",
        "The next promotion or the reconciler puts it right. " + _LOOK,
    ),
    Outcome.RECOVERED: Guidance(
        "A stage that was left half done is as it was before.",
        "To promote the release that was stopped, drop the same file again.",
    ),
    Outcome.ROLLED_BACK: Guidance(
        "The release was taken back from a stage, by a person.",
        "Dropped again, it needs an approval there. To mend it, drop the next version.",
    ),
    Outcome.INCOMPLETE: Guidance(
        "Some pointers are not back yet; the reason names them.",
        "The reconciler goes on trying. Follow it: layerlift status LAYER.",
    ),
    Outcome.RESERVED: Guidance("The stage is a repayment's until that ends."),
    Outcome.PAID: Guidance("The target has the release that it was owed."),
    Outcome.DEFAULTED: Guidance(
        "The release does not work in the target that is owed it, so it is not brought there.",
        "Drop a newer version that works there, or take this one back: layerlift rollback LAYER "
        "STAGE.",
    ),
    Outcome.OWED: Guidance(
        "The target was out of reach when the stage went on, so it is owed the release.",
        "The reconciler brings it there once it can. " + _LOOK,
    ),
    Outcome.SKIPPED: Guidance(
        "What is live was not looked at this time; the reason says why.",
        "The next look comes by itself.",
    ),
    Outcome.ENDED: Guidance(
        "Nothing is live there any more, or the policy no longer has it watched."
    ),
    DebtState.OPEN: Guidance("The target is owed the release.", "The reconciler tries to pay."),
    DebtState.STRUCK: Guidance(
        "Nothing is owed any more: a newer release is there, or this one was taken back."
    ),
    Outcome.UNAVAILABLE: Guidance(
        "AWS could not be reached, said to wait, or a step must not act yet. Nothing was changed.",
        "It is asked again by itself. If it lasts, the stage fails and the reason names the region "
        "and what AWS said.",
    ),
    ReleaseState.PROMOTING: Guidance(
        "The release is on its way through the stages.",
        "Follow it: layerlift status LAYER --watch.",
    ),
    ReleaseState.SUCCEEDED: Guidance("The release is live in its last stage."),
    ReleaseState.FAILED: Guidance(
        "It did not work, and the reason says where and why. Pointers of the stage are back where "
        "they were, and stages before it stay live.",
        _AGAIN,
    ),
    StageState.PENDING: Guidance(
        "Not reached yet, or another promotion of the layer is at work there.", _LOOK
    ),
    StageState.WAITING: Guidance(
        "The stage waits for an approval.",
        _DECIDE,
    ),
    StageState.RUNNING: Guidance(
        "A promotion is at work, wave by wave.", "Follow it: layerlift status LAYER --watch."
    ),
    REPLACED: Guidance(
        "It was live there, and the pointer names another release now.",
        "See which one: layerlift status LAYER.",
    ),
    BROKEN: Guidance(
        "A step in the target failed with a fault rather than an answer, so the stage fails.",
        "Read the function's log (/layerlift/STACK/functions) and the execution's history. "
        + _AGAIN,
    ),
}
"""Every word of :data:`KINDS`."""


def kinds_of(word: str) -> tuple[str, ...]:
    """Return what a word can be a word for."""
    return tuple(kind for kind, words in KINDS.items() if word in words)
