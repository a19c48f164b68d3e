"""Speaks to AWS the way every AWS tool does: profile, region, AWS_ENDPOINT_URL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from layerlift.domain.errors import Fault, InvalidText, Unavailable
from layerlift_cli.errors import CommandError, NotSetUp, OutOfReach

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

        try:
            boto3.setup_default_session(profile_name=self.profile, region_name=self.region)
            session = boto3.Session(profile_name=self.profile, region_name=self.region)
        except ProfileNotFound as problem:
            raise NotSetUp(f"{problem}. See those there are: aws configure list-profiles") from None
        if session.region_name is None:
            raise NotSetUp(
                "No region is set. Use --region or AWS_REGION, or start an AWS on this machine: "
                "layerlift local up"
            )
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


def aws_problem(problem: Exception) -> str:
    """Say one of them to a person, with what to look at next."""
    from botocore.exceptions import BotoCoreError

    if isinstance(problem, BotoCoreError | Unavailable):
        hint = _LOCAL if "//127.0.0.1:" in os.environ.get("AWS_ENDPOINT_URL", "") else _CHECK
        return f"AWS cannot be reached: {problem}\n{hint}"
    return f"AWS said no: {problem}\n{_CHECK}"


@contextmanager
def told() -> Iterator[None]:
    """Turn what ends a command early into one message and its exit code."""
    try:
        yield
    except CommandError as problem:
        _end(str(problem), problem.exit_code)
    except InvalidText as problem:
        raise typer.BadParameter(f"{problem}.") from problem
    except aws_problems() as problem:
        _end(aws_problem(problem), OutOfReach.exit_code)


def _end(message: str, code: int) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(code)
