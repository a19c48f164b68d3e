"""What a layer serves of each family of runtimes that it has something for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from layerlift.domain.report import Declaration, Finding
from layerlift.inspecting.compatibility import codes
from layerlift.inspecting.compatibility.glibc import prove_glibc
from layerlift.inspecting.compatibility.java import prove_java
from layerlift.inspecting.compatibility.kinds import FAMILY_OF_KIND
from layerlift.inspecting.compatibility.nodejs import prove_nodejs
from layerlift.inspecting.compatibility.proofs import (
    Evidence,
    Names,
    Proof,
    contradiction,
    names_of,
    served,
)
from layerlift.inspecting.compatibility.python import Site, check_folders, prove_python
from layerlift.inspecting.compatibility.ruby import prove_ruby
from layerlift.inspecting.compatibility.runtimes import runtimes
from layerlift.inspecting.facts import LayerFacts
from layerlift.inspecting.native.files import NativeFile


@dataclass(frozen=True, slots=True)
class Family:
    """``name`` is None for content that is for every runtime.

    ``serves`` are all runtimes that no proof excludes, with those on which no function can be
    created only if they are declared.
    """

    name: str | None
    serves: Names
    proofs: tuple[Proof, ...]
    findings: tuple[Finding, ...] = ()


def families_of(
    facts: LayerFacts,
    kinds: Sequence[str],
    sites: Sequence[Site],
    loadable: Sequence[NativeFile],
    declared: Declaration,
) -> tuple[Family, ...]:
    """Return a family for each kind that belongs to one; else one that stands for all."""
    own = [FAMILY_OF_KIND[kind] for kind in kinds if kind in FAMILY_OF_KIND]
    names: list[str | None] = [*own] or [None]
    libc = tuple(prove_glibc(loadable))
    return tuple(
        _family(name, _candidates(name, declared), (*_proofs(name, facts, sites), *libc), sites)
        for name in names
    )


def _candidates(family: str | None, declared: Declaration) -> Names:
    return names_of(
        runtime
        for runtime in runtimes().values()
        if family in (None, runtime.family)
        and (runtime.is_creatable or runtime.name in declared.runtimes)
    )


def _proofs(family: str | None, facts: LayerFacts, sites: Sequence[Site]) -> Iterator[Proof]:
    match family:
        case "python":
            yield from prove_python(sites)
        case "nodejs":
            yield from prove_nodejs(facts)
        case "java":
            yield from prove_java(facts)
        case "ruby":
            yield from prove_ruby(facts)


def _family(
    name: str | None, candidates: Names, proofs: tuple[Proof, ...], sites: Sequence[Site]
) -> Family:
    binding = tuple(proof for proof in proofs if proof.evidence is not Evidence.ADVICE)
    found = tuple(check_folders(sites)) if name == "python" else ()
    serves = served(candidates, binding)
    if not serves:
        return Family(name, serves, binding, found or (_unserved(candidates, binding),))
    advice = tuple(proof for proof in proofs if proof.evidence is Evidence.ADVICE)
    followed = served(serves, advice)
    if not followed:
        proof = contradiction(serves, advice)[0]
        ignored = codes.ENGINE_UNSERVED.found(proof.sentence, proof.path)
        return Family(name, serves, binding, (*found, ignored))
    return Family(name, followed, (*binding, *advice), found)


def _unserved(candidates: Names, proofs: Sequence[Proof]) -> Finding:
    proof, other = contradiction(candidates, proofs)
    if other is None:
        return codes.RUNTIME_UNSERVED.found(
            f"{proof.sentence}, for which functions can be created on no runtime", proof.path
        )
    is_abi = proof.evidence is other.evidence is Evidence.ABI and proof.path.startswith("python/")
    kind = codes.PYTHON_ABI_MIXED if is_abi else codes.RUNTIME_UNSERVED
    return kind.found(f"{proof.sentence}, but {other.sentence}", proof.path)
