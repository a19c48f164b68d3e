"""The words that the product speaks of itself in, for whoever meets one in an answer.

What a step answers, and what a state is called, is in :mod:`layerlift.domain.guidance.words`; no
word is in both.
"""

from collections.abc import Mapping

from layerlift.domain.guidance.words import Guidance

UNTOUCHED = "untouched"
"""How a target is shown to which a release that has ended never came."""

_POLICY = "What the policy can say of it: docs/reference/policy.md."

TERMS: Mapping[str, Guidance] = {
    "drop": Guidance(
        "A zip that was put into the artifact bucket, by layerlift push or any S3 client.",
        "Every drop is answered: layerlift status shows it.",
    ),
    "release": Guidance(
        "A layer's version with its bytes, which belong to it for ever: the same bytes are never "
        "another release, and the same version never has other bytes.",
        "See all: layerlift status.",
    ),
    "attempt": Guidance(
        "How often a release has set out through the stages. A release that failed or was rolled "
        "back is tried once more, as its next attempt, when its bytes are dropped again. What was "
        "decided about one attempt counts for no other.",
        "See the trail of all attempts: layerlift status LAYER --watch.",
    ),
    "promotion": Guidance("A release on its way into one stage, from its gates to its last wave."),
    "stage": Guidance(
        "A step on a release's way, such as dev, staging and prod: targets that get it together, "
        "in waves, and what it takes to get there (gates).",
        _POLICY,
    ),
    "target": Guidance(
        "An AWS account and a region of it: where a layer version is published, and a pointer "
        "names it.",
        _POLICY,
    ),
    "wave": Guidance(
        "Targets of a stage that get a release at the same time. All of a wave have to pass their "
        "canary before a pointer of it moves, and the next wave begins after that.",
        _POLICY,
    ),
    "gate": Guidance(
        "What a release has to pass in a stage: an approval, alarms and freeze windows, a canary, "
        "a bake.",
        _POLICY,
    ),
    "approval": Guidance(
        "That people let a release into a stage, each with a proof of who they are.",
        "See what waits: layerlift approvals.",
    ),
    "canary": Guidance(
        "A function with the new layer version attached, which tries in the target itself whether "
        "the layer works, and how fast, before any pointer names it.",
        "What it tries, and how to give it a check of your own: docs/guide/promotion.md.",
    ),
    "bake": Guidance(
        "The time after a wave is live in which alarms are watched before anything else happens; "
        "an alarm takes the release back.",
        _POLICY,
    ),
    "freeze": Guidance(
        "A window of time in which no wave starts.",
        "To go on in spite of one: layerlift override LAYER VERSION STAGE --freeze --reason WHY.",
    ),
    "pointer": Guidance(
        "Two parameters of SSM in a target, /lambda/layers/STAGE/LAYER/arn and /version, which "
        "say what consumers get. To go live is to move the pointer, and to go back is the same.",
        "Read one: layerlift arn LAYER --stage STAGE.",
    ),
    "consumer": Guidance("A function that uses the layer: whoever takes what a pointer names."),
    "layer version": Guidance(
        "What Lambda calls a published layer, with a number of its own in each target (1, 2, 3). "
        "The semantic version, such as 1.4.0, is the release's.",
    ),
    "digest": Guidance(
        "The SHA-256 of a zip, which names its bytes. sha256 has it in hexadecimal digits, and "
        "Lambda's CodeSha256 is the same in base64. A target goes live only if Lambda vouches "
        "for it.",
    ),
    "debt": Guidance(
        "A release that a target is owed, because it was out of reach when the stage went on.",
        "The reconciler brings it there once it can. See who is owed what: layerlift status LAYER.",
    ),
    "reconciler": Guidance(
        "What looks every few minutes for what is left to do: debts, pointers that are stuck, and "
        "stages that a stopped promotion left half done."
    ),
    "policy": Guidance(
        "The file that says which stages, targets and gates there are. A release keeps the one "
        "that was in force when it was claimed.",
        _POLICY,
    ),
    "report": Guidance(
        "All that the inspection found in a zip, as JSON in the artifact bucket.",
        "Make one before you drop it: layerlift inspect ZIP.",
    ),
    "rollback": Guidance(
        "A person takes a release back in a stage: every pointer goes back at once.",
        "Do it: layerlift rollback LAYER STAGE.",
    ),
    "override": Guidance(
        "Somebody who may approve for a stage lets a release go on there in spite of alarms, which "
        "they name, or of a freeze, with a reason that the audit trail keeps.",
        "Do it: layerlift override LAYER VERSION STAGE --alarm NAME --reason WHY.",
    ),
    "lock": Guidance(
        "What lets one release of a layer at a time into a stage; the others wait for it. That of "
        "an execution that has ended is taken over."
    ),
    "CodeSha256": Guidance(
        "What Lambda says of the bytes that it holds: the SHA-256 of the zip in base64, by which "
        "a target is held to what was dropped. Tables show how it begins."
    ),
    UNTOUCHED: Guidance(
        "The release has ended and never came to the target, so nothing has changed there."
    ),
}
"""Every word, in the order in which a release meets them."""
