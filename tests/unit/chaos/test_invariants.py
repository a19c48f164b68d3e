"""Each invariant holds in a sound world, and fails in one that is broken in just its way."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from layerlift.domain.approval import Approval
from layerlift.domain.debts import Debt, DebtState
from layerlift.domain.events import Event, EventType
from layerlift.domain.gates.approvals import Approvals
from layerlift.domain.names import parse_digest, parse_layer_name, parse_stage_name, parse_version
from layerlift.domain.pointers import Pointer
from layerlift.domain.release import (
    Artifact,
    PromotionLock,
    Release,
    ReleaseState,
    StagePlan,
    StageProgress,
    StageState,
)
from layerlift.domain.targets import Target
from layerlift.releasing.trail import release_event
from tests.chaos.invariants import INVARIANTS, broken_in
from tests.chaos.sight import Place, Publication, Sight

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LAYER, PROD = parse_layer_name("http-client"), parse_stage_name("prod")
NAME = parse_layer_name("http-client-prod")
HERE = Target(account="111122223333", region="eu-central-1")
THERE = Target(account="111122223333", region="us-east-1")
OLD, NEW = parse_version("1.0.0"), parse_version("1.1.0")
DIGESTS = {OLD: parse_digest("a" * 64), NEW: parse_digest("b" * 64)}
SECRET = "a-session-token-of-a-function"


def arn(target: Target, number: int) -> str:
    return f"arn:aws:lambda:{target.region}:{target.account}:layer:{NAME}:{number}"


def release(version: str, state: ReleaseState = ReleaseState.SUCCEEDED) -> Release:
    known = parse_version(version)
    return Release(
        layer=LAYER,
        version=known,
        digest=DIGESTS[known],
        attempt=1,
        state=state,
        artifact=Artifact(bucket="b", key="k", version_id="v"),
        size=1,
        modules=(),
        runtimes=(),
        architectures=(),
        stages=(StagePlan(name=PROD, published_name=NAME, waves=((HERE, THERE),)),),
        execution="e",
        claimed_at=NOON + timedelta(hours=list(DIGESTS).index(known)),
    )


def progress(version: str, state: StageState = StageState.ACTIVE) -> StageProgress:
    return StageProgress(
        layer=LAYER,
        version=parse_version(version),
        attempt=1,
        stage=PROD,
        state=state,
        changed_at=NOON,
    )


def publication(target: Target, number: int, version: str) -> Publication:
    digest = b64encode(bytes.fromhex(DIGESTS[parse_version(version)])).decode()
    return Publication(NAME, target, number, arn(target, number), digest)


def pointer(target: Target, version: str) -> Pointer:
    return Pointer(arn=arn(target, 1 if version == OLD else 2), version=version)


def ended(version: str, kind: EventType = EventType.RELEASE_SUCCEEDED, hours: int = 1) -> Event:
    at = NOON + timedelta(hours=hours)
    return release_event(kind, release(version).ref, at, outcome="succeeded")


def debt(target: Target) -> Debt:
    return Debt(
        release=release(NEW).ref,
        stage=PROD,
        target=target,
        since=NOON,
        claimed_at=NOON,
        reason="It is away.",
        state=DebtState.OPEN,
    )


def lock(owner: str | None) -> PromotionLock:
    return PromotionLock(
        layer=LAYER,
        stage=PROD,
        owner=owner,
        owner_version=None,
        owner_attempt=None,
        newest_version=NEW,
        newest_claimed_at=NOON,
    )


def approval(decision: str | None) -> Approval:
    return Approval(
        layer=LAYER,
        version=NEW,
        attempt=1,
        stage=PROD,
        digest=DIGESTS[NEW],
        rules=Approvals(required=1),
        requested_at=NOON,
        expires_at=NOON,
        decision=decision,
    )


def all_at(version: str) -> dict[Place, Pointer | None]:
    return {Place(LAYER, PROD, target): pointer(target, version) for target in (HERE, THERE)}


SOUND = Sight(
    dropped={(LAYER, version): digest for version, digest in DIGESTS.items()},
    answers={(LAYER, version): "claimed" for version in DIGESTS},
    releases=(release(OLD), release(NEW)),
    progress=(progress(OLD), progress(NEW)),
    publications=tuple(
        publication(target, number, version)
        for target in (HERE, THERE)
        for number, version in ((1, OLD), (2, NEW))
    ),
    pointers=all_at(NEW),
    live=all_at(NEW),
    locks=(lock(None),),
    approvals=(approval("approved"),),
    trail=(ended(OLD), ended(NEW)),
    heard=(ended(OLD), ended(NEW)),
    shown=(("the log of a function", "all is well"),),
    secrets=frozenset({SECRET}),
)


def half() -> dict[Place, Pointer | None]:
    return all_at(NEW) | {Place(LAYER, PROD, THERE): pointer(THERE, OLD)}


def gone() -> dict[Place, Pointer | None]:
    return dict.fromkeys(all_at(NEW))


def mixed_up() -> dict[Place, Pointer | None]:
    wrong = Pointer(arn=arn(THERE, 1), version=NEW)
    return all_at(NEW) | {Place(LAYER, PROD, THERE): wrong}


ODD_BYTES = Publication(NAME, HERE, 3, arn(HERE, 3), "bm9ib2R5IGRyb3BwZWQgdGhpcw==")
FAILED = (release(OLD), release(NEW, ReleaseState.FAILED))

BROKEN: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "the same bytes twice in a target": (
        "one version per digest and target",
        {"publications": (*SOUND.publications, publication(HERE, 3, NEW))},
    ),
    "bytes that nobody dropped": (
        "the same bytes everywhere",
        {"publications": (*SOUND.publications, ODD_BYTES)},
    ),
    "a pointer whose version and ARN disagree": (
        "the same bytes everywhere",
        {"pointers": mixed_up(), "live": mixed_up()},
    ),
    "one pointer old, one new": (
        "pointers all old or all new",
        {"pointers": half(), "live": half()},
    ),
    "no pointer, though the stage is active": (
        "pointers all old or all new",
        {"pointers": gone(), "live": gone()},
    ),
    "pointers at a release that failed": (
        "pointers all old or all new",
        {"progress": (progress(OLD), progress(NEW, StageState.FAILED))},
    ),
    "a registry that is wrong about a pointer": (
        "the registry knows the pointers",
        {"live": half()},
    ),
    "a drop without an answer": ("every release in a final state", {"answers": {}}),
    "a claimed drop that is no release": (
        "every release in a final state",
        {"releases": (release(NEW),), "heard": SOUND.heard},
    ),
    "a release that is on its way for ever": (
        "every release in a final state",
        {"releases": (release(OLD), release(NEW, ReleaseState.PROMOTING))},
    ),
    "a stage that runs for ever": (
        "every release in a final state",
        {"progress": (progress(OLD, StageState.RUNNING), progress(NEW))},
    ),
    "a release that nobody was told of": (
        "the last notification matches",
        {"heard": (ended(OLD),), "trail": (ended(OLD),)},
    ),
    "a last word that says something else": (
        "the last notification matches",
        {"releases": FAILED},
    ),
    "an event that never left the registry": (
        "every event is heard",
        {"trail": (*SOUND.trail, ended(NEW, EventType.RELEASE_CLAIMED, 0))},
    ),
    "an event of something that did not happen": (
        "every event is heard",
        {"heard": (*SOUND.heard, ended(NEW, EventType.RELEASE_CLAIMED, 0))},
    ),
    "a debt that nobody pays": (
        "debts are paid in the end",
        {"debts": (debt(THERE),), "in_the_end": True},
    ),
    "a canary that stays": ("nothing is left behind", {"leftovers": ("layerlift-canary-1",)}),
    "a lock that nobody lets go of": ("nothing is left behind", {"locks": (lock("gone"),)}),
    "an approval that stays open": (
        "nothing is left behind",
        {
            "approvals": (approval(None),),
            "progress": (progress(OLD), progress(NEW, StageState.WAITING)),
        },
    ),
    "a token in a log": (
        "no secret is shown",
        {"shown": (("the log of a function", f"token={SECRET}"),)},
    ),
    "a proof in an event": (
        "no secret is shown",
        {"shown": (("an event", f"Signature={'0f' * 32}"),)},
    ),
}


def test_nothing_is_broken_in_a_sound_world() -> None:
    assert broken_in(SOUND) == ()


@pytest.mark.parametrize("way", BROKEN)
def test_a_broken_world_is_found_out(way: str) -> None:
    invariant, change = BROKEN[way]
    assert invariant in {broken.invariant for broken in broken_in(replace(SOUND, **change))}


def test_every_invariant_can_fail() -> None:
    assert {invariant for invariant, _ in BROKEN.values()} == set(INVARIANTS)


def test_a_target_that_is_owed_the_release_may_have_the_old_one() -> None:
    owed = replace(SOUND, pointers=half(), live=half(), debts=(debt(THERE),))
    assert broken_in(owed) == ()


def test_a_debt_excuses_no_other_target() -> None:
    owed = replace(SOUND, pointers=half(), live=half(), debts=(debt(HERE),))
    assert [broken.invariant for broken in broken_in(owed)] == ["pointers all old or all new"]


def test_a_request_whose_promotion_has_ended_is_listed_nowhere() -> None:
    assert broken_in(replace(SOUND, approvals=(approval(None),))) == ()


def test_a_pointer_on_the_move_may_be_anywhere_but_not_for_ever() -> None:
    moved = replace(SOUND, pointers=half(), moves=frozenset({Place(LAYER, PROD, THERE)}))
    assert broken_in(moved) == ()
    assert {broken.invariant for broken in broken_in(replace(moved, in_the_end=True))} == {
        "pointers all old or all new",
        "the registry knows the pointers",
        "nothing is left behind",
    }


def test_a_move_excuses_no_other_target() -> None:
    moved = replace(SOUND, pointers=half(), moves=frozenset({Place(LAYER, PROD, HERE)}))
    assert {broken.invariant for broken in broken_in(moved)} == {
        "pointers all old or all new",
        "the registry knows the pointers",
    }


def test_a_rejected_drop_need_not_be_a_release() -> None:
    answers = {(LAYER, OLD): "claimed", (LAYER, NEW): "rejected"}
    kept = tuple(p for p in SOUND.publications if p.number == 1)
    sight = replace(
        SOUND,
        answers=answers,
        releases=(release(OLD),),
        progress=(progress(OLD),),
        publications=kept,
        pointers=all_at(OLD),
        live=all_at(OLD),
        heard=(ended(OLD),),
        trail=(ended(OLD),),
    )
    assert broken_in(sight) == ()


def test_what_is_broken_names_the_release() -> None:
    (broken,) = broken_in(
        replace(SOUND, releases=(release(OLD), release(NEW, ReleaseState.SUPERSEDED)))
    )
    assert broken.about == "http-client 1.1.0"
