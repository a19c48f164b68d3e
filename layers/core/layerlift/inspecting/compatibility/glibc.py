"""Which runtimes have a C library that is new enough for the native code of a layer.

The loader refuses a file that needs a symbol version which the library lacks (LSB Core 5.0, 10.7,
"Symbol Versioning").
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from layerlift.inspecting.compatibility.misplaced.nodejs import VERSION_FOLDER
from layerlift.inspecting.compatibility.misplaced.ruby import GEMS
from layerlift.inspecting.compatibility.modules import VERSIONED_SITE
from layerlift.inspecting.compatibility.proofs import Evidence, Proof, names_of
from layerlift.inspecting.compatibility.runtimes import FAMILIES, Runtime, runtimes
from layerlift.inspecting.native.extension_names import parse_extension_name
from layerlift.inspecting.native.files import NativeFile

Need = tuple[int, ...]
"""The version of glibc that a file needs at least; empty if any does."""

_NODE = re.compile(rf"nodejs/{VERSION_FOLDER.pattern}/", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scope:
    """The runtimes that look where a file lies: of all families if ``family`` is None."""

    family: str | None = None
    version: tuple[int, ...] | None = None

    def covers(self, runtime: Runtime) -> bool:
        """Say whether a runtime may load the file."""
        if self.family not in (None, runtime.family):
            return False
        return self.version in (None, runtime.version)


def scope_of(path: str) -> Scope:
    """Return which runtimes may load the native code at ``path``."""
    top = path.partition("/")[0]
    if top not in FAMILIES:
        return Scope()
    match = VERSIONED_SITE.match(path) or GEMS.match(path) or _NODE.match(path)
    if match:
        return Scope(top, tuple(int(part) for part in match.groups()))
    extension = parse_extension_name(path.rpartition("/")[2]) if top == "python" else None
    return Scope(top, extension.version if extension else None)


def prove_glibc(loadable: Sequence[NativeFile]) -> Iterator[Proof]:
    """Yield, for each group of runtimes, what the file proves that needs the newest glibc."""
    newest: dict[Scope, tuple[Need, str]] = {}
    for file in loadable:
        need: Need = (file.elf and file.elf.glibc) or ()
        scope = scope_of(file.path)
        if need > newest.get(scope, ((), ""))[0]:
            newest[scope] = (need, file.path)
    for scope, (need, path) in newest.items():
        serves = names_of(
            runtime
            for runtime in runtimes().values()
            if not scope.covers(runtime) or runtime.glibc >= need
        )
        if len(serves) < len(runtimes()):
            says = f"needs glibc {'.'.join(map(str, need))}"
            yield Proof(path, says, serves, Evidence.LIBC)
