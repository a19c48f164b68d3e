"""Chats that remember what they were told, and rooms of several."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from layerlift.domain.events import Event
from layerlift.telling.announce import Announcer, Postponed, announce
from layerlift.telling.destinations import AmazonQDestination, Destination, Pattern
from layerlift.telling.message import Message
from layerlift.telling.receipts import Fate, Receipt
from layerlift.telling.services.service import Board, Service
from tests.fakes.registry import MemoryRegistry
from tests.fakes.wire import Wire
from tests.unit.telling.samples import NOW


class FakeService:
    """Takes messages, unless the next answer is scripted."""

    def __init__(self) -> None:
        self.said: list[Message] = []
        self.script: list[Receipt | Exception] = []

    def post(self, message: Message, /) -> Receipt:
        return self._take(message)

    def _take(self, message: Message) -> Receipt:
        answer = self.script.pop(0) if self.script else Receipt(Fate.DELIVERED)
        if isinstance(answer, Exception):
            raise answer
        if answer.fate is Fate.DELIVERED:
            self.said.append(message)
        return answer


class FakeBoard:
    """Has messages that change: by handle, what each says now and what was replied to it."""

    def __init__(self) -> None:
        self.summaries: dict[str, Message] = {}
        self.replies: list[tuple[str, Message]] = []
        self.updates = 0
        self.script: list[Receipt | Exception] = []

    def open(self, message: Message, /) -> Receipt:
        handle = f"m{len(self.summaries) + 1}"
        return self._take(handle, lambda: self.summaries.update({handle: message}))

    def update(self, handle: str, message: Message, /) -> Receipt:
        if handle not in self.summaries:
            return Receipt(Fate.GONE)

        def change() -> None:
            self.summaries[handle] = message
            self.updates += 1

        return self._take(handle, change)

    def reply(self, handle: str, message: Message, /) -> Receipt:
        return self._take(handle, lambda: self.replies.append((handle, message)))

    def _take(self, handle: str, work: Callable[[], object]) -> Receipt:
        answer = self.script.pop(0) if self.script else Receipt(Fate.DELIVERED, handle=handle)
        if isinstance(answer, Exception):
            raise answer
        if answer.fate is Fate.DELIVERED:
            work()
        return answer


class Room:
    """Some destinations, their services, and what is remembered of them."""

    def __init__(self, **services: Service | Board) -> None:
        self.services = services
        self.wire = Wire()
        self.registry = MemoryRegistry(self.wire)
        self.now = NOW
        self.only = Pattern()

    def clock(self) -> datetime:
        return self.now

    def hear(self, *events: Event) -> tuple[Postponed, ...]:
        destinations: list[Destination] = [
            AmazonQDestination(name=name, service="amazon_q", only=self.only)
            for name in self.services
        ]
        announcer = Announcer(
            lambda destination: self.services[destination.name], self.registry, self.clock
        )
        return announce(events, destinations, announcer)
