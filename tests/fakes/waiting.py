"""A control plane in memory where one release waits for approval, as the commands see it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from layerlift.domain.approval import Approval
from layerlift.domain.gates.approvals import Approvals
from layerlift.domain.names import Digest, LayerName, SemanticVersion, StageName
from layerlift.releasing.records import approval_key, write_approval
from tests.fakes.registry import MemoryRegistry

LAYER, VERSION, STAGE = LayerName("http-client"), SemanticVersion("1.4.0"), StageName("prod")
DIGEST = Digest("ab" * 32)
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def wait_for_approval(registry: MemoryRegistry, **changes: Any) -> None:
    """Have the release wait; with changes, as somebody has left it."""
    approval = Approval(
        layer=LAYER,
        version=VERSION,
        attempt=1,
        stage=STAGE,
        digest=DIGEST,
        rules=Approvals(required=1),
        requested_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    held = registry.get(approval_key(LAYER, VERSION, STAGE))
    revision = held.revision if held is not None else 0
    assert registry.commit(write_approval(approval.model_copy(update=changes), revision))
