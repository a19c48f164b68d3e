"""Which functions of a stage's consumers try a new version, and what each is asked.

A clone is invoked, never the function itself. By default it can reach nothing: it runs as the
canary's role, without the function's environment.
"""

import json
import re
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue, model_validator

from layerlift.domain.errors import InvalidText
from layerlift.domain.gates.durations import Duration, parse_duration
from layerlift.domain.model import Value

MAX_CONSUMERS = 5
"""Ours, of a stage: they travel with its plan, and all of them run before every wave."""

MAX_CLONES = 5
"""Ours, of one entry: the clones of a stage have to be through before their step's time is up."""

MAX_SECONDS = 45
"""Ours: shorter than a client waits for an answer, so that a clone that hangs says so itself."""

MAX_INLINE_BYTES = 2048
"""Ours, of a payload and of an expected answer: plans travel through the state machines, whose
input may have 256 KiB. A larger payload lies in S3.
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""

PAYLOADS_PREFIX = "payloads/"
"""How the keys of recorded payloads in the artifact bucket begin: nothing there is a drop."""

_FUNCTION = re.compile(
    r"arn:[a-z*-]+:lambda:[a-z0-9*-]+:(\d{12}|\*):function:[A-Za-z0-9_*?-]+", re.ASCII
)


def _function(text: str) -> str:
    if not _FUNCTION.fullmatch(text):
        raise InvalidText(
            f"{text!r} is not the ARN of functions: write it without a version, and * for what "
            "may differ, like arn:aws:lambda:*:*:function:checkout-*"
        )
    return text


def _short(text: str) -> str:
    if parse_duration(text) > MAX_SECONDS:
        raise InvalidText(f"{text!r} is longer than a clone may take: {MAX_SECONDS}s at most")
    return text


def _small(value: JsonValue) -> JsonValue:
    size = len(json.dumps(value).encode())
    if size > MAX_INLINE_BYTES:
        raise InvalidText(
            f"{size:,} bytes of JSON are more than a policy holds, {MAX_INLINE_BYTES:,} at most: "
            "put a payload into the artifact bucket and name its key"
        )
    return value


def _payload_key(text: str) -> str:
    if not text.startswith(PAYLOADS_PREFIX) or text == PAYLOADS_PREFIX:
        raise InvalidText(f"{text!r} is not the key of a payload: it begins with payloads/")
    return text


class Consumer(Value):
    """Functions that use the layer, and what their clones are asked."""

    function: Annotated[str, AfterValidator(_function)] | None = Field(
        default=None,
        description="The ARN of functions, without a version; * and ? stand for any characters. "
        "Either this or tags.",
        examples=["arn:aws:lambda:*:*:function:checkout-*"],
    )
    tags: dict[str, str] = Field(
        default={},
        description="Tags and their values; functions that have all of them. Either this or "
        "function.",
        examples=[{"layer-canary": "yes"}],
    )
    payload: Annotated[JsonValue, AfterValidator(_small)] = Field(
        default={},
        description="What the clone is invoked with: any JSON of up to 2 KB. It can be read in the "
        "policy and in the executions' history, so nothing secret.",
        examples=[{"order": "recorded-1"}],
    )
    payload_key: Annotated[str, AfterValidator(_payload_key)] | None = Field(
        default=None,
        description="The key of a payload in the artifact bucket instead, below payloads/: JSON of "
        "up to 6 MB, read anew by each canary.",
        examples=["payloads/checkout.json"],
    )
    expect: Annotated[JsonValue, AfterValidator(_small)] = Field(
        default=None,
        description="What the answer has to contain, of an object more keys do not matter; null "
        "takes any answer.",
        examples=[{"statusCode": 200}],
    )
    errors: int = Field(
        default=0,
        ge=0,
        description="How many invocations of a clone may fail.",
        examples=[1],
    )
    timeout: Annotated[Duration, AfterValidator(_short)] | None = Field(
        default=None,
        description="How long one invocation may take, 45s at most. Without it, as long as the "
        "function itself may, and 45s at most.",
        examples=["10s"],
    )
    at_most: int = Field(
        default=1,
        ge=1,
        le=MAX_CLONES,
        description="How many functions are cloned in each target, the first by name.",
        examples=[2],
    )
    role: Literal["canary", "own"] = Field(
        default="canary",
        description="What a clone runs as: the role of canaries, which may write its log and no "
        "more, or the function's own. That is real work with real data; the template's parameter "
        "ConsumerRoleArns says which roles may be handed out.",
        examples=["own"],
    )
    environment: Literal["drop", "copy"] = Field(
        default="drop",
        description="Whether a clone has the function's environment variables. They are never "
        "logged or recorded, but a copy of them lies in the clone while it lives.",
        examples=["copy"],
    )

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> "Consumer":
        if (self.function is None) is (not self.tags):
            raise InvalidText("a consumer is named by function or by tags: set one of them")
        if self.payload_key is not None and self.payload != {}:
            raise InvalidText("payload and payload_key are two payloads: set one of them")
        return self

    def matches(self, arn: str) -> bool:
        """Say whether ``function`` stands for the unqualified ARN of a function."""
        return self.function is not None and fnmatchcase(arn, self.function)

    @property
    def seconds(self) -> int | None:
        """How long one invocation may take, None for as long as the function's own may."""
        return None if self.timeout is None else parse_duration(self.timeout)

    @property
    def label(self) -> str:
        """What it is called in a reason."""
        named = (f"{key}={value}" for key, value in sorted(self.tags.items()))
        return self.function or f"tags {', '.join(named)}"
