"""Give every target region what it needs: the stack of `region.yaml`."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING

from layerlift_cli.progress import Progress
from layerlift_cli.stacks import deploy_template

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_cloudformation import CloudFormationClient

# Every region is its own API; this many at a time is far below any limit and keeps memory small.
AT_ONCE = 16


def target_stack(home: str) -> str:
    """The name of the stack that serves the control plane `home` in a target region."""
    return f"{home}-target"


def deploy_targets(
    session: boto3.Session,
    home: str,
    regions: Iterable[str],
    template: Path,
    progress: Progress,
) -> None:
    """Create or update the target stack in all regions at once; raises if one fails."""
    wanted = tuple(dict.fromkeys(regions))
    body = template.read_text()
    # Made one by one: boto3 sessions are not thread-safe, their clients are.
    clients = {name: session.client("cloudformation", region_name=name) for name in wanted}
    with (
        progress.step(f"Preparing {len(wanted)} target regions") as step,
        ThreadPoolExecutor(max_workers=min(AT_ONCE, max(1, len(wanted)))) as pool,
    ):
        running = [
            pool.submit(
                deploy_template, client, target_stack(home), body, _parameters(client, home)
            )
            for client in clients.values()
        ]
        for count, finished in enumerate(as_completed(running), start=1):
            finished.result()
            step.update(f"{count} of {len(wanted)} ready")


def _parameters(client: CloudFormationClient, home: str) -> dict[str, str]:
    plain = client.meta.endpoint_url.startswith("http://")
    return {"ControlPlane": home, "LocalEndpoint": str(plain).lower()}
