"""`layerlift override`: let a held stage go on, through the control plane's own door."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from layerlift_cli.completion import complete_layers, complete_stages, complete_versions
from layerlift_cli.errors import AnswerIsNo
from layerlift_cli.session import Caller, told


def override(
    context: typer.Context,
    layer: Annotated[str, typer.Argument(help="The layer's name.", autocompletion=complete_layers)],
    version: Annotated[
        str,
        typer.Argument(help="The release's semantic version.", autocompletion=complete_versions),
    ],
    stage: Annotated[
        str, typer.Argument(help="The stage that is held.", autocompletion=complete_stages)
    ],
    reason: Annotated[str, typer.Option("--reason", "-m", help="Why; kept in the audit trail.")],
    alarm: Annotated[
        list[str] | None,
        typer.Option(help="An alarm that shall not count, by name; may be repeated."),
    ] = None,
    freeze: Annotated[
        bool, typer.Option("--freeze", help="Break the freeze that holds it.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Let a held stage go on, for this release only; signed with your credentials."""
    from layerlift.domain.identity import MAX_REASON, Waiver
    from layerlift.domain.names import parse_layer_name, parse_stage_name, parse_version
    from layerlift.domain.outcomes import Outcome
    from layerlift_cli.overrides import override as send
    from layerlift_cli.screen import shown_lines

    caller: Caller = context.obj
    if not alarm and not freeze:
        raise typer.BadParameter("Name what to override: --alarm NAME, --freeze, or both.")
    if not reason.strip() or len(reason) > MAX_REASON:
        raise typer.BadParameter(f"Say why: --reason TEXT, of {MAX_REASON} characters at most.")
    with told():
        name, number = parse_layer_name(layer), parse_version(version)
        place = parse_stage_name(stage)
        waiver = Waiver(alarms=tuple(alarm or ()), freeze=freeze, reason=reason)
        plane, session = caller.control_plane()
        result = send(plane, session, name, number, place, waiver)
    is_done = result.outcome is Outcome.OVERRIDDEN
    goes_on = f" {layer} {version} goes on in {stage} at the next look, or says what else holds it."
    text = result.reason + (goes_on if is_done else f" See it: layerlift status {layer}")
    sys.stdout.write((result.model_dump_json() if as_json else shown_lines(text)) + "\n")
    raise typer.Exit(0 if is_done else AnswerIsNo.exit_code)
