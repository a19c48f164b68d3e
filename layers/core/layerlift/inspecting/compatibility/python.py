"""Which Pythons the extension modules and the metadata of a layer leave possible."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from layerlift.domain.report import Finding
from layerlift.inspecting.compatibility import codes
from layerlift.inspecting.compatibility.modules import LIBRARIES, ROOT, VERSIONED_SITE, site_of
from layerlift.inspecting.compatibility.proofs import Evidence, Names, Proof, names_of
from layerlift.inspecting.compatibility.python_versions import Version, admits
from layerlift.inspecting.compatibility.runtimes import family_of
from layerlift.inspecting.facts import LayerFacts
from layerlift.inspecting.native.extension_names import parse_extension_name
from layerlift.inspecting.native.files import NativeFile
from layerlift.inspecting.packages.metadata import PythonDistribution, WheelTags, normalised

_ABI3_SINCE = (3, 2)
"""PEP 384: the stable ABI."""

_ABI3_TAG = re.compile(r"cp(\d)(\d{1,3})-abi3-")
_ABI_TAG = re.compile(r"cp(\d)(\d{1,3})-cp\1\2[a-z]*-")
"""PEP 425: Python tag, ABI tag, platform tag."""

_DIST_INFO = re.compile(r"([^/]+?)-[^/-]+\.(?:dist|egg)-info(?:/[^/]+)?")


_MAX_REQUIREMENTS = 100
"""Different ``Requires-Python`` that are compared: a layer of 200 packages has some fifteen."""


@dataclass(slots=True)
class ExtensionModule:
    """The builds of one extension module in one folder."""

    path: str
    package: str
    """The top-level folder or module, normalised as the name of a distribution is."""
    versions: set[Version] = field(default_factory=set)
    is_abi3: bool = False

    @property
    def says(self) -> str:
        """What it is built for, in words."""
        return f"is built for CPython {_listed(self.versions)}"


@dataclass(slots=True)
class Site:
    """What lies in one folder on Python's path. ``version`` is None for the one of all versions."""

    path: str
    version: Version | None
    modules: dict[str, ExtensionModule] = field(default_factory=dict)
    untagged: dict[str, str] = field(default_factory=dict)
    """Shared objects that say nothing of a Python: a file by package."""
    wheels: dict[str, WheelTags] = field(default_factory=dict)
    """The tags of wheels by the name of the distribution."""
    requirements: dict[str, str] = field(default_factory=dict)
    """A metadata file for each ``Requires-Python``."""


def sites_of(facts: LayerFacts, loadable: Sequence[NativeFile]) -> tuple[Site, ...]:
    """Gather what is known of each folder on Python's path."""
    sites: dict[str, Site] = {}
    for entry in facts.entries:
        # Most of 100,000 entries lie in the folder that the first of them has made known.
        if entry.is_directory or (ROOT in sites and not entry.path.startswith(LIBRARIES)):
            continue
        folder = site_of(entry.path)
        if folder and folder not in sites:
            sites[folder] = Site(entry.path, _version_of(folder))
    for file in loadable:
        folder = site_of(file.path)
        if folder in sites:
            _add_native(sites[folder], folder, file.path)
    for each in facts.metadata:
        folder = site_of(each.path)
        if folder in sites and isinstance(each, PythonDistribution | WheelTags):
            _add_metadata(sites[folder], folder, each)
    return tuple(sites.values())


def _version_of(folder: str) -> Version | None:
    match = VERSIONED_SITE.fullmatch(folder)
    return (int(match[1]), int(match[2])) if match else None


def _add_native(site: Site, folder: str, path: str) -> None:
    inside = path.removeprefix(folder)
    parent, _, name = inside.rpartition("/")
    package = normalised(inside.partition("/")[0].partition(".")[0])
    extension = parse_extension_name(name)
    if extension is None:
        if name.endswith(".so"):
            site.untagged.setdefault(package, path)
        return
    module = site.modules.setdefault(f"{parent}/{extension.module}", ExtensionModule(path, package))
    if extension.version:
        module.versions.add(extension.version)
    module.is_abi3 |= extension.is_abi3


def _add_metadata(site: Site, folder: str, each: PythonDistribution | WheelTags) -> None:
    match = _DIST_INFO.fullmatch(each.path[len(folder) :])
    if match is None:
        return
    if isinstance(each, WheelTags):
        site.wheels[normalised(match[1])] = each
    elif each.requires_python:
        site.requirements.setdefault(each.requires_python, each.path)


def prove_python(sites: Sequence[Site]) -> Iterator[Proof]:
    """Yield what the folders, extension modules and metadata prove, each thing once."""
    yield from _prove_folders(sites)
    for site in sites:
        yield from _prove_modules(site)
        yield from _prove_wheels(site)
    yield from islice(chain.from_iterable(map(_prove_requirements, sites)), _MAX_REQUIREMENTS)


def _prove_folders(sites: Sequence[Site]) -> Iterator[Proof]:
    versioned = [site for site in sites if site.version]
    if versioned:
        versions = {site.version for site in versioned if site.version}
        where = "lies in a folder" if len(versioned) == 1 else "and others lie in folders"
        says = f"{where} for Python {_listed(versions)} alone"
        yield Proof(versioned[0].path, says, _names(versions), Evidence.FOLDER)


def _prove_modules(site: Site) -> Iterator[Proof]:
    seen = set()
    for module in site.modules.values():
        since = _abi3_since(site, module) if module.is_abi3 else None
        built_for = (frozenset(module.versions), since)
        if built_for not in seen:
            seen.add(built_for)
            serves = _names(module.versions, since)
            yield _proof(site, module.path, _words(module, since), serves, Evidence.ABI)


def _words(module: ExtensionModule, since: Version | None) -> str:
    if since is None:
        return module.says
    return f"is built for the stable ABI of CPython {since[0]}.{since[1]}"


def _abi3_since(site: Site, module: ExtensionModule) -> Version:
    wheel = site.wheels.get(module.package)
    found = [_ABI3_TAG.match(tag) for tag in wheel.tags] if wheel else []
    versions = [(int(match[1]), int(match[2])) for match in found if match]
    return min(versions, default=_ABI3_SINCE)


def _prove_wheels(site: Site) -> Iterator[Proof]:
    """Yield what the tags of a wheel prove where no name of an extension module tells.

    Only there: of wheels for several versions that were installed over each other, the tags of
    the last one are left, but the modules of all.
    """
    told = {module.package for module in site.modules.values()}
    for package in site.untagged.keys() - told:
        wheel = site.wheels.get(package)
        found = [_ABI_TAG.match(tag) for tag in wheel.tags] if wheel else []
        versions: set[Version] = {(int(match[1]), int(match[2])) for match in found if match}
        if wheel and versions and all(found):
            says = f"says that the wheel is built for CPython {_listed(versions)}"
            yield _proof(site, wheel.path, says, _names(versions), Evidence.ABI)


def _prove_requirements(site: Site) -> Iterator[Proof]:
    for specifier, path in site.requirements.items():
        fitting = admits(specifier)
        if fitting is not None:
            serves = names_of(r for r in family_of("python") if fitting(r.version))
            says = f"requires Python {specifier}"
            yield _proof(site, path, says, serves, Evidence.METADATA)


def _proof(site: Site, path: str, says: str, serves: Names, evidence: Evidence) -> Proof:
    """Return a proof that binds the versions that look in ``site``, and no other."""
    if site.version is not None:
        serves |= _names() - _names({site.version})
    return Proof(path, says, serves, evidence)


def _listed(versions: Iterable[Version]) -> str:
    return " and ".join(".".join(map(str, version)) for version in sorted(versions))


def _names(versions: Collection[Version] | None = None, since: Version | None = None) -> Names:
    """Return the runtimes of some versions of Python, or of those since one, or of all."""
    return names_of(
        runtime
        for runtime in family_of("python")
        if (versions is None and since is None)
        or runtime.version in (versions or ())
        or (since is not None and runtime.version >= since)
    )


def check_folders(sites: Sequence[Site]) -> Iterator[Finding]:
    """Yield an error for each folder of a version that has an extension module of another."""
    for site in sites:
        for module in site.modules.values():
            if site.version and not module.is_abi3 and site.version not in module.versions:
                lies = f"lies in a folder of Python {site.version[0]}.{site.version[1]}"
                yield codes.PYTHON_ABI_MISMATCH.found(
                    f"{module.path!r} {module.says}, but {lies}", module.path
                )
                break
