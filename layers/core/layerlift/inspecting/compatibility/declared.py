"""Whether what a layer declares agrees with what its files prove."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from layerlift.domain.report import Declaration, Finding, Severity
from layerlift.inspecting.compatibility import codes
from layerlift.inspecting.compatibility.architectures import ARCHITECTURES, Architectures
from layerlift.inspecting.compatibility.families import Family
from layerlift.inspecting.compatibility.proofs import Evidence, first_against
from layerlift.inspecting.compatibility.runtimes import Runtime, runtimes

_OTHER_NAMES = {"amd64": "x86_64", "x64": "x86_64", "x86-64": "x86_64", "aarch64": "arm64"}
_FOR_EVERY_RUNTIME = frozenset({"extension", "binaries"})
_MAX_NAME = 100
"""Characters of a declared name that are compared with the known ones."""


def check_architectures(declared: Declaration, inferred: Architectures) -> Iterator[Finding]:
    """Yield an error for each declared architecture that is unknown or not served."""
    for name in dict.fromkeys(declared.architectures):
        if name not in ARCHITECTURES:
            meant = _OTHER_NAMES.get(name.lower())
            yield codes.ARCHITECTURE_UNKNOWN.found(
                f"{name!r} is no architecture of Lambda's"
                + (f"; did you mean {meant}?" if meant else "")
            )
            continue
        # Without any, the contradiction within the layer is what has to be mended.
        against = inferred.against(name) if inferred.names else None
        if against:
            yield codes.ARCHITECTURE_DISAGREES.found(
                f"Declared for {name}, but {against.path!r} is built for "
                f"{''.join(against.machines)}",
                against.path,
            )


def check_runtimes(
    declared: Declaration, families: Sequence[Family], kinds: Sequence[str]
) -> Iterator[Finding]:
    """Yield what is wrong with each declared runtime."""
    known = runtimes()
    for name in dict.fromkeys(declared.runtimes):
        if name not in known:
            yield _unknown(name)
            continue
        if not known[name].is_creatable:
            yield codes.RUNTIME_RETIRED.found(f"Functions can no longer be created on {name}")
        yield from _check_served(known[name], families, kinds)


def _unknown(name: str) -> Finding:
    near = get_close_matches(name[:_MAX_NAME].lower(), list(runtimes()), n=3)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return codes.RUNTIME_UNKNOWN.found(f"{name!r} is no runtime of Lambda's{hint}")


def _check_served(
    runtime: Runtime, families: Sequence[Family], kinds: Sequence[str]
) -> Iterator[Finding]:
    own = next((each for each in families if each.name in (None, runtime.family)), None)
    if own is None:
        if not _FOR_EVERY_RUNTIME & set(kinds):
            yield codes.RUNTIME_DISAGREES.found(
                f"Declared for {runtime.name}, but the layer has nothing for {runtime.family}: "
                f"it is {' and '.join(kinds)}"
            )
            return
        # What is for every runtime comes along; the C library decides.
        own = families[0]
    proof = first_against(runtime.name, own.proofs) if own.serves else None
    is_of_all = own.name not in (None, runtime.family)
    if proof and not (is_of_all and proof.evidence is not Evidence.LIBC):
        yield codes.RUNTIME_DISAGREES.found(
            f"Declared for {runtime.name}, but {proof.sentence}",
            proof.path,
            severity=Severity.WARNING if proof.evidence is Evidence.ADVICE else None,
        )
