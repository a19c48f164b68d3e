"""Where the zip of an inspection comes from, and what is wrong if it cannot be had."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from layerlift.adapters.files import FileBytes
from layerlift.domain.report import Report
from layerlift.inspecting.inspection import Expectations, inspect_zip

if TYPE_CHECKING:
    from layerlift.ports.byte_source import ByteSource
    from layerlift_cli.session import Caller

_S3 = "s3://"


def inspect_source(
    named: str, expected: Expectations, caller: Caller, *, quietly: bool = False
) -> Report:
    """Return the report of a file or of an ``s3://`` object, with a bar if it takes its time.

    :raises typer.BadParameter: if there is no such file, or it cannot be read.
    :raises NotSetUp: if there is no such object.
    :raises OutOfReach: if AWS cannot be reached or refuses.
    """
    if not named.startswith(_S3):
        path = Path(named)
        with _readable(path, "ZIP"):
            return _inspect(FileBytes(path), expected, quietly=quietly)
    from layerlift_cli.session import told

    bucket, key = split_url(named)
    with told():
        return _inspect(_object(bucket, key, caller), expected, quietly=quietly)


def read_previous(path: Path, *, quietly: bool = False) -> Report:
    """Return the report of the release before, from its zip or from the report kept of it.

    :raises typer.BadParameter: if it is neither, or a zip in which nothing could be read.
    """
    with _readable(path, "--previous"):
        with path.open("rb") as file:
            is_zip = file.read(1) != b"{"
        nothing = Expectations()
        report = _inspect(FileBytes(path), nothing, quietly=quietly) if is_zip else _kept(path)
    if report.sha256 is None:
        raise typer.BadParameter(
            f"{path} could not be read, so there is nothing to compare with. See why: "
            f"layerlift inspect {path}",
            param_hint="--previous",
        )
    return report


def split_url(url: str) -> tuple[str, str]:
    """Return bucket and key of an ``s3://`` URL.

    :raises typer.BadParameter: if it lacks one of them.
    """
    bucket, _, key = url.removeprefix(_S3).partition("/")
    if not bucket or not key:
        raise typer.BadParameter(f"{url} names no object: use s3://BUCKET/KEY.", param_hint="ZIP")
    return bucket, key


def _kept(path: Path) -> Report:
    try:
        return Report.model_validate_json(path.read_bytes())
    except ValueError as problem:
        raise typer.BadParameter(
            f"{path} is no report of an inspection. Give the one that is kept beside the artifact "
            "(what --json prints is an extract of it), or the zip itself.",
            param_hint="--previous",
        ) from problem


def _inspect(source: ByteSource, expected: Expectations, *, quietly: bool) -> Report:
    if quietly:
        return inspect_zip(source, expected)
    from layerlift_cli.late_bar import late_bar

    with late_bar("Inspecting") as progress:
        return inspect_zip(source, expected, progress=progress)


def _object(bucket: str, key: str, caller: Caller) -> ByteSource:
    from layerlift.adapters.s3_artifacts import S3Artifacts
    from layerlift.bootstrap import CLIENTS
    from layerlift_cli.errors import NotSetUp

    caller.session()
    found = S3Artifacts(CLIENTS).find(bucket, key, None)
    if found is None:
        raise NotSetUp(
            f"There is no object s3://{bucket}/{key}, or no such bucket.",
            next_step=f"See what there is: aws s3 ls s3://{bucket}/",
        )
    return found


@contextmanager
def _readable(path: Path, hint: str) -> Iterator[None]:
    """Tell of a file that is not there, or cannot be read, as a matter of usage."""
    if not path.is_file():
        what = "is a folder, not a zip" if path.is_dir() else "is no file"
        raise typer.BadParameter(f"{path} {what}.", param_hint=hint)
    try:
        yield
    except OSError as problem:
        raise typer.BadParameter(
            f"{path} cannot be read: {problem.strerror}.", param_hint=hint
        ) from problem
