"""The `layerlift` command: options, and which verb of the package each command calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from layerlift import __version__
from layerlift_cli.approval_commands import approval_commands
from layerlift_cli.console_command import console
from layerlift_cli.explain_command import explain
from layerlift_cli.inspect_command import inspect
from layerlift_cli.local.commands import local_app
from layerlift_cli.open_command import open_console
from layerlift_cli.override_command import override
from layerlift_cli.policy_commands import DEFAULT_POLICY, PolicyFile, policy_app
from layerlift_cli.release_commands import release_commands
from layerlift_cli.report_command import report
from layerlift_cli.rollback_command import rollback
from layerlift_cli.session import Caller, told
from layerlift_cli.shared_options import DEFAULT_STACK, STACK_VARIABLE, SharedOptionsAnywhere

app = typer.Typer(
    name="layerlift",
    cls=SharedOptionsAnywhere,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(inspect)
release_commands(app)
approval_commands(app)
app.command()(report)
app.command()(override)
app.command()(rollback)
app.command()(console)
app.command("open")(open_console)
app.command()(explain)
app.add_typer(policy_app)
app.add_typer(local_app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"layerlift {__version__}")
        raise typer.Exit


@app.callback()
def main(
    context: typer.Context,
    stack: Annotated[
        str, typer.Option(envvar=STACK_VARIABLE, help="The home stack's name.")
    ] = DEFAULT_STACK,
    profile: Annotated[str | None, typer.Option(help="A profile of the AWS configuration.")] = None,
    region: Annotated[str | None, typer.Option(help="The home stack's region.")] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show it.")
    ] = False,
) -> None:
    """A control plane for AWS Lambda layers: drop a zip, have it in every region of prod."""
    context.obj = Caller(stack, profile, region)


@app.command()
def bootstrap(
    context: typer.Context,
    policy: PolicyFile = DEFAULT_POLICY,
    template: Annotated[
        Path, typer.Option(help="The template of what a target region needs.")
    ] = Path("region.yaml"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Prepare every target region of a policy, then put the policy in force."""
    from rich.console import Console

    from layerlift_cli.bootstrap import bootstrap as run
    from layerlift_cli.errors import NotSetUp
    from layerlift_cli.policy_file import load_policy
    from layerlift_cli.progress import ConsoleProgress

    caller: Caller = context.obj
    with told():
        if not template.is_file():
            raise NotSetUp(
                f"There is no template at {template}.", next_step="Name it with --template."
            )
        regions = load_policy(policy).regions
        _, session = caller.control_plane()
        run(caller.stack, policy, template, session, ConsoleProgress())
    if as_json:
        typer.echo(json.dumps({"stack": caller.stack, "regions": list(regions)}))
        return
    Console().print(f"{len(regions)} target regions are ready, and the policy is in force.")
    typer.echo("Drop a release: layerlift push LAYER-VERSION.zip --watch")
