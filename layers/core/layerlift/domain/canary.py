"""What a canary measured in a target, and what was made of it."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from statistics import median

from pydantic import Field

from layerlift.domain.model import Value
from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.domain.targets import Target

_PERCENTILE = 0.95


class Timing(Value):
    """How long something took, over some samples; milliseconds."""

    samples: int = Field(description="How many invocations were measured.")
    median_ms: int = Field(description="The median, in milliseconds.")
    p95_ms: int = Field(description="The 95th percentile (nearest rank), in milliseconds.")


def timing(samples: Sequence[int]) -> Timing | None:
    """Return the timing of samples in milliseconds, None of none."""
    if not samples:
        return None
    ordered = sorted(samples)
    return Timing(
        samples=len(ordered),
        median_ms=round(median(ordered)),
        p95_ms=ordered[ceil(_PERCENTILE * len(ordered)) - 1],
    )


def short_name(version_arn: str) -> str:
    """Return what people call a function's version, ``name:version``, from its ARN."""
    return version_arn.partition(":function:")[2]


class CanaryRun(Value):
    """A canary on one runtime and architecture: its numbers, and what it did."""

    runtime: str = Field(description="Lambda's runtime.")
    architecture: str = Field(description="x86_64 or arm64.")
    invocations: int = Field(description="How many times it was invoked.")
    errors: int = Field(description="How many of them failed, those that ran out of time too.")
    timeouts: int = Field(description="How many of them ran out of time.")
    startup: Timing | None = Field(
        default=None,
        description="Loading what the layer brings, of invocations that found the function cold.",
    )
    cold: Timing | None = Field(default=None, description="Whole invocations that found it cold.")
    warm: Timing | None = Field(default=None, description="Whole invocations that found it warm.")
    exercised: tuple[str, ...] = Field(description="What was tried and found right.")
    not_exercised: tuple[str, ...] = Field(description="What could not be tried, and why.")
    consumer: str | None = Field(
        default=None,
        description="The ARN of the function's version that was cloned, of a consumer's canary.",
    )

    @property
    def subject(self) -> str:
        """What ran, for a person: where, and of a clone also of which function."""
        where = f"on {self.runtime} {self.architecture}"
        return where if self.consumer is None else f"of {short_name(self.consumer)} {where}"


class CanaryResult(Value):
    """The verdict of a canary in a target, with the numbers that it rests on."""

    outcome: str
    reason: str
    variants: tuple[CanaryRun, ...]
    ran_at: datetime


class CanaryRecord(Value):
    """The canary of one release in one target, kept for the releases that come after it."""

    layer: LayerName
    version: SemanticVersion
    attempt: int
    stage: StageName
    target: Target
    layer_arn: str
    result: CanaryResult
