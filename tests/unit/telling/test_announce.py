"""Every destination is told once, in order, whatever fails on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.events import Event, EventType, event_id
from layerlift.telling.announce import PATIENCE, Postponed, longest_wait
from layerlift.telling.conversation import LEASE
from layerlift.telling.destinations import Pattern
from layerlift.telling.message import Message
from layerlift.telling.receipts import Fate, Receipt
from layerlift.telling.wordings import WORDINGS
from tests.fakes.wire import Died
from tests.unit.telling.rooms import FakeBoard, FakeService, Room
from tests.unit.telling.samples import in_regions, sample

STORY = (
    EventType.RELEASE_CLAIMED,
    EventType.PROMOTION_STARTED,
    EventType.APPROVAL_REQUESTED,
    EventType.APPROVAL_GRANTED,
    EventType.PROMOTION_SUCCEEDED,
    EventType.RELEASE_SUCCEEDED,
)


def story() -> list[Event]:
    return [sample(kind) for kind in STORY]


def headlines(service: FakeService) -> list[str]:
    return [message.headline for message in service.said]


TOLD = [
    "http-client 1.4.0 waits for approval in prod",
    "http-client 1.4.0 was approved for prod",
    "http-client 1.4.0 is live in prod",
    "http-client 1.4.0 is through all its stages",
]


def test_what_matters_is_told_in_the_order_it_happened() -> None:
    service = FakeService()
    assert Room(chat=service).hear(*reversed(story())) == ()
    assert headlines(service) == TOLD


def test_an_event_that_comes_twice_is_told_once() -> None:
    service, board = FakeService(), FakeBoard()
    room = Room(chat=service, board=board)
    for _ in range(2):
        assert room.hear(*story(), *story()) == ()
    assert headlines(service) == TOLD
    assert [message.headline for _, message in board.replies] == TOLD
    assert len(board.summaries) == 1


def test_events_that_come_one_by_one_are_one_thread() -> None:
    board = FakeBoard()
    room = Room(board=board)
    for event in story():
        assert room.hear(event) == ()
    assert list(board.summaries) == ["m1"]
    assert {handle for handle, _ in board.replies} == {"m1"}
    assert board.summaries["m1"].headline == "http-client 1.4.0: through all its stages"


def test_thirty_regions_are_one_change_of_the_summary_and_no_message() -> None:
    board, service = FakeBoard(), FakeService()
    regions = [f"region-{number}" for number in range(30)]
    kinds = (
        EventType.VERSION_PUBLISHED,
        EventType.CANARY_PASSED,
        EventType.POINTER_ACTIVATED,
    )
    room = Room(board=board, chat=service)
    assert room.hear(*(event for kind in kinds for event in in_regions(kind, *regions))) == ()
    assert board.replies == []
    assert service.said == []
    (summary,) = board.summaries.values()
    assert any("in 30 regions" in fact.value for fact in summary.facts)


def test_who_asks_for_routine_gets_a_burst_as_one_message() -> None:
    service = FakeService()
    room = Room(chat=service)
    room.only = Pattern(routine=True)
    room.hear(*in_regions(EventType.POINTER_ACTIVATED, *(f"region-{n}" for n in range(30))))
    assert len(service.said) == 1
    assert "in 30 regions" in service.said[0].headline


def test_a_failed_destination_is_told_later_and_the_others_not_again() -> None:
    dead, alive = FakeService(), FakeService()
    dead.script = [Receipt(Fate.LATER, wait_seconds=30, reason="it is away")]
    room = Room(dead=dead, alive=alive)
    (postponed,) = room.hear(sample(EventType.RELEASE_FAILED))
    assert (postponed.destination, postponed.wait_seconds) == ("dead", 30)
    assert room.hear(sample(EventType.RELEASE_FAILED)) == ()
    assert len(dead.said) == len(alive.said) == 1


@pytest.mark.parametrize("problem", [Unavailable("away"), Fault("no address")])
def test_what_the_web_raises_holds_up_nobody_else(problem: Exception) -> None:
    dead, alive = FakeService(), FakeService()
    dead.script = [problem]
    (postponed,) = Room(dead=dead, alive=alive).hear(sample(EventType.RELEASE_FAILED))
    assert postponed.reason == str(problem)
    assert len(alive.said) == 1


def test_after_a_failure_the_rest_waits_so_that_the_order_stays() -> None:
    service = FakeService()
    room = Room(chat=service)
    service.script = [Receipt(Fate.DELIVERED), Receipt(Fate.LATER)]
    postponed = room.hear(*story())
    assert len(postponed) == 3
    assert room.hear(*story()) == ()
    assert headlines(service) == TOLD


def test_a_summary_that_somebody_deleted_is_begun_anew() -> None:
    board = FakeBoard()
    room = Room(board=board)
    room.hear(sample(EventType.RELEASE_CLAIMED))
    board.summaries["m1b"] = board.summaries.pop("m1")
    assert room.hear(sample(EventType.PROMOTION_STARTED)) == ()
    assert "m2" in board.summaries


def test_a_thread_that_is_gone_is_begun_anew_on_the_next_try() -> None:
    board = FakeBoard()
    room = Room(board=board)
    board.script = [Receipt(Fate.DELIVERED, handle="gone"), Receipt(Fate.GONE)]
    assert len(room.hear(sample(EventType.RELEASE_FAILED))) == 1
    assert room.hear(sample(EventType.RELEASE_FAILED)) == ()
    assert [handle for handle, _ in board.replies] == ["m2"]


def test_two_that_hear_the_same_do_not_both_tell_it() -> None:
    service = FakeService()
    room = Room(chat=service)
    other: list[tuple[Postponed, ...]] = []
    event = sample(EventType.RELEASE_FAILED)
    room.registry.overlap(lambda: other.append(room.hear(event)))
    postponed = room.hear(event)
    assert len(service.said) == 1
    assert len(postponed) + len(other[0]) == 1


def test_while_one_speaks_another_comes_again_soon() -> None:
    service = FakeService()
    room = Room(chat=service)

    def ask(message: Message, /) -> Receipt:
        (postponed,) = room.hear(sample(EventType.RELEASE_SUCCEEDED))
        assert (postponed.wait_seconds, "speaks just now" in postponed.reason) == (None, True)
        return Receipt(Fate.DELIVERED)

    service.post = ask  # type: ignore[method-assign]
    assert room.hear(sample(EventType.RELEASE_FAILED)) == ()


def test_an_answer_of_the_table_that_is_lost_changes_nothing() -> None:
    for number in range(4):
        service = FakeService()
        room = Room(chat=service)
        room.wire.hooks.append(lambda _: None)
        before = room.registry.commit
        calls = iter(range(100))

        def commit(*writes, before=before, calls=calls, number=number):  # type: ignore[no-untyped-def]
            done = before(*writes)
            return False if next(calls) == number else done

        room.registry.commit = commit  # type: ignore[method-assign]
        assert room.hear(*story()) == ()
        assert headlines(service) == TOLD


def test_wherever_it_is_killed_everything_is_told_and_nothing_more_than_twice() -> None:
    """A message can be repeated only if the process ends between its answer and the record."""
    reference = Room(board=FakeBoard())
    reference.hear(*story())
    for moment in tuple(reference.wire.moments):
        board = FakeBoard()
        room = Room(board=board)

        def die() -> None:
            raise Died

        room.wire.once(moment, die)
        with pytest.raises(Died):
            room.hear(*story())
        room.now += LEASE + timedelta(seconds=1)
        assert room.hear(*story()) == (), moment
        replies = [message.headline for _, message in board.replies]
        assert sorted(set(replies)) == sorted(TOLD), moment
        assert len(replies) <= len(TOLD) + 1, moment
        assert len(board.summaries) <= 2, moment


def test_a_slow_chat_does_not_use_up_the_time_of_the_function() -> None:
    service = FakeService()
    room = Room(chat=service)
    take = service.post

    def slowly(message: Message, /) -> Receipt:
        room.now += PATIENCE + timedelta(seconds=1)
        return take(message)

    service.post = slowly  # type: ignore[method-assign]
    postponed = room.hear(*story())
    assert len(service.said) == 1
    assert {one.wait_seconds for one in postponed} == {1}


def test_a_table_that_is_away_is_no_end_of_the_world() -> None:
    service = FakeService()
    room = Room(chat=service)
    room.registry.fail_before()
    assert len(room.hear(sample(EventType.RELEASE_FAILED))) == 1
    assert service.said == []


def test_an_event_comes_again_when_the_most_patient_wants_it() -> None:
    waits = longest_wait(
        [
            Postponed("a", "x", 30, ""),
            Postponed("a", "y", 5, ""),
            Postponed("b", "x", None, ""),
        ]
    )
    assert waits == {"a": 30, "b": None}


def ending(refusal: EventType) -> list[Event]:
    return [
        sample(kind, time=f"2026-11-23T09:0{minute}:00Z")
        for minute, kind in enumerate(
            (refusal, EventType.PROMOTION_FAILED, EventType.RELEASE_FAILED), start=6
        )
    ]


REFUSALS = {
    EventType.APPROVAL_DENIED: "http-client 1.4.0 was rejected for prod",
    EventType.APPROVAL_EXPIRED: "Nobody decided on http-client 1.4.0 for prod",
}


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("at_once", [True, False])
def test_a_rejection_is_told_once(refusal: EventType, at_once: bool) -> None:
    service, board = FakeService(), FakeBoard()
    room = Room(chat=service, board=board)
    heard = [ending(refusal)] if at_once else [[event] for event in ending(refusal)]
    for events in heard:
        assert room.hear(*events) == ()
    assert headlines(service) == [REFUSALS[refusal]]
    assert [message.headline for _, message in board.replies] == [REFUSALS[refusal]]
    standing = WORDINGS[refusal].standing
    assert board.summaries["m1"].headline == f"http-client 1.4.0: {standing} in prod"


def test_a_later_attempt_that_fails_is_news() -> None:
    service = FakeService()
    room = Room(chat=service)
    room.hear(*ending(EventType.APPROVAL_DENIED))
    room.hear(sample(EventType.RELEASE_FAILED, attempt=2, id=event_id("later")))
    assert headlines(service)[1:] == ["http-client 1.4.0 failed"]


def test_who_does_not_hear_of_the_rejection_hears_how_it_ended() -> None:
    service = FakeService()
    room = Room(chat=service)
    room.only = Pattern(kinds=(EventType.RELEASE_FAILED,))
    room.hear(*ending(EventType.APPROVAL_DENIED))
    assert headlines(service) == ["http-client 1.4.0 failed"]


def test_a_rollback_of_many_regions_is_one_message_however_it_arrives() -> None:
    service = FakeService()
    room = Room(chat=service)
    regions = [f"region-{number}" for number in range(6)]
    for region in regions:
        room.hear(*in_regions(EventType.POINTER_RESTORED, region))
    room.hear(sample(EventType.ROLLBACK_SUCCEEDED))
    assert headlines(service) == ["http-client 1.4.0 was taken back from prod"]


@pytest.mark.parametrize("at_once", [True, False])
def test_a_pointer_that_was_told_to_be_stuck_is_told_to_be_back(at_once: bool) -> None:
    service = FakeService()
    room = Room(chat=service)
    place = {"target": {"account": "111122223333", "region": "us-east-1"}}
    stuck = sample(EventType.POINTER_STUCK, time="2026-11-23T09:06:00Z", **place)
    back = sample(EventType.POINTER_RESTORED, time="2026-11-23T09:20:00Z", **place)
    for events in [[stuck, back]] if at_once else [[stuck], [back]]:
        assert room.hear(*events) == ()
    assert headlines(service) == [
        "A pointer of http-client 1.4.0 is stuck for prod in us-east-1",
        "http-client 1.4.0 was taken back from prod in us-east-1",
    ]


def test_a_rejected_drop_does_not_change_how_a_release_of_that_version_stands() -> None:
    board = FakeBoard()
    room = Room(board=board)
    for minute, kind in enumerate((EventType.PROMOTION_SUCCEEDED, EventType.RELEASE_REJECTED)):
        changes = {"version": "1.4.0", "time": f"2026-11-23T09:0{minute + 6}:00Z"}
        room.hear(sample(kind, **changes))
    assert board.summaries["m1"].headline == "http-client 1.4.0: live in prod"
    assert [message.headline for _, message in board.replies][1:] == [
        "A drop of http-client 1.4.0 was rejected"
    ]
