"""Functions that use a layer, and clones of them, in memory."""

from collections.abc import Callable, Sequence

from layerlift.domain.gates.consumers import Consumer
from layerlift.domain.names import LayerName
from layerlift.domain.targets import Target
from layerlift.ports.aws import CanaryReading, Invocation
from layerlift.ports.consumers import Clone, ConsumerCanaries, ConsumerVersion, Search
from tests.fakes.wire import Wire, port_call

WORKED = CanaryReading((Invocation(answer='{"statusCode": 200}'),))


def version_of(name: str, layer_arn: str, version: int = 7) -> ConsumerVersion:
    """Return a published version of a function in Frankfurt that has a layer attached."""
    arn = f"arn:aws:lambda:eu-central-1:111122223333:function:{name}:{version}"
    return ConsumerVersion(arn, layer_arn, "python3.13", "arm64", seconds=10)


class MemoryConsumerCanaries(ConsumerCanaries):
    """Clones that answer what the test says: `answers` makes a reading of a clone."""

    port = "consumers"

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.versions: list[ConsumerVersion] = []
        self.unfit: tuple[str, ...] = ()
        self.is_cut = False
        self.answers: Callable[[Clone], CanaryReading] = lambda clone: WORKED
        self.runs: list[tuple[Clone, ...]] = []

    @port_call
    def find(self, target: Target, consumer: Consumer, published_name: LayerName) -> Search:
        names = [v.arn.rpartition(":")[0] for v in self.versions]
        meant = [
            version
            for name, version in zip(names, self.versions, strict=True)
            if consumer.matches(name)
        ]
        using = [v for v in meant if f":layer:{published_name}:" in v.layer_arn]
        found = tuple(using[: consumer.at_most])
        return Search(found, self.unfit, looked_at=len(meant), is_cut=self.is_cut)

    @port_call
    def run(self, target: Target, clones: Sequence[Clone]) -> tuple[CanaryReading, ...]:
        self.runs.append(tuple(clones))
        return tuple(self.answers(clone) for clone in clones)
