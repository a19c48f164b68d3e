"""Thirty production regions: a fresh control plane and three stages in each, timed and counted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from layerlift.domain.names import LayerName, SemanticVersion, parse_layer_name, parse_version
from layerlift.domain.policy import Policy
from layerlift.domain.release import Release, ReleaseState
from layerlift.releasing.records import load, release_key
from layerlift_cli.control_plane import ControlPlane, apply_policy
from layerlift_cli.local.checkout import Checkout
from layerlift_cli.local.environment import STACK
from layerlift_cli.local.lifecycle import deployed
from layerlift_cli.local.state import LocalState
from layerlift_cli.progress import ConsoleProgress
from layerlift_cli.pushing import drop
from layerlift_cli.session import Caller
from layerlift_cli.targets import deploy_targets
from layerlift_cli.watch import await_answer

LAYER, VERSION = parse_layer_name("http-client"), parse_version("1.0.0")

REGIONS = (
    *("eu-central-1", "us-east-1", "eu-west-1", "us-west-2", "ap-northeast-1", "ap-southeast-2"),
    *("us-east-2", "us-west-1", "ca-central-1", "ca-west-1", "sa-east-1", "eu-central-2"),
    *("eu-west-2", "eu-west-3", "eu-north-1", "eu-south-1", "eu-south-2", "af-south-1"),
    *("il-central-1", "me-central-1", "me-south-1", "ap-east-1", "ap-south-1", "ap-south-2"),
    *(
        "ap-southeast-1",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-northeast-2",
        "ap-northeast-3",
    ),
)

_LOOK_SECONDS = 0.5
"""How often the release's one record is read: rarely enough to take nothing from what is timed."""


def policy(regions: tuple[str, ...]) -> Policy:
    """Return dev, staging, and prod in ``regions``, in two waves; nobody has to be asked."""
    return Policy.model_validate(
        {
            "version": 1,
            "stages": [
                {"name": "dev", "waves": [regions[:1]]},
                {"name": "staging", "waves": [regions[:2]]},
                {"name": "prod", "waves": [regions[:2], regions[2:]]},
            ],
        }
    )


@contextmanager
def control_plane(
    checkout: Checkout, place: Path, regions: tuple[str, ...], **settings: Any
) -> Iterator[tuple[LocalState, ControlPlane, boto3.Session]]:
    """A fresh deployment whose prod is in ``regions``; every function of it is cold."""
    progress = ConsoleProgress()
    with deployed(checkout, place, progress, **settings) as state:
        wanted = policy(regions)
        session = boto3.Session()
        deploy_targets(session, STACK, wanted.regions, checkout.region_template, progress)
        apply_policy(wanted, STACK, session)
        yield state, *Caller(STACK, None, None).control_plane()


def release(
    plane: ControlPlane,
    session: boto3.Session,
    content: Path,
    version: SemanticVersion = VERSION,
) -> float:
    """Drop a layer, wait until it is live in prod, and return the seconds.

    :raises RuntimeError: if it does not get there.
    """
    began = time.perf_counter()
    answer = await_answer(plane.registry, drop(plane, session, content, LAYER, version))
    if answer.outcome != "claimed":
        raise RuntimeError(answer.reason)
    while (known := _known(plane, LAYER, version)).state is ReleaseState.PROMOTING:
        time.sleep(_LOOK_SECONDS)
    seconds = time.perf_counter() - began
    if known.state is not ReleaseState.SUCCEEDED:
        raise RuntimeError(known.reason)
    return seconds


def _known(plane: ControlPlane, layer: LayerName, version: SemanticVersion) -> Release:
    held = load(plane.registry, Release, release_key(layer, version))
    if held is None:
        raise RuntimeError(f"{layer} {version} is not in the registry")
    return held.value
