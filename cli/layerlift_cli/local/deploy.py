"""`sam deploy` to the emulator, over whatever an earlier, perhaps killed, one has left."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from layerlift_cli.bootstrap import bootstrap
from layerlift_cli.errors import OutOfReach
from layerlift_cli.local.build import Build
from layerlift_cli.local.checkout import Checkout
from layerlift_cli.local.environment import STACK
from layerlift_cli.local.fingerprint import fingerprint
from layerlift_cli.local.log import tail
from layerlift_cli.local.sam import host_architecture, run_sam
from layerlift_cli.progress import Progress
from layerlift_cli.stacks import settle

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

# The stack that `sam deploy --resolve-s3` makes for its own uploads.
SAM_MANAGED_STACK = "aws-sam-cli-managed-default"

# What an inline Map does at the same time, and the template's parameter takes.
MOST_AT_A_TIME = 40


def deployment_fingerprint(checkout: Checkout, build: Build, *, chat: bool) -> str:
    """What the emulator holds after `deploy`: build, target template, policy, chat or not."""
    inputs = (checkout.region_template, checkout.policy)
    names = [str(path.relative_to(checkout.root)) for path in inputs]
    return fingerprint(checkout.root, names, build.fingerprint, _on(chat))


def deploy(
    checkout: Checkout, build: Build, state_dir: Path, progress: Progress, *, chat: bool
) -> None:
    """Deploy the control plane, its targets and its policy; this process points at the emulator."""
    session = boto3.Session()
    cloudformation: CloudFormationClient = session.client("cloudformation")
    for stack in (SAM_MANAGED_STACK, STACK):
        settle(cloudformation, stack)
    with progress.step("Deploying the control plane"):
        _sam_deploy(checkout, build, state_dir / "deploy.log", chat=chat)
    bootstrap(STACK, checkout.policy, checkout.region_template, session, progress)


def targets_at_a_time(cores: int) -> int:
    """One more than there are cores: while a canary waits for Lambda, a core is free.

    More would only start more workers, which compete for the same cores.
    """
    return min(MOST_AT_A_TIME, cores + 1)


def _on(chat: bool) -> str:
    """The template's parameter."""
    return f"Chat={'on' if chat else 'off'}"


def _sam_deploy(checkout: Checkout, build: Build, log: Path, *, chat: bool) -> None:
    code = run_sam(
        checkout,
        [
            # sam looks for it beside the template, and that is the built one.
            *("deploy", "--config-file", str(checkout.root / "samconfig.toml")),
            *("--config-env", "local"),
            *("--template-file", str(checkout.built_template)),
            "--parameter-overrides",
            f"Architecture={host_architecture()}",
            "LocalEndpoint=true",  # the emulator is on this machine and speaks no TLS
            f"MapConcurrency={targets_at_a_time(os.cpu_count() or 1)}",
            _on(chat),
        ],
        log=log,
        environment=os.environ,
        held=build.lock,
    )
    if code:
        raise OutOfReach(f"sam deploy failed; its whole output is in {log}:\n{tail(log)}")
