"""STS and the functions of other people, in memory."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from layerlift.domain.approval import ConsumersIn
from layerlift.domain.errors import Unavailable
from layerlift.domain.identity import Identity, Proof
from layerlift.domain.names import LayerName
from layerlift.domain.targets import Target
from layerlift.ports.approvals import Consumers
from layerlift.ports.identity import IdentityProofs, ProofRefused
from tests.fakes.wire import Wire, port_call


def person(name: str, account: str = "111122223333", role: str = "release-managers") -> Identity:
    """Return who somebody is who has assumed a role."""
    role_id = f"AROA{hashlib.sha256(f'{account}/{role}'.encode()).hexdigest()[:17].upper()}"
    return Identity(
        arn=f"arn:aws:sts::{account}:assumed-role/{role}/{name}",
        account=account,
        user_id=f"{role_id}:{name}",
    )


class MemoryIdentityProofs(IdentityProofs):
    """An STS that knows what it has seen signed; who signs what is up to the test."""

    port = "proofs"

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.is_reachable = True
        self.asked = 0
        self._signed: dict[str, tuple[str, Identity]] = {}

    def sign(self, identity: Identity, binding: str, nonce: str, now: datetime) -> Proof:
        """Return a proof as somebody's own tools would make it."""
        said = f"{identity.user_id} {binding} {now}"
        signature = hashlib.sha256(said.encode()).hexdigest()
        proof = Proof(
            authorization=f"AWS4-HMAC-SHA256 Signature={signature}",
            date=f"{now:%Y%m%dT%H%M%SZ}",
            nonce=nonce,
        )
        self._signed[proof.authorization] = (binding, identity)
        return proof

    @port_call
    def redeem(self, proof: Proof, binding: str) -> Identity | ProofRefused:
        self.asked += 1
        if not self.is_reachable:
            raise Unavailable("asking STS who signed: no answer")
        signed, identity = self._signed.get(proof.authorization, ("", None))
        if identity is None or signed != binding:
            return ProofRefused("SignatureDoesNotMatch")
        return identity


class MemoryConsumers(Consumers):
    """Functions by region."""

    port = "consumers"

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.functions: dict[str, tuple[str, ...]] = {}

    @port_call
    def find(self, published_name: LayerName, targets: Sequence[Target]) -> tuple[ConsumersIn, ...]:
        return tuple(
            ConsumersIn(
                account=target.account,
                region=target.region,
                functions=self.functions.get(target.region, ()),
            )
            for target in targets
        )
