"""Speaks to AWS the way every AWS tool does: profile, region, AWS_ENDPOINT_URL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from layerlift.domain.errors import Fault, InvalidText, Unavailable
from layerlift_cli.errors import NotSetUp, OutOfReach

if TYPE_CHECKING:
    import boto3

    from layerlift_cli.control_plane import ControlPlane

_LOCAL = (
    "AWS_ENDPOINT_URL points to this machine, where nothing answers. Start it: layerlift local up, "
    'then: eval "$(layerlift local env)"'
)
_CHECK = "Check profile, region and AWS_ENDPOINT_URL: aws sts get-caller-identity"


@dataclass(frozen=True, slots=True)
class Caller:
    """The options that every command shares."""

    stack: str
    profile: str | None
    region: str | None

    def session(self) -> boto3.Session:
        """Return the session of the caller; the core's clients are made from the same one.

        :raises NotSetUp: if there is no such profile, or no region.
        """
        import boto3
        from botocore.exceptions import ProfileNotFound
        from botocore.session import Session

        from layerlift.adapters.clients import make_clients_from

        # boto3 reads AWS_DEFAULT_REGION only; the AWS CLI and other SDKs read this one first.
        region = self.region or os.environ.get("AWS_REGION")
        try:
            source = Session(profile=self.profile)
            session = boto3.Session(botocore_session=source, region_name=region)
        except ProfileNotFound as problem:
            raise NotSetUp(
                f"{problem}.", next_step="See those there are: aws configure list-profiles"
            ) from None
        if session.region_name is None:
            raise NotSetUp(
                "No region is set, so it is not known where the home stack is.",
                next_step="Use --region or AWS_REGION, or start an AWS on this machine: layerlift "
                "local up",
            )
        make_clients_from(source)
        return session

    def control_plane(self) -> tuple[ControlPlane, boto3.Session]:
        """Return the control plane that the options name.

        :raises OutOfReach: if there is none.
        """
        # Inside: a command that asks AWS nothing starts without the steps of a release.
        from layerlift_cli.control_plane import find_control_plane

        session = self.session()
        return find_control_plane(self.stack, session), session


def aws_problems() -> tuple[type[Exception], ...]:
    """Return what is raised where AWS cannot be reached, or says no."""
    from botocore.exceptions import BotoCoreError, ClientError

    return (BotoCoreError, ClientError, Fault)


def out_of_reach(problem: Exception) -> OutOfReach:
    """Return one of them as a person is told it, with what to look at next."""
    from botocore.exceptions import BotoCoreError

    if isinstance(problem, BotoCoreError | Unavailable):
        hint = _LOCAL if "//127.0.0.1:" in os.environ.get("AWS_ENDPOINT_URL", "") else _CHECK
        return OutOfReach(f"AWS cannot be reached: {problem}.", next_step=hint)
    return OutOfReach(f"AWS said no: {problem}.", next_step=_CHECK)


@contextmanager
def told() -> Iterator[None]:
    """Turn what AWS says, and what breaks a rule of names, into what ends a command early.

    :raises CommandError: as it is, or for what AWS said.
    :raises typer.BadParameter: for a text that breaks a rule.
    """
    try:
        yield
    except InvalidText as problem:
        raise typer.BadParameter(f"{problem}.") from problem
    except aws_problems() as problem:
        raise out_of_reach(problem) from problem
