"""The policy: stages in order, their targets in waves, their gates, and how layers are named."""

import re
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field, field_validator, model_validator

from layerlift.domain.errors import InvalidText
from layerlift.domain.gates.alarms import Alarms
from layerlift.domain.gates.approvals import Approvals
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
        description="Alarms that must be quiet before the first wave and after each.",
        examples=[{"prefixes": ["checkout-"]}],
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

    @property
    def regions(self) -> tuple[str, ...]:
        """Every region of the stage, in the order of the waves."""
        return tuple(region for wave in self.waves for region in wave)


class Policy(Value):
    """What ``policy.yaml`` says."""

    version: Literal[1] = Field(description="The version of this file's format.", examples=[1])
    layer_name: str = Field(
        default="{layer}-{stage}",
        description="The template of published layer names; {layer} and {stage} are filled in.",
        examples=["{layer}-{stage}"],
    )
    inspection: Inspection = Field(
        default=Inspection(),
        description="What every zip is held against.",
        examples=[{"max_unzipped_bytes": 150_000_000}],
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
