"""What the canary of a stage does, and when it has failed."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from layerlift.domain.errors import InvalidText
from layerlift.domain.gates.consumers import MAX_CONSUMERS, Consumer
from layerlift.domain.gates.durations import Duration, parse_duration
from layerlift.domain.model import Value

MAX_SECONDS = 45
"""Ours: shorter than a client waits for an answer, so that a canary that hangs says so itself."""

MAX_INVOCATIONS = 20
"""Ours, of each kind: a canary runs before every wave, in every target."""


SHORTEST_WATCH = 15 * 60
"""Ours: how often the control plane looks which watches are due (``template.yaml``)."""


def _watch(text: str) -> str:
    if text != "off" and parse_duration(text) < SHORTEST_WATCH:
        raise InvalidText(f"{text!r} is too often: what is live is looked at every 15m at most")
    return text


def _short(text: str) -> str:
    if parse_duration(text) > MAX_SECONDS:
        raise InvalidText(f"{text!r} is longer than a canary may take: {MAX_SECONDS}s at most")
    return text


class Canary(Value):
    """How the canary of a stage runs in each target, and what it must not exceed."""

    runtimes: Literal["one", "all"] = Field(
        default="one",
        description="Whether it runs on one runtime of each family that the layer serves, or on "
        "all of them. It always runs on each architecture that the layer claims.",
        examples=["all"],
    )
    cold: int = Field(
        default=1,
        ge=1,
        le=MAX_INVOCATIONS,
        description="Invocations at the same time of a function that has just been made, so that "
        "each is a cold start.",
        examples=[3],
    )
    warm: int = Field(
        default=2,
        ge=0,
        le=MAX_INVOCATIONS,
        description="Invocations after those, one after the other.",
        examples=[5],
    )
    timeout: Annotated[Duration, AfterValidator(_short)] = Field(
        default="30s",
        description="How long one invocation may take, 45s at most.",
        examples=["30s"],
    )
    errors: int = Field(
        default=0,
        ge=0,
        description="How many invocations may fail, on each runtime and architecture. What cannot "
        "be imported fails the canary whatever this says.",
        examples=[1],
    )
    slower_percent: int | None = Field(
        default=None,
        ge=0,
        description="By how much start-up, or a warm invocation, may be slower than that of the "
        "release that is live in the target, in per cent of the median. Without it, times are "
        "recorded and shown, and decide nothing.",
        examples=[50],
    )
    slower_floor_ms: int = Field(
        default=100,
        ge=0,
        description="A slow-down up to this many milliseconds is never too much.",
        examples=[200],
    )
    minimum_samples: int = Field(
        default=1,
        ge=1,
        le=MAX_INVOCATIONS,
        description="How many invocations of a kind both releases need, for their times to be "
        "compared.",
        examples=[3],
    )
    unexercised: Literal["allow", "fail"] = Field(
        default="allow",
        description="What it means that nothing of the layer could be tried in a target.",
        examples=["fail"],
    )
    consumers: tuple[Consumer, ...] = Field(
        default=(),
        max_length=MAX_CONSUMERS,
        description="Functions that use the layer, whose clones are invoked with the new version "
        "after the canary has passed. cold, warm and what is allowed to be slower count for them, "
        "too.",
        examples=[
            [
                {
                    "function": "arn:aws:lambda:*:*:function:checkout-*",
                    "expect": {"statusCode": 200},
                },
                {"tags": {"layer-canary": "yes"}, "payload_key": "payloads/order.json"},
            ]
        ],
    )

    watch: Annotated[str, AfterValidator(_watch)] = Field(
        default="off",
        description="How often the canary runs again against what is live in each target, like 6h; "
        "15m at least, and off for never. What the policy in force says counts, for releases that "
        "are live already, too.",
        examples=["6h"],
    )

    @property
    def watch_seconds(self) -> int | None:
        """How often what is live is tried again, None for never."""
        return None if self.watch == "off" else parse_duration(self.watch)

    @property
    def seconds(self) -> int:
        """How long one invocation may take."""
        return parse_duration(self.timeout)
