"""What a file proves about the runtimes that a layer serves, and what follows from several."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from layerlift.inspecting.compatibility.runtimes import Runtime

Names = frozenset[str]


class Evidence(Enum):
    """What a proof rests on."""

    FOLDER = auto()
    ABI = auto()
    METADATA = auto()
    LIBC = auto()
    ADVICE = auto()
    """What packages ask for but nothing enforces."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The runtimes, by name, that a file leaves possible; ``path`` and ``says`` are a sentence."""

    path: str
    says: str
    serves: Names
    evidence: Evidence

    @property
    def sentence(self) -> str:
        """The proof in words, to follow "but"."""
        return f"{self.path!r} {self.says}"


def served(candidates: Names, proofs: Iterable[Proof]) -> Names:
    """Return the candidates that no proof excludes."""
    left = candidates
    for proof in proofs:
        left &= proof.serves
    return left


def first_against(name: str, proofs: Iterable[Proof]) -> Proof | None:
    """Return the first proof that excludes a runtime."""
    return next((proof for proof in proofs if name not in proof.serves), None)


def contradiction(candidates: Names, proofs: Sequence[Proof]) -> tuple[Proof, Proof | None]:
    """Return the proof after which no candidate is left, and one before it that it contradicts.

    The second is None if the first excludes all by itself. Raises ValueError if one is left.
    """
    left = candidates
    for position, proof in enumerate(proofs):
        left &= proof.serves
        if not left:
            return proof, _other_side(candidates & proof.serves, proofs[:position])
    raise ValueError("some candidates are left")


def _other_side(kept: Names, before: Sequence[Proof]) -> Proof | None:
    against = (proof for proof in before if not kept & proof.serves)
    return next(against, next((p for p in before if kept - p.serves), None)) if kept else None


def names_of(runtimes: Iterable[Runtime]) -> Names:
    """Return the names of runtimes."""
    return frozenset(runtime.name for runtime in runtimes)
