"""Every kind of finding there is, gathered from the modules that declare them.

A kind is a constant of the module that finds it, so none can be forgotten here: the packages are
walked. That imports all of them, which a reference or a test can afford and an inspection need not.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType

import layerlift.inspecting
from layerlift.inspecting.findings import FindingKind

_DECLARATIONS = "codes"
"""The module of a package in which its kinds are declared; others only import them."""

WHOLE = "inspection"
"""The area of what is declared beside the packages, about the object as a whole."""


def every_kind() -> tuple[FindingKind, ...]:
    """Return every kind, by area and then by code.

    :raises ValueError: if two kinds have the same code.
    """
    return tuple(kind for kinds in kinds_by_area().values() for kind in kinds)


def kinds_by_area() -> Mapping[str, tuple[FindingKind, ...]]:
    """Return the kinds of each area, which is the name of a package or module, in sorted order.

    :raises ValueError: if two kinds have the same code.
    """
    owners: dict[str, tuple[str, FindingKind]] = {}
    for area, kind in _declared():
        _, known = owners.setdefault(kind.code, (area, kind))
        if known is not kind:
            raise ValueError(f"two kinds of finding have the code {kind.code!r}")
    areas: dict[str, list[FindingKind]] = {}
    for code in sorted(owners):
        area, kind = owners[code]
        areas.setdefault(area, []).append(kind)
    return {area: tuple(areas[area]) for area in sorted(areas)}


def _declared() -> Iterator[tuple[str, FindingKind]]:
    """Yield kinds with their areas, those in declaring modules before those that import them."""
    modules = list(_modules())
    modules.sort(key=lambda module: not module.__name__.endswith(f".{_DECLARATIONS}"))
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, FindingKind):
                yield _area(module), value


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(
        layerlift.inspecting.__path__, f"{layerlift.inspecting.__name__}."
    ):
        if found.name != __name__:
            yield importlib.import_module(found.name)


def _area(module: ModuleType) -> str:
    name = module.__name__.removeprefix(f"{layerlift.inspecting.__name__}.").partition(".")[0]
    return WHOLE if name == _DECLARATIONS else name
