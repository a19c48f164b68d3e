"""Platforms that a path names, as packages name them that bring one build for each of several.

``prebuilds/linux-x64/a.node`` (prebuildify), ``@esbuild/linux-arm64/bin/esbuild`` (npm's optional
dependencies), ``runtimes/win-x64/native/a.dll`` (NuGet), ``common/macos/selenium-manager``,
``_x.cpython-313-aarch64-linux-gnu.so`` (PEP 3149).
"""

import re
from functools import lru_cache

from layerlift.inspecting.native.extension_names import parse_extension_name

_WORDS = {
    "x86_64": r"x86[_-]64|x64|amd64|linux64|64bit",
    "arm64": r"aarch64|arm64|armv8",
    "i386": r"x86(?![_-]64)|i[3-6]86|ia32|386|linux32|32bit",
    "arm": r"arm|armv[5-7][a-z]*|armhf|armel|gnueabi(?:hf)?|musleabi(?:hf)?",
    "other": r"(?:ppc|powerpc|mips|riscv|loong(?:arch)?|ia)64(?:le|el|gc)?|s390x?|mips(?:el)?",
    "linux": r"(?:many|musl)?linux(?:\d+|musl|_\d+_\d+)?|rhel|debian|alpine|gnu|glibc",
    "musl": r"linuxmusl|musl(?:eabi(?:hf)?)?|musllinux(?:_\d+_\d+)?|alpine|android|ohos",
    "darwin": r"darwin|mac|macos|macosx|osx|universal2?",
    "windows": r"win|win32|win64|windows|mingw\d*|msvc",
    "unix": r"freebsd|openbsd|netbsd|sunos|solaris|aix|ios",
    "": r"openssl-\d\.\d\.x",
}
"""What a word in a path says: an architecture (those of Lambda by AWS's names), a system or a C
library; Android's is not glibc either. Prisma's engines name the OpenSSL of a distribution."""

_WORD = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(_WORDS.values())})(?![a-z0-9])", re.IGNORECASE)
_RUN = re.compile(rf"[-_.+]?{_WORD.pattern}(?:[-_.+]{_WORD.pattern})*", re.IGNORECASE)

_KINDS = "so|dylib|dll|exe|pyd|node"
_SUFFIX = re.compile(rf"(?:\.\d+)*\.(?:{_KINDS})(?:\.(?:{_KINDS}|\d+))*\Z", re.IGNORECASE)
_SUFFIXES = {"dylib": "darwin", "exe": "windows", "dll": "windows", "pyd": "windows"}

_MAX_COMPONENT = 255
"""NAME_MAX (limits.h): no file system that a function sees has a longer one."""

_REMEMBERED = 4_096
"""Components of paths recur: a layer has a few hundred folders with native code."""


@lru_cache(_REMEMBERED)
def _meanings(word: str) -> frozenset[str]:
    return frozenset(
        meaning for meaning, words in _WORDS.items() if meaning and re.fullmatch(words, word)
    )


@lru_cache(_REMEMBERED)
def named_in(component: str) -> frozenset[str]:
    """Return what the words of one component of a path say, such as {"linux", "arm64"}."""
    words = _WORD.findall(component[:_MAX_COMPONENT].lower())
    said = frozenset[str]().union(*map(_meanings, words))
    suffix = _SUFFIXES.get(component.rpartition(".")[2].lower())
    return said | {suffix} if suffix else said


def named_platforms(path: str) -> frozenset[str]:
    """Return what all words of ``path`` say together."""
    return frozenset[str]().union(*map(named_in, path.split("/")))


@lru_cache(_REMEMBERED)
def _without_platform(component: str) -> str:
    return _RUN.sub("", component[:_MAX_COMPONENT]).strip("-_.+") or "*"


def variant_group(path: str) -> str:
    """Return what is equal for builds of the same thing for different platforms.

    Words for an architecture, a system and a C library are left out, as are what only the system
    decides, ``lib`` in front and ``.so.1``, ``.dylib``, ``.dll``, ``.exe`` behind. The Python of
    an extension module stays: ``_x.cpython-313-x86_64-linux-gnu.so``, its aarch64 twin and
    ``_x.cp313-win_amd64.pyd`` are ``_x.cpython-313``. Libraries that auditwheel put aside, in
    ``NAME.libs/`` with a hash in their names, are one group: their folder.
    """
    folder, _, name = path.rpartition("/")
    parts = [_without_platform(part) for part in folder.split("/")] if folder else []
    if parts and folder.endswith(".libs"):
        return "/".join(parts)
    return "/".join([*parts, _stem(name)])


def _stem(name: str) -> str:
    extension = parse_extension_name(name)
    if extension is not None:
        python = "".join(map(str, extension.version or ("abi", 3)))
        flags = "t" * extension.is_free_threaded + "d" * extension.is_debug
        return f"{extension.module}.{extension.implementation}-{python}{flags}"
    stem = _SUFFIX.sub("", name[:_MAX_COMPONENT])
    return _without_platform(stem.removeprefix("lib") if stem != name else stem)


def platform_folder(path: str) -> str | None:
    """Return the group of the innermost folder that names a platform, None if none does.

    Builds for different platforms lie in folders of the same group, though not always under the
    same names in there: ``@esbuild/linux-x64/bin/esbuild``, ``@esbuild/win32-x64/esbuild.exe``.
    """
    folders = path.split("/")[:-1]
    for count in range(len(folders), 0, -1):
        if named_in(folders[count - 1]):
            return "/".join(map(_without_platform, folders[:count]))
    return None
