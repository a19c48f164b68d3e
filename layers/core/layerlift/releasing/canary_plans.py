"""Which canary functions a layer needs, and what each is asked to try."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layerlift.domain.gates.canary import Canary
from layerlift.domain.release import Release
from layerlift.inspecting.compatibility.checks import python_module
from layerlift.inspecting.compatibility.runtimes import runtimes
from layerlift.ports.aws import CanaryPlan, Probe

_PROBES = {"python": Probe.PYTHON, "nodejs": Probe.NODEJS, "provided": Probe.NONE}
"""By family of runtimes: how what a layer brings for it is tried."""

_FAMILIES = {"python": "python", "nodejs": "nodejs", "custom-runtime": "provided"}
"""By kind of layer. What is of another kind is looked at from a Python function."""


@dataclass(frozen=True)
class Defaults:
    """Where a canary runs if the layer leaves the choice; runtimes are one of each family."""

    runtimes: tuple[str, ...]
    architecture: str


def plan_canaries(
    release: Release, gate: Canary, defaults: Defaults
) -> tuple[tuple[CanaryPlan, ...], tuple[str, ...]]:
    """Return the functions to make, and what cannot be exercised by any, with the reason."""
    contents = release.contents
    families = [_FAMILIES[kind] for kind in contents.kinds if kind in _FAMILIES]
    if not {"python", "nodejs"} & set(families) and (contents.files or not families):
        families.insert(0, "python")
    if _has_commands(release) and "python" not in families:
        families.insert(0, "python")
    plans, missing = [], []
    for family in families:
        chosen = _runtimes(family, release, gate, defaults)
        if not chosen:
            missing.append(f"what is for {family}: no function can be made on a runtime of it")
        event = _event(family, families, release)
        plans += [
            CanaryPlan(
                probe=_PROBES[family],
                runtime=runtime,
                architecture=architecture,
                event=event,
                cold=gate.cold,
                warm=gate.warm,
                seconds=_seconds(release, gate),
            )
            for runtime in chosen
            for architecture in _architectures(release, defaults)
        ]
    if contents.left_out:
        missing.append(f"{contents.left_out} more modules and files than a canary tries")
    return tuple(plans), tuple(missing)


def _architectures(release: Release, defaults: Defaults) -> Sequence[str]:
    served = release.architectures
    is_default_served = not served or defaults.architecture in served
    one = (defaults.architecture,) if is_default_served else served[:1]
    return release.contents.architectures or one


def _has_commands(release: Release) -> bool:
    check = release.contents.check
    return check is not None and bool(check.commands)


def _seconds(release: Release, gate: Canary) -> int:
    """The manifest knows best how long its own check takes."""
    check = release.contents.check
    return gate.seconds if check is None or check.seconds is None else check.seconds


def _runtimes(family: str, release: Release, gate: Canary, defaults: Defaults) -> Sequence[str]:
    of_family = [runtime for runtime in runtimes().values() if runtime.family == family]
    claimed = {runtime.name for runtime in of_family} & set(release.runtimes)
    creatable = [runtime.name for runtime in of_family if runtime.is_creatable]
    served = [name for name in creatable if name in claimed or not claimed]
    brings_something = any(_FAMILIES.get(kind) == family for kind in release.contents.kinds)
    if gate.runtimes == "all" and brings_something:
        return served
    preferred = next((name for name in defaults.runtimes if name in served), None)
    return [preferred] if preferred else served[-1:]


def _event(family: str, families: Sequence[str], release: Release) -> Mapping[str, Any]:
    """Return what the probe of a family is asked; files are looked at by the first that can."""
    contents = release.contents
    looks = next((each for each in families if each != "provided"), None) == family
    files = [file.model_dump() for file in contents.files] if looks else []
    if family == "python":
        return {
            "modules": [module.model_dump() for module in release.modules],
            "compiled": [module.model_dump() for module in contents.compiled],
            "files": files,
            "commands": _commands(release),
            "check": _check(release, of_python=True),
        }
    if family == "nodejs":
        packages = [package.model_dump() for package in contents.packages]
        return {"packages": packages, "files": files, "check": _check(release, of_python=False)}
    return {}


def _commands(release: Release) -> list[list[str]]:
    check = release.contents.check
    return [] if check is None else [list(words) for words in check.commands]


def _check(release: Release, *, of_python: bool) -> dict[str, Any] | None:
    check = release.contents.check
    if check is None or check.handler is None:
        return None
    is_python = python_module(check.handler) in {module.name for module in release.modules}
    if is_python is not of_python:
        return None
    return {"handler": check.handler, "payload": json.loads(check.payload)}
