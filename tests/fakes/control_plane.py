"""The control plane as commands see it, over a registry in memory."""

from typing import Any

from layerlift.releasing.identification import ControlPlaneName
from layerlift_cli.control_plane import ControlPlane
from tests.fakes.registry import MemoryRegistry
from tests.fakes.world import ACCOUNT, BUCKET


def control_plane(registry: MemoryRegistry) -> ControlPlane:
    given: Any = registry
    clients: Any = None
    return ControlPlane(
        stack="layerlift",
        artifact_bucket=BUCKET,
        decide_function="decide",
        name=ControlPlaneName(ACCOUNT, "layerlift"),
        identity_host="sts.eu-central-1.amazonaws.com",
        override_function="override",
        rollback_function="rollback",
        registry=given,
        clients=clients,
    )
