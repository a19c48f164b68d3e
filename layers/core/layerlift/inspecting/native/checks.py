"""Findings about native code that a layer's files show by themselves.

Which architectures and runtimes they serve together is concluded in ``compatibility``, from
:func:`loadable_files`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from layerlift.domain.limits import MEGABYTE
from layerlift.domain.report import Finding
from layerlift.inspecting.findings import FindingKind
from layerlift.inspecting.native import codes
from layerlift.inspecting.native.extension_names import parse_extension_name
from layerlift.inspecting.native.faults import LAYER_ROOT, Fault, fault_of, is_code
from layerlift.inspecting.native.files import NativeFile
from layerlift.inspecting.native.platforms import named_platforms, platform_folder, variant_group

__all__ = ["check_native", "loadable_files", "variant_group"]


_INERT = re.compile(
    r"(?:.*/)?(?:"
    r"setuptools/(?:cli|gui)(?:-(?:32|64|arm64))?\.exe"
    r"|python/(?:bin|Scripts)/[^/]+\.exe"
    r"|distlib/[tw](?:32|64)(?:-arm)?\.exe"
    r"|(?:debugpy/_vendored|pydevd_attach_to_process)/.+"
    r"|node-notifier/vendor/.+"
    r")"
)
"""Resources that packages bring for all platforms: the launchers that setuptools and distlib (and
so pip) copy out when a script is installed on Windows, those copies beside the packages, what
debugpy injects into other processes, and the notifiers of node-notifier. None of them is loaded on
Lambda."""

_MUSL_LOADER = re.compile(r"ld-musl-\w+\.so\.1")

_OF_A_LIBC = frozenset({codes.MUSL, codes.GLIBC_TOO_NEW})


def loadable_files(files: Iterable[NativeFile]) -> tuple[NativeFile, ...]:
    """Return the files that a function on Lambda could load; only they tell what a layer serves.

    Not among them are what has a fault, what is meant for another platform, what nobody loads
    (object files, eBPF programs, debugging symbols) and resources known to be inert.
    """
    return tuple(file for file in files if _is_loadable(file, fault_of(file)))


def check_native(files: Sequence[NativeFile]) -> Iterator[Finding]:
    """Yield what is wrong with the native code of a layer: one finding of each kind.

    A finding names the first file and says how many more there are. Files that are evidently
    meant for another platform, next to their twin for Linux, are no error: how much space they
    take is one finding of the kind ``native-foreign-unused``.
    """
    faults = [(file, fault) for file in files if (fault := fault_of(file))]
    if not faults:
        return
    siblings = _Siblings(loadable_files(files))
    brings_libc = any(map(_has_own_libc, files))
    unused: list[NativeFile] = []
    wrong: dict[FindingKind, list[tuple[NativeFile, Fault]]] = {}
    for file, fault in faults:
        if _INERT.fullmatch(file.path) or siblings.excuse(file, fault):
            unused.append(file)
        elif not (brings_libc and fault.kind in _OF_A_LIBC):
            wrong.setdefault(fault.kind, []).append((file, fault))
    yield from (_summary(kind, found) for kind, found in wrong.items())
    if unused:
        yield _unused(unused)


class _Siblings:
    """What a layer has for Lambda, to find there the twin of what it has for elsewhere."""

    def __init__(self, loadable: Sequence[NativeFile]) -> None:
        self._groups = {variant_group(file.path) for file in loadable}
        self._folders = {platform_folder(file.path) for file in loadable} - {None}
        self._modules = {module for file in loadable if (module := _module(file))}

    def excuse(self, file: NativeFile, fault: Fault) -> bool:
        """Whether ``file`` is meant for another platform or Python, and its twin for Lambda."""
        if fault.kind is codes.PYTHON_BUILD:
            return _module(file) in self._modules
        if not named_platforms(file.path) & fault.excuses:
            return False
        return (
            variant_group(file.path) in self._groups or platform_folder(file.path) in self._folders
        )


def _has_own_libc(file: NativeFile) -> bool:
    """Whether it is musl's loader, or a program that asks for a loader out of a layer."""
    loader = file.elf.interpreter if file.elf else None
    return bool(_MUSL_LOADER.fullmatch(_name(file))) or (loader or "").startswith(LAYER_ROOT)


def _is_loadable(file: NativeFile, fault: Fault | None) -> bool:
    if fault or file.elf is None or not is_code(file.elf) or file.path.endswith(".debug"):
        return False
    return not _INERT.fullmatch(file.path)


def _module(file: NativeFile) -> str | None:
    """Return the folder and name of an extension module, None for other files."""
    extension = parse_extension_name(_name(file))
    return f"{file.path.rpartition('/')[0]}/{extension.module}" if extension else None


def _name(file: NativeFile) -> str:
    return file.path.rpartition("/")[2]


def _summary(kind: FindingKind, found: Sequence[tuple[NativeFile, Fault]]) -> Finding:
    file, fault = found[0]
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return kind.found(f"'{file.path}' {fault.what}{more}", file.path, fix=fault.fix)


def _unused(files: Sequence[NativeFile]) -> Finding:
    size = f"{sum(file.size for file in files) / MEGABYTE:.1f} MB"
    first = files[0].path
    if len(files) == 1:
        message = f"'{first}' is for another platform, of no use on Lambda, and takes {size}"
    else:
        message = (
            f"{len(files)} files for other platforms, such as '{first}', are of no use on Lambda"
            f" and take {size}"
        )
    return codes.FOREIGN_UNUSED.found(message, first)
