"""`layerlift policy …`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from layerlift_cli.session import Caller, told

policy_app = typer.Typer(
    name="policy", help="The stages, their targets and their gates.", no_args_is_help=True
)

DEFAULT_POLICY = Path("policy.yaml")
PolicyFile = Annotated[Path, typer.Option("--policy", help="The policy's file.")]
PolicyArgument = Annotated[Path, typer.Argument(help="The policy's file.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@policy_app.command()
def check(file: PolicyArgument = DEFAULT_POLICY, as_json: Json = False) -> None:
    """Check a policy's file; every mistake is told with its line and field."""
    from layerlift_cli.policy_file import InvalidPolicy, load_policy

    with told():
        try:
            policy = load_policy(file)
        except InvalidPolicy as problem:
            if not as_json:
                raise
            mistakes = [asdict(mistake) for mistake in problem.mistakes]
            typer.echo(json.dumps({"valid": False, "mistakes": mistakes}))
            raise typer.Exit(problem.exit_code) from None
    if as_json:
        typer.echo(json.dumps({"valid": True, "mistakes": []}))
        return
    from layerlift.bootstrap import utc_now
    from layerlift_cli.policy_view import policy_view
    from layerlift_cli.screen import people_console

    console = people_console()
    console.print(f"{file} is a policy.", markup=False)
    console.print(policy_view(policy, utc_now()))


@policy_app.command()
def apply(
    context: typer.Context, file: PolicyArgument = DEFAULT_POLICY, as_json: Json = False
) -> None:
    """Put a policy in force; new target regions need `layerlift bootstrap` instead."""
    from layerlift.releasing.policies import apply_policy, read_policy
    from layerlift_cli.policy_file import load_policy
    from layerlift_cli.policy_view import left_behind

    caller: Caller = context.obj
    with told():
        policy = load_policy(file)
        plane, _ = caller.control_plane()
        before = read_policy(plane.registry)
        changed = apply_policy(plane.registry, policy)
    if as_json:
        typer.echo(json.dumps({"changed": changed}))
    elif changed:
        typer.echo("In force for releases dropped from now on; those on their way keep theirs.")
        behind = left_behind(before, policy)
        if behind:
            typer.echo(behind)
    else:
        typer.echo("This policy is in force already.")
