"""Drop a zip into the artifact bucket, as any S3 client could."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from layerlift.domain.errors import InvalidText
from layerlift.domain.names import (
    LayerName,
    SemanticVersion,
    object_key,
    parse_layer_name,
    parse_version,
    split_file_stem,
)
from layerlift.domain.release import Artifact
from layerlift.ports.aws import REQUESTER_TAG
from layerlift.releasing.hotfixes import why_not_below
from layerlift.releasing.policies import read_policy
from layerlift_cli.control_plane import ControlPlane

if TYPE_CHECKING:
    import boto3


def name_release(
    path: Path, layer: str | None, version: str | None
) -> tuple[LayerName, SemanticVersion]:
    """Return layer and version, as given or else as the file's name says.

    :raises InvalidText: if neither says it, or it breaks a rule.
    """
    if layer is not None and version is not None:
        return parse_layer_name(layer), parse_version(version)
    named = split_file_stem(path.stem) if path.suffix == ".zip" else None
    if named is None:
        raise InvalidText(
            f"The name of {path.name} does not say layer and version. Call it "
            "<layer>-<version>.zip, or give --layer and --version"
        )
    return (
        named[0] if layer is None else parse_layer_name(layer),
        named[1] if version is None else parse_version(version),
    )


def drop(
    plane: ControlPlane,
    session: boto3.Session,
    path: Path,
    layer: LayerName,
    version: SemanticVersion,
) -> Artifact:
    """Upload the file, tagged with who does, and return the object version it became."""
    key = object_key(layer, version)
    requester = session.client("sts").get_caller_identity()["UserId"]
    with path.open("rb") as file:
        answer = session.client("s3").put_object(
            Bucket=plane.artifact_bucket,
            Key=key,
            Body=file,
            ContentType="application/zip",
            Tagging=urlencode({REQUESTER_TAG: requester}),
        )
    return Artifact(bucket=plane.artifact_bucket, key=key, version_id=answer["VersionId"])


def foreseen_refusal(plane: ControlPlane, layer: LayerName, version: SemanticVersion) -> str:
    """Return why a drop will be rejected, as far as that shows before its inspection.

    A sentence, with a space after it; empty if nothing speaks against the version.
    """
    policy = read_policy(plane.registry)
    why = "" if policy is None else why_not_below(plane.registry, policy, layer, version)
    return f"It will be rejected: {why} " if why else ""
