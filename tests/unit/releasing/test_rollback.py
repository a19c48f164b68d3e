"""What is taken back goes to what was there before, everywhere, whatever dies on the way."""

import pytest

from layerlift.domain.events import EventType
from layerlift.domain.identity import Recall
from layerlift.domain.outcomes import Outcome
from layerlift.domain.pointers import Pointer, pointer_names
from layerlift.domain.release import ReleaseRef, ReleaseState, StageState, TargetState
from layerlift.releasing.record import record_release
from layerlift.releasing.reserving import LEASE
from layerlift.releasing.rollback_effect import check_that_something_stays, preview
from layerlift.releasing.rollback_orders import Wish
from layerlift.releasing.rollback_plan import newest_in
from layerlift.releasing.status import read_status
from tests.fakes.wire import Died, Moment
from tests.fakes.world import ADA, DUBLIN, FRANKFURT, LAYER, PROD, VIRGINIA, World, execution

ALL = (FRANKFURT, VIRGINIA, DUBLIN)
NAMES = pointer_names(PROD, LAYER)


def two_live(versions: tuple[str, ...] = ("1.0.0", "1.1.0")) -> tuple[World, list[ReleaseRef]]:
    """Releases that went through prod one after the other, and have ended."""
    world = World()
    refs = []
    for version in versions:
        ref = world.release(version.encode(), version, f"run-{version}")
        world.go_into(ref)
        record_release(ref, ReleaseState.SUCCEEDED, "", registry=world.registry, clock=world.clock)
        world.promotions.running.discard(execution(f"run-{version}"))
        world.clock.advance(seconds=1)
        refs.append(ref)
    world.wire.forget()
    return world, refs


def said(world: World) -> list[str | None]:
    found = [world.pointers.read(target, NAMES) for target in ALL]
    return [None if pointer is None else pointer.version for pointer in found]


def owner_of_lock(world: World) -> str | None:
    (lock,) = world.registry.kinds("lock")
    owner: str | None = lock["owner"]
    return owner


def test_every_pointer_goes_back_and_it_is_told_who_did_it_and_why() -> None:
    world, (_, newer) = two_live()
    assert world.roll_back("1.1.0").outcome is Outcome.ROLLED_BACK
    assert said(world) == ["1.0.0"] * 3
    assert world.stage(newer).state is StageState.ROLLED_BACK
    assert world.stage(newer).reason == f"Rolled back by {ADA.arn}: it is slow"
    assert world.stored_release(newer).state is ReleaseState.ROLLED_BACK
    (started,) = world.events(EventType.ROLLBACK_STARTED)
    assert (started.detail.actor, started.detail.comment) == (ADA.arn, "it is slow")
    (ended,) = world.events(EventType.ROLLBACK_SUCCEEDED)
    where = "eu-central-1, eu-west-1, us-east-1"
    assert ended.detail.reason == f"Every pointer of prod has gone back: 1.0.0 is live in {where}."
    assert (ended.detail.actor, ended.detail.comment) == (ADA.arn, "it is slow")
    assert owner_of_lock(world) is None


def test_it_says_what_is_live_now() -> None:
    world, _ = two_live()
    assert world.roll_back("1.1.0").reason == (
        "http-client 1.1.0 is rolled back in prod: "
        "1.0.0 is live in eu-central-1, eu-west-1, us-east-1."
    )


def test_the_first_release_goes_back_to_nothing_if_that_is_asked_for() -> None:
    world, _ = two_live(("1.0.0",))
    answer = world.roll_back("1.0.0", to_nothing=True)
    assert answer.outcome is Outcome.ROLLED_BACK
    assert "nothing is live in eu-central-1" in answer.reason
    assert said(world) == [None] * 3
    (ended,) = world.events(EventType.ROLLBACK_SUCCEEDED)
    where = "eu-central-1, eu-west-1, us-east-1"
    assert (
        ended.detail.reason == f"Every pointer of prod has gone back: nothing is live in {where}."
    )


def test_the_same_command_again_takes_nothing_away_from_everybody() -> None:
    world, _ = two_live()
    for number in (1, 2):
        newest = newest_in(world.registry, LAYER, PROD)
        assert newest is not None
        answer = world.roll_back(newest.version, owner=f"request-{number}")
    assert said(world) == ["1.0.0"] * 3
    assert answer.outcome is Outcome.REFUSED
    assert answer.reason.startswith("http-client 1.0.0 stays live in prod: nothing was there")
    assert answer.reason.endswith("layerlift rollback http-client prod --to-nothing")
    assert len(world.events(EventType.ROLLBACK_STARTED)) == 1


def test_one_target_that_would_be_left_with_nothing_holds_the_rollback_in_all() -> None:
    world = World()
    for version, targets in (("1.0.0", (FRANKFURT,)), ("1.1.0", (FRANKFURT, VIRGINIA))):
        ref = world.release(version.encode(), version, f"run-{version}")
        world.go_into(ref, targets=targets)
        world.promotions.running.discard(execution(f"run-{version}"))
        world.clock.advance(seconds=1)
    answer = world.roll_back("1.1.0")
    assert answer.outcome is Outcome.REFUSED
    assert "nothing was there before it in us-east-1," in answer.reason
    assert said(world)[:2] == ["1.1.0", "1.1.0"]
    world.roll_back("1.1.0", owner="request-2", to_nothing=True)
    assert said(world)[:2] == ["1.0.0", None]


def test_a_target_that_another_release_has_taken_over_is_not_left_with_nothing() -> None:
    world, _ = two_live(("1.0.0",))
    newer = world.release(b"two", "1.1.0", "run-2")
    world.go_into(newer, targets=ALL)
    wish = Wish(world.stored_release(newer), PROD, Recall())
    assert preview(wish, world.registry) == "1.1.0 → 1.0.0 in eu-central-1, eu-west-1, us-east-1"
    old = Wish(world.stored_release(newer.model_copy(update={"version": "1.0.0"})), PROD, Recall())
    check_that_something_stays(old, {}, world.registry)


def test_a_release_that_was_live_before_can_be_gone_to() -> None:
    world, _ = two_live(("1.0.0", "1.1.0", "1.2.0"))
    assert world.roll_back("1.2.0", "1.0.0").outcome is Outcome.ROLLED_BACK
    assert said(world) == ["1.0.0"] * 3


def test_one_can_go_back_step_by_step() -> None:
    world, _ = two_live(("1.0.0", "1.1.0", "1.2.0"))
    world.roll_back("1.2.0")
    newest = newest_in(world.registry, LAYER, PROD)
    assert newest is not None
    assert newest.version == "1.1.0"
    world.roll_back("1.1.0", owner="request-2")
    assert said(world) == ["1.0.0"] * 3


def test_the_same_request_twice_takes_back_nothing_more() -> None:
    world, _ = two_live(("1.0.0", "1.1.0", "1.2.0"))
    for _ in range(2):
        assert world.roll_back("1.2.0").outcome is Outcome.ROLLED_BACK
    assert said(world) == ["1.1.0"] * 3
    assert len(world.events(EventType.ROLLBACK_STARTED)) == 1


@pytest.mark.parametrize(
    ("version", "to", "reason"),
    [
        ("9.9.9", None, "There is no release http-client 9.9.9."),
        ("1.0.0", None, "http-client 1.0.0 is not live in prod."),
        ("1.1.0", "1.1.0", "1.1.0 is what is to be taken back."),
        ("1.1.0", "9.9.9", "There is no release http-client 9.9.9."),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_moves(
    version: str, to: str | None, reason: str
) -> None:
    world, _ = two_live()
    answer = world.roll_back(version, to)
    assert answer.outcome is Outcome.REFUSED
    assert answer.reason.startswith(reason)
    assert said(world) == ["1.1.0"] * 3


def test_a_release_that_was_rolled_back_cannot_be_gone_to() -> None:
    world, _ = two_live(("1.0.0", "1.1.0"))
    world.roll_back("1.1.0")
    answer = world.roll_back("1.0.0", "1.1.0", owner="request-2")
    assert answer.outcome is Outcome.REFUSED
    assert "http-client 1.1.0 is rolled back in prod" in answer.reason


def test_a_release_that_never_was_in_the_stage_cannot_be_gone_to() -> None:
    world, _ = two_live(("1.0.0",))
    world.release(b"other", "1.1.0", "run-2")
    answer = world.roll_back("1.0.0", "1.1.0")
    assert "1.1.0 was never there in prod" in answer.reason


def test_a_promotion_that_is_at_work_is_stopped_and_taken_back() -> None:
    world, (_, _) = two_live()
    ref = world.release(b"three", "1.2.0", "run-3")
    world.lock(ref, "p3")
    world.prove(world.place(ref, "prod", FRANKFURT))
    world.activate(world.place(ref, "prod", FRANKFURT))
    newest = newest_in(world.registry, LAYER, PROD)
    assert newest is not None
    assert newest.version == "1.2.0"
    assert world.roll_back("1.2.0").outcome is Outcome.ROLLED_BACK
    assert world.promotions.stopped == [execution("p3", "promotion")]
    assert said(world) == ["1.1.0"] * 3
    assert world.stored_release(ref).state is ReleaseState.PROMOTING, "its own execution says how"


def test_a_promotion_that_only_waits_is_stopped_and_what_is_live_is_taken_back() -> None:
    world, _ = two_live()
    ref = world.release(b"three", "1.2.0", "run-3")
    world.lock(ref, "p3")
    world.request(ref)
    assert world.roll_back("1.1.0").outcome is Outcome.ROLLED_BACK
    assert said(world) == ["1.0.0"] * 3
    assert world.stage(ref).state is StageState.FAILED
    assert world.stage(ref).reason == f"Stopped, because {ADA.arn} rolled the stage back."


def test_a_pointer_that_a_stopped_promotion_still_moves_goes_where_it_belongs() -> None:
    world, _ = two_live()
    ref = world.release(b"three", "1.2.0", "run-3")
    world.lock(ref, "p3")
    for target in (FRANKFURT, VIRGINIA):
        world.prove(world.place(ref, "prod", target))
    world.activate(world.place(ref, "prod", FRANKFURT))
    late = world.place(ref, "prod", VIRGINIA)
    # The function of a stopped execution is still at work, just before it moves the pointer.
    world.wire.next("pointers.write", "before", lambda: (world.roll_back("1.2.0"), None)[1])
    assert world.activate(late).outcome is Outcome.INACTIVE
    assert said(world) == ["1.1.0"] * 3


def test_what_was_rolled_back_needs_an_approval_whatever_the_policy_says() -> None:
    world = World()
    ref = world.release()
    world.go_into(ref, "dev", (FRANKFURT,))
    record_release(ref, ReleaseState.SUCCEEDED, "", registry=world.registry, clock=world.clock)
    world.roll_back("1.0.0", stage="dev", to_nothing=True)
    again = world.claim(run="run-2")
    assert again.outcome is Outcome.CLAIMED
    assert [plan.approvals.required for plan in again.stages] == [1, 1]
    fresh = world.claim(b"other", "1.1.0", run="run-3")
    assert [plan.approvals.required for plan in fresh.stages] == [0, 1]


def test_a_release_that_was_rolled_back_on_its_way_goes_no_further() -> None:
    world = World()
    ref = world.release()
    world.go_into(ref, "dev", (FRANKFURT,))
    world.roll_back("1.0.0", stage="dev", to_nothing=True)
    answer = world.lock(ref, "p1", "prod")
    assert answer.outcome is Outcome.ROLLED_BACK
    assert answer.reason == f"http-client 1.0.0 was rolled back in dev by {ADA.arn}."


def test_a_target_that_cannot_be_reached_is_named_and_the_others_go_back() -> None:
    world, (_, newer) = two_live()
    world.pointers.away = {VIRGINIA}
    answer = world.roll_back("1.1.0")
    assert answer.outcome is Outcome.INCOMPLETE
    assert "The pointer in 111122223333/us-east-1 should say 1.0.0" in answer.reason
    assert said(world) == ["1.0.0", "1.1.0", "1.0.0"]
    assert len(world.events(EventType.POINTER_STUCK)) == 1
    assert world.events(EventType.ROLLBACK_FAILED)[0].detail.reason == answer.reason
    shown = {t.region: t.state for t in read_status(world.registry).releases[0].stages[1].targets}
    assert shown == {"eu-central-1": "inactive", "us-east-1": "stuck", "eu-west-1": "inactive"}
    world.pointers.away = set()
    world.restore(world.place(newer, "prod", VIRGINIA))
    assert said(world) == ["1.0.0"] * 3
    assert world.reconcile().stuck == 0


def test_a_release_that_goes_over_a_stuck_pointer_goes_back_to_what_it_should_have_said() -> None:
    world, (_, newer) = two_live()
    world.pointers.away = {VIRGINIA}
    world.roll_back("1.1.0")
    world.pointers.away = set()
    ref = world.release(b"three", "1.2.0", "run-3")
    world.go_into(ref)
    # The reconciler comes late: what has been activated since is left alone.
    world.restore(world.place(newer, "prod", VIRGINIA))
    assert said(world) == ["1.2.0"] * 3
    progress = world.progress(world.place(newer, "prod", VIRGINIA))
    assert progress is not None
    assert progress.state is TargetState.INACTIVE
    world.roll_back("1.2.0", owner="request-2")
    assert said(world) == ["1.0.0"] * 3


def test_what_this_stage_had_before_it_knew_layerlift_is_gone_back_to() -> None:
    world = World()
    before = Pointer(arn="arn:before:7", version="0.9.0")
    for target in ALL:
        world.pointers.write(target, NAMES, before)
    world.go_into(world.release())
    world.roll_back("1.0.0")
    assert said(world) == ["0.9.0"] * 3


def one_target() -> World:
    world = World()
    for version in ("1.0.0", "1.1.0"):
        ref = world.release(version.encode(), version, f"run-{version}")
        world.go_into(ref, targets=(FRANKFURT,))
        world.promotions.running.discard(execution(f"run-{version}"))
    world.clock.advance(seconds=1)
    world.wire.forget()
    return world


def moments() -> list[Moment]:
    world = one_target()
    world.roll_back("1.1.0")
    return list(world.wire.moments)


@pytest.mark.parametrize("by", ["the same request", "the reconciler"])
@pytest.mark.parametrize("moment", moments(), ids=str)
def test_a_rollback_that_dies_anywhere_is_finished(moment: Moment, by: str) -> None:
    world = one_target()
    world.wire.die(moment)
    with pytest.raises(Died):
        world.roll_back("1.1.0")
    world.wire.forget()
    begun = bool(world.events(EventType.ROLLBACK_STARTED))
    if by == "the same request":
        world.clock.advance(seconds=LEASE.total_seconds())
        assert world.roll_back("1.1.0", owner="request-2").outcome is Outcome.ROLLED_BACK
    world.clock.advance(seconds=LEASE.total_seconds())
    world.reconcile()
    undone = "1.0.0" if begun or by == "the same request" else "1.1.0"
    assert said(world)[0] == undone
    assert owner_of_lock(world) is None
    ended = world.events(EventType.ROLLBACK_SUCCEEDED)
    assert len(ended) == (1 if undone == "1.0.0" else 0)
