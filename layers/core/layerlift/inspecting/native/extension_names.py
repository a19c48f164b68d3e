"""What the file name of a Python extension module says: which Python, machine and system.

PEP 3149 (``cpython-313``, ``abi3``), PEP 703 (``cpython-313t``), PEP 803 (``abi3t``) and CPython's
own names (``configure.ac``: PLATFORM_TRIPLET; ``PC/pyconfig.h``: PYD_PLATFORM_TAG).
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

System = Literal["linux", "darwin", "windows"]

_REMEMBERED = 1_024
"""Several questions are asked of each file; pandas and scipy together have 170 of them."""

_NAME = re.compile(r"(?P<module>[^.]+)\.(?P<tag>[^.]+)\.(?P<suffix>so|pyd)", re.ASCII)
_CPYTHON = re.compile(r"cp(?:ython-)?(?P<major>\d)(?P<minor>\d{1,2})(?P<flags>[a-z]*)", re.ASCII)
_PYPY = re.compile(r"pypy(?P<major>\d)(?P<minor>\d{1,2})(?P<flags>)-pp\d+", re.ASCII)

_ARCHITECTURES = {
    "x86_64": "x86_64",
    "amd64": "x86_64",
    "aarch64": "arm64",
    "arm64": "arm64",
}
"""By AWS's names; another machine keeps the one it has in the file name."""


@dataclass(frozen=True, slots=True)
class ExtensionName:
    """What the name of an extension module says; None where it does not say.

    ``architecture`` is ``x86_64``, ``arm64`` or, for what Lambda does not have, the name as it
    stands. ``version`` is that of Python: (3, 13). ``is_debug`` is the ABI flag ``d``, by which
    only a debug build of Python finds a module.
    """

    module: str
    implementation: Literal["cpython", "pypy"]
    version: tuple[int, int] | None = None
    is_abi3: bool = False
    is_free_threaded: bool = False
    is_debug: bool = False
    architecture: str | None = None
    libc: Literal["glibc", "musl"] | None = None
    system: System | None = None


@lru_cache(_REMEMBERED)
def parse_extension_name(filename: str) -> ExtensionName | None:
    """Read the last component of a path, such as ``_x.cpython-313-x86_64-linux-gnu.so``.

    None if it carries no tag of a Python, as a plain ``_x.so`` does not.
    """
    found = _NAME.fullmatch(filename)
    if found is None:
        return None
    module, tag = found["module"], found["tag"]
    windows: System | None = "windows" if found["suffix"] == "pyd" else None
    if tag in ("abi3", "abi3t"):
        free_threaded = tag == "abi3t"
        return ExtensionName(
            module, "cpython", is_abi3=True, is_free_threaded=free_threaded, system=windows
        )
    return _tagged(module, tag, windows)


def _tagged(module: str, tag: str, system: System | None) -> ExtensionName | None:
    """Read ``cpython-313-x86_64-linux-gnu``, ``pypy310-pp73-…`` or ``cp313-win_amd64``."""
    python = _CPYTHON.match(tag) or _PYPY.match(tag)
    if python is None:
        return None
    platform = tag[python.end() :]
    if platform and not platform.startswith("-"):
        return None
    words = platform.removeprefix("-").split("-")
    return ExtensionName(
        module,
        "pypy" if tag.startswith("pypy") else "cpython",
        version=(int(python["major"]), int(python["minor"])),
        is_free_threaded="t" in python["flags"],
        is_debug="d" in python["flags"],
        architecture=_architecture(words),
        libc=_libc(words),
        system=system or _system(words),
    )


def _architecture(words: list[str]) -> str | None:
    """Return the machine of ``x86_64-linux-gnu``, ``win_amd64``, ``win32``; None of ``darwin``."""
    first = words[0].removeprefix("win_")
    if first == "win32":
        return "i386"
    return _ARCHITECTURES.get(first, first if "linux" in words[1:] else None)


def _libc(words: list[str]) -> Literal["glibc", "musl"] | None:
    last = words[-1]
    if "linux" not in words:
        return None
    if last.startswith("musl"):
        return "musl"
    return "glibc" if last.startswith("gnu") else None


def _system(words: list[str]) -> System | None:
    if words[0] == "win32" or words[0].startswith("win_"):
        return "windows"
    return next((name for name in ("linux", "darwin") if name in words), None)
