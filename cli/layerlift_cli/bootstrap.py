"""What a control plane needs once its own stack stands: its targets, and its policy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from layerlift_cli.control_plane import apply_policy
from layerlift_cli.policy_file import load_policy
from layerlift_cli.progress import Progress
from layerlift_cli.targets import deploy_targets

if TYPE_CHECKING:
    import boto3


def bootstrap(
    stack: str,
    policy_path: Path,
    region_template: Path,
    session: boto3.Session,
    progress: Progress,
) -> None:
    """Prepare every target region that the policy names, then put the policy in force."""
    policy = load_policy(policy_path)
    deploy_targets(session, stack, policy.regions, region_template, progress)
    with progress.step("Applying the policy"):
        apply_policy(policy, stack, session)
