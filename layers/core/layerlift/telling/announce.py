"""Announce: tell every destination of what has happened, each as its pattern says.

An event is told at least once, and twice only if this process ends between a service's answer and
the record of it. A destination that fails holds up no other: each has its own record of what it
was told, and an event comes again only for those that were not.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.events import Event
from layerlift.ports.registry import Registry
from layerlift.telling.conversation import Conversation, Floor, take_floor
from layerlift.telling.destinations import Destination
from layerlift.telling.message import Message
from layerlift.telling.receipts import Fate, Receipt
from layerlift.telling.repeats import frees_one_of, stuck_pointers, without_repeats
from layerlift.telling.services.service import Board, Service
from layerlift.telling.summary import new_summary
from layerlift.telling.telling import tell, thread_of

PATIENCE = timedelta(seconds=35)
"""How long new messages are begun: the last one must end, and be recorded, before the function
must."""

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Postponed:
    """An event that a destination was not told yet.

    ``wait_seconds`` is when to try again, None if nobody has said.
    """

    event_id: str
    destination: str
    wait_seconds: int | None
    reason: str


@dataclass(frozen=True)
class Announcer:
    """What it takes to speak. ``services`` gives the service of a destination."""

    services: Callable[[Destination], Service | Board]
    conversations: Registry
    clock: Clock
    console: str = ""
    begun: datetime = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "begun", self.clock())

    @property
    def is_late(self) -> bool:
        """Whether it is too late to begin another message."""
        return self.clock() - self.begun > PATIENCE


def announce(
    events: Sequence[Event], destinations: Iterable[Destination], announcer: Announcer
) -> tuple[Postponed, ...]:
    """Tell the destinations of the events, and return what could not be told yet."""
    return tuple(
        postponed
        for destination in destinations
        for heard in _by_thread(event for event in events if destination.only.takes(event))
        for postponed in _converse(heard, destination, announcer)
    )


def _by_thread(events: Iterable[Event]) -> tuple[tuple[Event, ...], ...]:
    threads: dict[str, dict[str, Event]] = {}
    for event in sorted(events, key=lambda event: event.detail.time):
        # The same event may be in a batch twice.
        threads.setdefault(thread_of(event), {})[event.detail.id] = event
    return tuple(tuple(thread.values()) for thread in threads.values())


def _converse(
    events: Sequence[Event], destination: Destination, announcer: Announcer
) -> tuple[Postponed, ...]:
    now = announcer.clock()
    if announcer.is_late:
        return _postponed(events, destination, 1, "other messages took too long")
    try:
        floor = take_floor(announcer.conversations, destination.name, new_summary(events[0]), now)
        if floor is None:
            # Who has the floor is done in a moment as a rule, and after the lease at the latest:
            # waits that grow suit both.
            return _postponed(events, destination, None, "another process speaks just now")
        receipt = _speak(events, destination, floor, announcer)
        floor.leave(announcer.clock())
    except Unavailable as problem:
        return _postponed(events, destination, None, str(problem))
    if receipt.fate is Fate.DELIVERED:
        return ()
    untold = [event for event in events if not floor.conversation.knows(event)]
    return _postponed(untold, destination, receipt.wait_seconds, receipt.reason)


def _postponed(
    events: Iterable[Event], destination: Destination, wait_seconds: int | None, reason: str
) -> tuple[Postponed, ...]:
    return tuple(
        Postponed(event.detail.id, destination.name, wait_seconds, reason) for event in events
    )


def _speak(
    events: Sequence[Event], destination: Destination, floor: Floor, announcer: Announcer
) -> Receipt:
    """Tell what is new, in order; stop at the first message that is not taken."""
    new = [event for event in events if not floor.conversation.knows(event)]
    service = announcer.services(destination)
    news = without_repeats(new, floor.conversation.refused)
    stuck = (*floor.conversation.stuck, *stuck_pointers(new))
    posted = [
        event for event in news if destination.only.posts(event) or frees_one_of(event, stuck)
    ]
    receipt = Receipt(Fate.DELIVERED)
    if news and isinstance(service, Board):
        receipt = _sum_up(news, service, floor, announcer)
    if receipt.fate is Fate.DELIVERED:
        silent = [event for event in new if event not in posted]
        floor.conversation = floor.conversation.having_told(silent)
    for burst in _bursts(posted):
        if receipt.fate is not Fate.DELIVERED:
            break
        receipt = _post(burst, service, floor, announcer)
    return receipt


def _bursts(events: Iterable[Event]) -> tuple[tuple[Event, ...], ...]:
    """Return the events, those of one type, stage and verdict together, oldest first."""
    bursts: dict[tuple[object, ...], list[Event]] = {}
    for event in events:
        # Where there is no target, each event is news of its own.
        own = event.detail.id if event.detail.target is None else None
        key = (event.type, event.detail.stage, event.detail.attempt, own)
        bursts.setdefault(key, []).append(event)
    return tuple(tuple(burst) for burst in bursts.values())


def _post(
    burst: Sequence[Event], service: Service | Board, floor: Floor, announcer: Announcer
) -> Receipt:
    if announcer.is_late:
        return Receipt(Fate.LATER, wait_seconds=1, reason="other messages took too long")
    message = tell(burst, announcer.console)
    receipt = _asked(lambda: _send(service, floor.conversation, message))
    if receipt.fate is Fate.DELIVERED:
        return _kept(floor, floor.conversation.having_told(burst), announcer)
    if receipt.fate is Fate.GONE:
        # The thread is no longer there: the next try begins another.
        floor.conversation = floor.conversation.model_copy(update={"handle": None})
    return receipt


def _send(service: Service | Board, conversation: Conversation, message: Message) -> Receipt:
    if isinstance(service, Board):
        return service.reply(conversation.handle or "", message)
    return service.post(message)


def _sum_up(new: Sequence[Event], board: Board, floor: Floor, announcer: Announcer) -> Receipt:
    """Bring the message that sums the release up to date, or send the first one."""
    before = floor.conversation
    summary = before.summary.after(new)
    if before.handle is not None and summary == before.summary:
        return Receipt(Fate.DELIVERED)
    message = summary.message(announcer.console)
    receipt = Receipt(Fate.GONE)
    if before.handle is not None:
        handle = before.handle
        receipt = _asked(lambda: board.update(handle, message))
    if receipt.fate is Fate.GONE:
        receipt = _asked(lambda: board.open(message))
    if receipt.fate is not Fate.DELIVERED:
        return receipt
    shown = {"summary": summary, "handle": receipt.handle}
    return _kept(floor, before.model_copy(update=shown), announcer)


def _asked(ask: Callable[[], Receipt]) -> Receipt:
    try:
        return ask()
    except Unavailable as problem:
        return Receipt(Fate.LATER, reason=str(problem))
    except Fault as problem:
        return Receipt(Fate.REFUSED, reason=str(problem))


def _kept(floor: Floor, conversation: Conversation, announcer: Announcer) -> Receipt:
    if floor.keep(conversation, announcer.clock()):
        return Receipt(Fate.DELIVERED)
    return Receipt(Fate.LATER, wait_seconds=5, reason="another process tells it by now")


def longest_wait(postponed: Iterable[Postponed]) -> Mapping[str, int | None]:
    """Return for each event how long to wait before it comes again: as the most patient asks."""
    waits: dict[str, int | None] = {}
    for one in postponed:
        known = (waits.get(one.event_id), one.wait_seconds)
        waits[one.event_id] = max((wait for wait in known if wait is not None), default=None)
    return waits
