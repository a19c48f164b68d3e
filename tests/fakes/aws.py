"""Pointers, alarms and the bus, in memory."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from layerlift.domain.errors import Unavailable
from layerlift.domain.events import Event
from layerlift.domain.gates.alarms import WatchedAlarms, prefix_question, tags_question
from layerlift.domain.pointers import Pointer
from layerlift.domain.targets import Target
from layerlift.ports.aws import AlarmReading, Alarms, AlarmState, Bus, Pointers, PointerSight
from tests.fakes.wire import Wire, port_call


class MemoryPointers(Pointers, PointerSight):
    """Parameters; the two of a pair are written one after the other, so a death may part them."""

    port = "pointers"

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.parameters: dict[tuple[Target, str], str] = {}
        self.away: set[Target] = set()

    @port_call
    def read(self, target: Target, names: tuple[str, str]) -> Pointer | None:
        arn, version = (self.parameters.get((target, name)) for name in names)
        return None if arn is None or version is None else Pointer(arn=arn, version=version)

    @port_call
    def look(self, target: Target, names: tuple[str, str]) -> tuple[str | None, str | None]:
        self._reach(target)
        arn, version = (self.parameters.get((target, name)) for name in names)
        return arn, version

    def write(
        self, target: Target, names: tuple[str, str], pointer: Pointer, *, is_new: bool = False
    ) -> None:
        self._reach(target)
        said = {} if is_new else self.wire.call("pointers.look", lambda: self._all(target, names))
        for name, value in zip(names, (pointer.arn, pointer.version), strict=True):
            if said.get(name) != value:
                self.wire.call("pointers.write", lambda n=name, v=value: self._put(target, n, v))

    def remove(self, target: Target, names: tuple[str, str]) -> None:
        self._reach(target)
        for name in names:
            self.wire.call("pointers.remove", lambda n=name: self.parameters.pop((target, n), None))

    def _reach(self, target: Target) -> None:
        if target in self.away:
            raise Unavailable(f"{target} does not answer")

    def _all(self, target: Target, names: tuple[str, str]) -> dict[str, str | None]:
        return {name: self.parameters.get((target, name)) for name in names}

    def _put(self, target: Target, name: str, value: str) -> None:
        self.parameters[target, name] = value


class MemoryAlarms(Alarms):
    """Alarms by region: name to CloudWatch's state, or to whether it fires; and their tags."""

    port = "alarms"

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.states: dict[str, dict[str, bool | str]] = defaultdict(dict)
        self.tags: dict[str, dict[str, str]] = defaultdict(dict)

    @port_call
    def read(self, target: Target, wanted: Sequence[WatchedAlarms]) -> AlarmReading:
        answers: dict[str, tuple[AlarmState, ...]] = {}
        for one in wanted:
            for name in one.names:
                answers[name] = self._those(target, lambda known, n=name: known == n)
            for prefix in one.prefixes:
                found = self._those(target, lambda known, p=prefix: known.startswith(p))
                answers[prefix_question(prefix)] = found
            if one.tags:
                tags = one.tags.items()
                found = self._those(target, lambda known, t=tags: t <= self.tags[known].items())
                answers[tags_question(one.tags)] = found
        return AlarmReading(target, answers)

    def _those(self, target: Target, wanted: Callable[[str], bool]) -> tuple[AlarmState, ...]:
        words = {True: "ALARM", False: "OK"}
        return tuple(
            AlarmState(
                name,
                state if isinstance(state, str) else words[state],
                f"https://console/{target.region}/{name}",
            )
            for name, state in self.states[target.region].items()
            if wanted(name)
        )


class MemoryBus(Bus):
    """A bus that refuses the events whose ids are in ``refuses``."""

    port = "bus"

    def __init__(self, wire: Wire | None = None) -> None:
        self.wire = wire or Wire()
        self.batches: list[tuple[Event, ...]] = []
        self.refuses: set[str] = set()

    @port_call
    def put(self, events: Iterable[Event]) -> tuple[str, ...]:
        batch = tuple(events)
        self.batches.append(batch)
        return tuple(event.detail.id for event in batch if event.detail.id in self.refuses)
