"""Which architectures the native code of a layer leaves possible.

Builds of the same thing for several platforms may lie side by side; a layer serves an architecture
if each thing is there for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from layerlift.domain.report import Finding
from layerlift.inspecting.compatibility import codes
from layerlift.inspecting.native.checks import variant_group
from layerlift.inspecting.native.extension_names import parse_extension_name
from layerlift.inspecting.native.files import NativeFile
from layerlift.inspecting.native.platforms import named_platforms

ARCHITECTURES = ("x86_64", "arm64")
"""AWS's names, in the order in which they are listed.
https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html"""

_ALL = frozenset(ARCHITECTURES)


@dataclass(frozen=True, slots=True)
class Variants:
    """The builds of one thing. ``is_named`` says whether the path of each names its platform."""

    path: str
    machines: frozenset[str]
    is_named: bool


@dataclass(frozen=True, slots=True)
class Architectures:
    """``names`` are those served; ``only`` are the things that are there for one alone."""

    names: tuple[str, ...]
    only: tuple[Variants, ...] = ()
    findings: tuple[Finding, ...] = ()

    def against(self, name: str) -> Variants | None:
        """Return what proves that an architecture is not served."""
        return next((each for each in self.only if name not in each.machines), None)


def infer_architectures(loadable: Sequence[NativeFile]) -> Architectures:
    """Return what the native code serves; without any, both architectures.

    A resource that names its platform, outside of the names of extension modules, gives way to
    code that does not: packages bring such files for whoever needs them.
    """
    variants = _variants(loadable)
    only = tuple(each for each in variants if each.machines != _ALL)
    unnamed = tuple(each for each in only if not each.is_named)
    if _common(only):
        return Architectures(_listed(_common(only)), only)
    if unnamed and _common(unnamed):
        left = _common(unnamed)
        odd = next(each for each in only if not each.machines & left)
        return Architectures(_listed(left), unnamed, (_leftover(odd, left),))
    return Architectures((), only, (_mixed(unnamed if not _common(unnamed) else only),))


def _variants(loadable: Sequence[NativeFile]) -> list[Variants]:
    groups: dict[str, list[NativeFile]] = {}
    for file in loadable:
        if file.elf is not None and file.elf.machine in _ALL:
            groups.setdefault(variant_group(file.path), []).append(file)
    return [
        Variants(
            path=files[0].path,
            machines=frozenset(str(file.elf.machine) for file in files if file.elf),
            is_named=all(_names_its_platform(file.path) for file in files),
        )
        for files in groups.values()
    ]


def _names_its_platform(path: str) -> bool:
    if parse_extension_name(path.rpartition("/")[2]):
        return False
    return bool(named_platforms(path) & _ALL)


def _common(variants: Sequence[Variants]) -> frozenset[str]:
    return _ALL.intersection(*(each.machines for each in variants))


def _listed(names: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in ARCHITECTURES if name in names)


def _leftover(odd: Variants, left: frozenset[str]) -> Finding:
    machine = "".join(odd.machines)
    return codes.ARCHITECTURE_LEFTOVER.found(
        f"{odd.path!r} is built for {machine}, the rest of the layer for {''.join(left)}", odd.path
    )


def _mixed(variants: Sequence[Variants]) -> Finding:
    one = variants[0]
    other = next(each for each in variants if each.machines != one.machines)
    return codes.ARCHITECTURES_MIXED.found(
        f"{one.path!r} is built for {''.join(one.machines)} only, "
        f"{other.path!r} for {''.join(other.machines)} only",
        other.path,
    )
