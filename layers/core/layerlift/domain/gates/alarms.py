"""Which CloudWatch alarms have to be quiet, and what counts as quiet."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field

from layerlift.domain.gates.durations import Duration, parse_duration
from layerlift.domain.model import Value
from layerlift.domain.names import LayerName, StageName


class WatchedAlarms(Value):
    """Alarms, metric and composite ones alike, by what they are found by."""

    names: tuple[str, ...] = Field(
        default=(),
        description="Exact names. One that no region knows is missing. {layer} and {stage} are "
        "filled in, here and in prefixes, so that a layer's own alarms can be watched.",
        examples=[["checkout-errors"]],
    )
    prefixes: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        default=(),
        description="Name prefixes; every alarm that matches one is watched. A prefix that "
        "matches none in any region is missing.",
        examples=[["checkout-"]],
    )
    tags: dict[str, str] = Field(
        default={},
        description="Tags and their values; every alarm that has all of them is watched. If none "
        "has in any region, they are missing.",
        examples=[{"team": "checkout"}],
    )

    def __bool__(self) -> bool:
        return bool(self.names or self.prefixes or self.tags)

    def about(self, layer: LayerName, stage: StageName) -> Self:
        """Return them with what stands for a layer and a stage filled in."""

        def fill(texts: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(t.replace("{layer}", layer).replace("{stage}", stage) for t in texts)

        return self.model_copy(update={"names": fill(self.names), "prefixes": fill(self.prefixes)})


def prefix_question(prefix: str) -> str:
    """Return how a prefix is called among names."""
    return f"{prefix}*"


def tags_question(tags: Mapping[str, str]) -> str:
    """Return how a set of tags is called among names."""
    return ", ".join(f"{key}={value}" for key, value in sorted(tags.items()))


class Alarms(WatchedAlarms):
    """CloudWatch alarms that must be quiet, looked up in every target region of the stage."""

    regions: dict[str, WatchedAlarms] = Field(
        default={},
        description="Further alarms by region, looked up in that region only. It need not be one "
        "that the stage publishes in.",
        examples=[{"us-east-1": {"names": ["cdn-errors"]}}],
    )
    missing: Literal["firing", "quiet"] = Field(
        default="firing",
        description="What an alarm counts as that is named here and exists nowhere.",
        examples=["firing"],
    )
    insufficient_data: Literal["quiet", "firing"] = Field(
        default="quiet",
        description="What an alarm in the state INSUFFICIENT_DATA counts as.",
        examples=["firing"],
    )
    firing_before: Literal["hold", "fail"] = Field(
        default="hold",
        description="What an alarm does that fires before the first wave: it holds the stage until "
        "it is quiet or overridden, or fails it at once.",
        examples=["fail"],
    )
    hold_for: Duration = Field(
        default="24h",
        description="How long alarms may hold the stage before it fails.",
        examples=["24h"],
    )

    def __bool__(self) -> bool:
        return super().__bool__() or any(self.regions.values())

    def about(self, layer: LayerName, stage: StageName) -> Self:
        """Return them, those of single regions too, with a layer and a stage filled in."""
        regions = {name: found.about(layer, stage) for name, found in self.regions.items()}
        return super().about(layer, stage).model_copy(update={"regions": regions})

    @property
    def hold_seconds(self) -> int:
        """How long alarms may hold the stage."""
        return parse_duration(self.hold_for)

    @property
    def everywhere(self) -> WatchedAlarms:
        """The alarms to look for in every target region."""
        return WatchedAlarms(names=self.names, prefixes=self.prefixes, tags=self.tags)
