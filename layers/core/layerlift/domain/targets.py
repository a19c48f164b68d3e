"""Where a layer version is published: an account and a region of a stage."""

from pydantic import Field

from layerlift.domain.model import Value


class Target(Value):
    """An account and a region. Always both, so that stages may live in other accounts."""

    account: str = Field(description="The AWS account's id.")
    region: str = Field(description="The region's code.")

    def __str__(self) -> str:
        return f"{self.account}/{self.region}"


def target_bucket(control_plane: str, target: Target) -> str:
    """Return the bucket in ``target`` that PublishLayerVersion reads from.

    The bucket has to be in the layer's own region, see
    https://docs.aws.amazon.com/lambda/latest/api/API_LayerVersionContentInput.html.
    ``region.yaml`` creates it under this name.
    """
    return f"{control_plane}-{target.account}-{target.region}"


def canary_role(control_plane: str, target: Target, *, partition: str) -> str:
    """Return the ARN of the role that canary functions in ``target`` run as (``region.yaml``)."""
    return f"arn:{partition}:iam::{target.account}:role/{control_plane}-canary-{target.region}"


def canary_log_group(control_plane: str) -> str:
    """Return the log group of all canary functions in a target (``region.yaml``).

    One for all, with a retention: a group of its own would outlive each canary for ever.
    """
    return f"/layerlift/{control_plane}/canaries"
