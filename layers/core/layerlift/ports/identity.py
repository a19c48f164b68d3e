"""What proofs of identity need of AWS: who signed one."""

from dataclasses import dataclass
from typing import Protocol

from layerlift.domain.identity import Identity, Proof


@dataclass(frozen=True)
class ProofRefused:
    """STS does not vouch for a proof; ``reason`` is a clause that says why."""

    reason: str


class IdentityProofs(Protocol):
    """STS, as the one who says whose signature a proof carries."""

    def redeem(self, proof: Proof, binding: str) -> Identity | ProofRefused:
        """Return who signed ``proof`` together with ``binding``.

        :raises Unavailable: if STS cannot be asked now.
        """
