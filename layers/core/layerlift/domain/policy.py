"""The policy: stages in order, their targets in waves, their gates, and how layers are named."""

import json
import re
from itertools import permutations
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field, field_validator, model_validator

from layerlift.domain.errors import InvalidText
from layerlift.domain.gates.alarms import Alarms
from layerlift.domain.gates.approvals import Approvals
from layerlift.domain.gates.canary import Canary
from layerlift.domain.gates.debts import Debts
from layerlift.domain.gates.durations import Pause
from layerlift.domain.gates.freezes import Freeze
from layerlift.domain.gates.grants import Grants
from layerlift.domain.limits import MAX_LAYER_NAME, MAX_UNZIPPED_BYTES
from layerlift.domain.model import Value
from layerlift.domain.names import LayerName, StageName, parse_layer_name, parse_stage_name

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")

Region = Annotated[str, Field(description="An AWS region's code, like eu-central-1.")]


T = TypeVar("T")


def _not_empty(items: tuple[T, ...]) -> tuple[T, ...]:
    if not items:
        raise InvalidText("at least one is needed")
    return items


# Not Field(min_length=1): that counts valid items only, so that each mistake in the only item
# would be followed by a complaint that there is none.
NOT_EMPTY = AfterValidator(_not_empty)
AT_LEAST_ONE = Field(json_schema_extra={"minItems": 1})


class Inspection(Value):
    """What a zip is held against beside AWS's own rules."""

    max_unzipped_bytes: int = Field(
        default=MAX_UNZIPPED_BYTES,
        gt=0,
        le=MAX_UNZIPPED_BYTES,
        description="The most bytes a layer may unzip to: what Lambda allows a function and all "
        "its layers together, or less, to leave room for the function and other layers.",
        examples=[150_000_000],
    )
    removed_modules: Literal["warning", "error"] = Field(
        default="warning",
        description="What a top-level module is that disappeared without a new major version; "
        "an error rejects the zip.",
        examples=["error"],
    )


class Stage(Value):
    """One stage of the way: its waves, and the gates before and between them."""

    name: str = Field(
        description="The stage's name, part of layer names and pointers.", examples=["prod"]
    )
    waves: Annotated[
        tuple[Annotated[tuple[Region, ...], NOT_EMPTY, AT_LEAST_ONE], ...], NOT_EMPTY, AT_LEAST_ONE
    ] = Field(
        description="Lists of regions. A wave starts when the one before it is live everywhere.",
        examples=[[["eu-central-1"], ["us-east-1", "us-west-2"]]],
    )
    approvals: Approvals = Field(
        default=Approvals(), description="Who must agree first.", examples=[{"required": 1}]
    )
    alarms: Alarms = Field(
        default=Alarms(),
        description="Alarms that must be quiet before the first wave, and during each bake.",
        examples=[{"prefixes": ["checkout-"]}],
    )
    bake: Pause = Field(
        default="0s",
        description="How long alarms are watched after each wave, like 30m or 24h, before the next "
        "wave starts or the stage is done. One that fires takes the stage back. 0s: looked at "
        "once.",
        examples=["30m"],
    )
    freezes: tuple[Freeze, ...] = Field(
        default=(),
        description="Times in which no wave of this stage starts, beside those of all stages.",
        examples=[
            [
                {"weekly": "Fri 16:00 - Mon 08:00", "timezone": "Asia/Tokyo", "reason": "Weekend"},
                {"since": "2026-12-18T12:00", "until": "2027-01-04T08:00", "reason": "Holidays"},
            ]
        ],
    )
    grants: Grants = Field(
        default=Grants(),
        description="Who else may read the layer, granted before a pointer moves. Everyone is not "
        "offered.",
        examples=[{"accounts": ["111122223333"]}],
    )
    canary: Canary = Field(
        default=Canary(),
        description="How a new version is tried in each target before anybody gets it.",
        examples=[{"warm": 5, "slower_percent": 50}],
    )
    debts: Debts = Field(
        default=Debts(),
        description="How many targets that are out of reach do not hold the others; fewer than "
        "the stage has.",
        examples=[{"allowed": 2, "after": "30m"}],
    )

    @field_validator("name")
    @classmethod
    def _is_stage_name(cls, text: str) -> str:
        return parse_stage_name(text)

    @field_validator("waves")
    @classmethod
    def _names_each_region_once(
        cls, waves: tuple[tuple[str, ...], ...]
    ) -> tuple[tuple[str, ...], ...]:
        seen: set[str] = set()
        for region in (region for wave in waves for region in wave):
            if not _REGION.fullmatch(region):
                raise InvalidText(f"{region!r} is not a region's code, like eu-central-1")
            if region in seen:
                raise InvalidText(f"{region!r} is listed twice in the same stage")
            seen.add(region)
        return waves

    @field_validator("alarms")
    @classmethod
    def _looks_for_alarms_in_regions(cls, alarms: Alarms) -> Alarms:
        for region in alarms.regions:
            if not _REGION.fullmatch(region):
                raise InvalidText(f"{region!r} is not a region's code, like eu-central-1")
        return alarms

    @model_validator(mode="after")
    def _leaves_no_stage_wholly_behind(self) -> "Stage":
        if self.debts.allowed >= len(self.regions):
            raise InvalidText(
                f"debts.allowed is {self.debts.allowed} and the stage has {len(self.regions)} "
                "targets: at least one has to be live"
            )
        return self

    @property
    def regions(self) -> tuple[str, ...]:
        """Every region of the stage, in the order of the waves."""
        return tuple(region for wave in self.waves for region in wave)


def _twin(template: str, short: str, long: str) -> str | None:
    """Return the layer that has the name in the stage ``short`` which a layer x has in ``long``."""
    before, names_stage, after = template.partition("{stage}")
    if not names_stage:
        return None
    if "{layer}" in before:
        between = before.rpartition("{layer}")[2]
        tail = between + short
        return f"x{between}{long.removesuffix(tail)}" if long.endswith(tail) else None
    between = after.partition("{layer}")[0]
    head = short + between
    return f"{long.removeprefix(head)}{between}x" if long.startswith(head) else None


MAX_BYTES = 128 * 1024
"""Ours, of all stages with the freezes that each has: a release's plan travels through the state
machines, whose input may have 256 KiB, with names and accounts filled in.
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""


def _size(content: Any) -> int:
    """Return how many bytes of JSON a value is, every letter beyond ASCII escaped."""
    return len(json.dumps(content))


class Policy(Value):
    """What ``policy.yaml`` says."""

    version: Literal[1] = Field(description="The version of this file's format.", examples=[1])
    layer_name: str = Field(
        default="{layer}-{stage}",
        description="The template of published layer names; {layer} and {stage} are filled in. No "
        "two layers may come out alike: beside stages called prod and eu-prod it takes another, "
        "like {layer}--{stage}.",
        examples=["{layer}-{stage}"],
    )
    inspection: Inspection = Field(
        default=Inspection(),
        description="What every zip is held against.",
        examples=[{"max_unzipped_bytes": 150_000_000}],
    )
    freezes: tuple[Freeze, ...] = Field(
        default=(),
        description="Times in which no wave of any stage starts. What is under way is finished.",
        examples=[
            [
                {"weekly": "Fri 16:00 - Mon 08:00", "timezone": "Asia/Tokyo", "reason": "Weekend"},
                {"since": "2026-12-18T12:00", "until": "2027-01-04T08:00", "reason": "Holidays"},
            ]
        ],
    )
    hotfixes: bool = Field(
        default=False,
        description="Whether a version below the newest that is live or on its way may be "
        "released, if it mends a line (MAJOR.MINOR) that was released before. Every layer has "
        "one pointer a stage, so consumers then get the hotfix in place of the newer version.",
        examples=[True],
    )
    stages: Annotated[tuple[Stage, ...], NOT_EMPTY, AT_LEAST_ONE] = Field(
        description="The stages, in the order a release goes through them.",
        examples=[[{"name": "dev", "waves": [["eu-central-1"]]}]],
    )

    @field_validator("layer_name")
    @classmethod
    def _is_template(cls, template: str) -> str:
        if "{layer}" not in template:
            raise InvalidText("the template has no {layer}: all layers would share one name")
        parse_layer_name(template.replace("{layer}", "l").replace("{stage}", "s"))
        return template

    @model_validator(mode="after")
    def _names_each_stage_once(self) -> "Policy":
        names = [stage.name for stage in self.stages]
        for name in names:
            if names.count(name) > 1:
                raise InvalidText(f"the stage {name!r} is listed twice")
        return self

    @model_validator(mode="after")
    def _keeps_layers_apart(self) -> "Policy":
        for short, long in permutations((stage.name for stage in self.stages), 2):
            twin = _twin(self.layer_name, short, long)
            if twin is not None:
                raise InvalidText(
                    f"the layer {twin!r} in {short!r} and the layer 'x' in {long!r} would both be "
                    f"published as {self.layer_name!r}: rename a stage, or put something between "
                    "{layer} and {stage} that no stage's name has, such as '--'"
                )
        return self

    @model_validator(mode="after")
    def _is_small_enough_to_travel(self) -> "Policy":
        shared = _size(self.model_dump(mode="json", include={"freezes"}))
        size = sum(_size(stage.model_dump(mode="json")) + shared for stage in self.stages)
        if size > MAX_BYTES:
            raise InvalidText(
                f"the stages have {size:,} bytes as JSON, and {MAX_BYTES:,} at most: they travel "
                "through the state machines. Find alarms by prefixes or tags instead of names, "
                "and put payloads of consumers into the artifact bucket"
            )
        return self

    @property
    def regions(self) -> tuple[str, ...]:
        """Every region of every stage, each once, in the order of first mention."""
        return tuple(dict.fromkeys(region for stage in self.stages for region in stage.regions))

    def published_name(self, layer: LayerName, stage: StageName) -> LayerName:
        """Return the name under which ``layer`` is published in ``stage``.

        :raises InvalidText: if the result is longer than Lambda allows.
        """
        name = self.layer_name.replace("{layer}", layer).replace("{stage}", stage)
        if len(name) > MAX_LAYER_NAME:
            raise InvalidText(
                f"the published name {name!r} has {len(name)} characters, "
                f"more than Lambda's {MAX_LAYER_NAME}: shorten the layer's name"
            )
        return parse_layer_name(name)
