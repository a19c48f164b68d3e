"""The state machines as data, with their states flattened and their substitutions filled in."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
MACHINES = {path.name.split(".")[0]: path for path in sorted(ROOT.glob("statemachines/*.asl.json"))}
SUBSTITUTION = re.compile(r"\$\{(\w+)\}")


def text(machine: str) -> str:
    return MACHINES[machine].read_text()


def as_written(machine: str) -> dict[str, Any]:
    definition: dict[str, Any] = json.loads(text(machine))
    return definition


def filled_in(machine: str) -> dict[str, Any]:
    """Return it as CloudFormation fills it in: a function's ARN is its name here."""
    values = {"MapConcurrency": "40"}
    filled = SUBSTITUTION.sub(lambda m: values.get(m[1], m[1].removesuffix("Arn")), text(machine))
    definition: dict[str, Any] = json.loads(filled)
    return definition


def levels(definition: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the machine itself and the machine inside each Map."""
    yield path, definition
    for name, state in definition["States"].items():
        if "ItemProcessor" in state:
            yield from levels(state["ItemProcessor"], f"{path}{name}/")


def states(definition: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, level in levels(definition):
        yield from ((f"{path}{name}", state) for name, state in level["States"].items())


def every_state() -> list[Any]:
    """Return ``(id, state)`` of every state of every machine."""
    return [
        (f"{machine}/{name}", state)
        for machine in MACHINES
        for name, state in states(as_written(machine))
    ]


def ways_on(state: dict[str, Any]) -> list[str]:
    """Return where a state may go."""
    choices = [choice["Next"] for choice in state.get("Choices", ())]
    catches = [catch["Next"] for catch in state.get("Catch", ())]
    return [w for w in (state.get("Next"), state.get("Default"), *choices, *catches) if w]


class _Template(yaml.SafeLoader):
    """Reads CloudFormation's short forms as what stands behind them."""


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}  # type: ignore[arg-type]


_Template.add_multi_constructor("!", _short_form)


def template(name: str = "template.yaml") -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((ROOT / name).read_text(), _Template)
    return loaded
