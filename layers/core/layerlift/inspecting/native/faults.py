"""What keeps one file of native code from being loaded on Lambda."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from layerlift.inspecting.findings import FindingKind
from layerlift.inspecting.native import codes
from layerlift.inspecting.native.elf import Elf, ElfType
from layerlift.inspecting.native.extension_names import ExtensionName, parse_extension_name
from layerlift.inspecting.native.files import NativeFile
from layerlift.inspecting.native.formats import BinaryFormat
from layerlift.inspecting.native.machines import LINUX, is_device
from layerlift.inspecting.native.platforms import named_in, named_platforms

NEWEST_GLIBC = (2, 34)
"""That of Amazon Linux 2023, the newest system that a runtime is based on
(https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html)."""

_LOADERS = {
    f"{folder}/{name}"
    for folder in ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
    for name in ("ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1")
}
"""Where Amazon Linux has its loaders: /lib and /lib64 are links into /usr."""

LAYER_ROOT = "/opt/"
"""Where Lambda unpacks layers (https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html)."""

_PYTHON_2 = re.compile(r"libpython(2\.\d)")

_SYSTEMS = {"darwin": "macOS", "windows": "Windows"}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a file cannot be loaded: "'path' " and ``what`` make a sentence.

    ``excuses`` are the words of :mod:`~layerlift.inspecting.native.platforms`, one of which in
    its path says that it is meant for another platform. ``fix`` is None for that of the kind.
    """

    kind: FindingKind
    what: str
    excuses: frozenset[str] = frozenset()
    fix: str | None = None


@dataclass(frozen=True, slots=True)
class _Code:
    """A file of code for some system, and what its name says if it is an extension module."""

    path: str
    elf: Elf
    extension: ExtensionName | None


def fault_of(file: NativeFile) -> Fault | None:
    """Return the first thing that keeps ``file`` from being loaded, None if nothing does.

    What nobody would load has no fault either: object files, debugging symbols (``.debug``), and
    code for devices, such as eBPF programs and GPU kernels, which programs carry as data.
    """
    if file.format is not BinaryFormat.ELF:
        foreign = _WINDOWS_PROGRAM if _is_npm_program(file) else _FOREIGN[file.format]
        return replace(foreign, fix=_fix_for(file.path))
    if file.path.endswith(".debug"):
        return None
    if file.elf is None:
        return Fault(codes.ELF_MALFORMED, f"is a broken ELF file; {file.problem}")
    if file.elf.type is ElfType.CORE:
        return Fault(codes.CORE_DUMP, "is a core dump")
    if not is_code(file.elf):
        return None
    extension = parse_extension_name(file.path.rpartition("/")[2])
    code = _Code(file.path, file.elf, extension)
    return next(filter(None, (check(code) for check in _CHECKS)), None)


def is_code(elf: Elf) -> bool:
    """Whether the file is code that a system would run or load, on whichever machine."""
    return elf.is_loadable and not is_device(elf.machine_name)


def _fix_for(path: str) -> str | None:
    """Return what gives a build of the file for Linux; None for what the kind says."""
    if path.startswith("python/"):
        return None
    if path.endswith(".node") or "node_modules/" in path:
        return codes.REINSTALL_NPM
    return codes.REINSTALL_GEMS if path.startswith("ruby/") else codes.REPLACE


def _is_npm_program(file: NativeFile) -> bool:
    """Whether an npm package brings a Windows program, whichever system it is installed on.

    What npm builds or chooses for a system is a module (``.node``, ``.dll``) or has that system
    in its path; a lone ``.exe`` is in the package for everybody, as ssh2's ``pagent.exe`` is.
    """
    folder, _, name = file.path.rpartition("/")
    stem, _, suffix = name.rpartition(".")
    in_package = "/node_modules/" in f"/{folder}" and not folder.endswith(("/bin", "/.bin"))
    return in_package and suffix == "exe" and not named_platforms(f"{folder}/{stem}")


_WINDOWS_PROGRAM = Fault(codes.WINDOWS_PROGRAM, "is a program for Windows (PE)")

_FOREIGN = {
    BinaryFormat.MACHO: Fault(
        codes.MACHO, "is built for macOS (Mach-O)", frozenset({"darwin", "unix"})
    ),
    BinaryFormat.PE: Fault(codes.PE, "is built for Windows (PE)", frozenset({"windows"})),
}


def _machine(code: _Code) -> Fault | None:
    if code.elf.machine and code.elf.bits == 64 and code.elf.little_endian:
        return None
    order = "" if code.elf.little_endian else ", big-endian"
    what = f"is built for {code.elf.machine_name} ({code.elf.bits} bits{order})"
    return Fault(codes.WRONG_MACHINE, what, frozenset({"i386", "arm", "other", "unix"}))


def _system(code: _Code) -> Fault | None:
    system = code.elf.system
    if system == LINUX:
        return None
    fix = _fix_for(code.path)
    return Fault(codes.OTHER_SYSTEM, f"is built for {system}", frozenset({"unix"}), fix)


def _named_machine(code: _Code) -> Fault | None:
    named = _machine_named_by(code.path)
    if named is None or named == code.elf.machine:
        return None
    return Fault(
        codes.NAME_DISAGREES, f"is named for {named} but built for {code.elf.machine_name}"
    )


def _machine_named_by(path: str) -> str | None:
    """Return the machine of Lambda's in ``linux-x64`` or ``x86_64-linux-gnu``, None if several.

    Other names are too vague to hold a file to them: ``linux-x86`` and ``linux-arm`` may be both.
    """
    for component in reversed(path.split("/")):
        named = named_in(component)
        machines = named & {"x86_64", "arm64", "i386", "arm"}
        if "linux" in named and machines:
            return next(iter(machines & {"x86_64", "arm64"}), None) if len(machines) == 1 else None
    return None


def _musl(code: _Code) -> Fault | None:
    named = code.extension is not None and code.extension.libc == "musl"
    if named or code.elf.libc == "musl":
        return Fault(codes.MUSL, "is built for musl (Alpine)", frozenset({"musl"}))
    return None


def _python(code: _Code) -> Fault | None:
    extension = code.extension
    if extension is None:
        return _python_2(code)
    if extension.system in _SYSTEMS:
        excuses = frozenset({extension.system})
        return Fault(codes.OTHER_SYSTEM, f"is named for {_SYSTEMS[extension.system]}", excuses)
    kind = _unserved_python(extension)
    return Fault(codes.PYTHON_BUILD, f"is built for {kind}") if kind else None


def _python_2(code: _Code) -> Fault | None:
    """Find modules of Python 2, whose names have no tag, by the library that they are linked with.

    Not libraries that come along for others, such as Boost's for each Python.
    """
    name = code.path.rpartition("/")[2]
    is_module = code.path.startswith("python/") and name.endswith(".so")
    if not is_module or name.startswith("lib"):
        return None
    found = next(filter(None, map(_PYTHON_2.match, code.elf.needed)), None)
    return Fault(codes.PYTHON_BUILD, f"is built for Python {found[1]}") if found else None


def _unserved_python(extension: ExtensionName) -> str | None:
    """Return the Python that Lambda does not run. abi3t (PEP 803) serves regular builds, too."""
    version = ".".join(map(str, extension.version or ()))
    if extension.implementation == "pypy":
        return f"PyPy {version}"
    if extension.is_free_threaded and not extension.is_abi3:
        return f"free-threaded CPython {version}"
    return f"a debug build of CPython {version}" if extension.is_debug else None


def _glibc(code: _Code) -> Fault | None:
    if code.elf.glibc is None or code.elf.glibc <= NEWEST_GLIBC:
        return None
    newest = ".".join(map(str, NEWEST_GLIBC))
    what = f"needs {code.elf.newest_glibc_symbol}, and Lambda's newest glibc is {newest}"
    return Fault(codes.GLIBC_TOO_NEW, what)


def _interpreter(code: _Code) -> Fault | None:
    """A library may name a loader, too, which nobody asks for: libc.so.6 does."""
    loader = code.elf.interpreter
    if loader is None or code.elf.soname or ".so" in code.path.rpartition("/")[2]:
        return None
    if loader in _LOADERS or loader.startswith(LAYER_ROOT):
        return None
    return Fault(codes.NO_INTERPRETER, f"asks for the loader '{loader}'", frozenset({"unix"}))


_CHECKS: tuple[Callable[[_Code], Fault | None], ...] = (
    _machine,
    _system,
    _musl,
    _python,
    _named_machine,
    _glibc,
    _interpreter,
)
