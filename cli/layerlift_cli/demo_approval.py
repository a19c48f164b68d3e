"""The demo's approval: in the browser, at the terminal, or by itself if nobody is there."""

from __future__ import annotations

import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from layerlift.domain.names import parse_layer_name, parse_stage_name, parse_version
from layerlift_cli.approvals import decide_on, find_request
from layerlift_cli.approvals_view import approval_view
from layerlift_cli.console.backstage import find_backstage
from layerlift_cli.console.server import serving

if TYPE_CHECKING:
    import boto3

    from layerlift.domain.approval import Approval
    from layerlift.releasing.status import ReleaseStatus
    from layerlift_cli.control_plane import ControlPlane

CLICK_SECONDS = 120.0
"""How long a demo without a terminal waits for a click before it goes on by itself."""

_POLL_SECONDS = 0.5
_YES, _NO = ("y", "yes"), ("n", "no")


@contextmanager
def asking(
    plane: ControlPlane, session: boto3.Session, console: Console, *, in_browser: bool
) -> Iterator[DemoApproval]:
    """What asks for approvals while the block runs; in the browser, too, if that is wanted."""
    if not in_browser:
        yield DemoApproval(plane, session, console)
        return
    with serving(find_backstage(plane, session)) as served:
        yield DemoApproval(plane, session, console, f"{served.address}&at=approvals")


@dataclass
class DemoApproval:
    """Asks whoever is there; ``address`` is the console's, None if there is none."""

    plane: ControlPlane
    session: boto3.Session
    console: Console
    address: str | None = None
    patience: float = CLICK_SECONDS
    waited: float = 0.0
    """Seconds that were spent on waiting for somebody to decide."""

    def __call__(self, status: ReleaseStatus) -> None:
        """See to it that the stage that waits is decided on."""
        began = time.monotonic()
        self._see_to(status)
        self.waited += time.monotonic() - began

    def _see_to(self, status: ReleaseStatus) -> None:
        stage = next(stage.stage for stage in status.stages if stage.state == "waiting")
        request = find_request(
            self.plane,
            parse_layer_name(status.layer),
            parse_version(status.version),
            parse_stage_name(stage),
        )
        self.console.print()
        self.console.print(approval_view(request, with_commands=False))
        if self.address is not None:
            self.console.print(f"\nApprove {_name(request)} in the browser:")
            self.console.print(f"  {self.address}", soft_wrap=True, markup=False)
        if self._is_attended():
            self._ask(request)
        elif self.address is None or not self._is_clicked(request):
            self.console.print("No terminal to ask at, so this does what you would do now:")
            command = f"layerlift approve {request.layer} {request.version} {request.stage}"
            self.console.print(f"  {command}", soft_wrap=True)
            self._decide(request, "by the demo, which had no terminal to ask at", approve=True)

    def stay_open(self) -> None:
        """Keep the console up, if there is one, until whoever is at the terminal has had enough."""
        if self.address is None or not self._is_attended():
            return
        self.console.print("\nThe console stays open in your browser:")
        self.console.print(f"  {self.address}", soft_wrap=True, markup=False)
        self.console.print("Press Enter to end it; layerlift console opens another.")
        with suppress(KeyboardInterrupt):
            sys.stdin.readline()

    def _is_attended(self) -> bool:
        return sys.stdin.isatty() and self.console.is_terminal

    def _ask(self, request: Approval) -> None:
        question = f"Approve {_name(request)}?"
        if self.address is None:
            answer: bool | None = typer.confirm(question, default=None)
        else:
            answer = self._read_or_click(request, f"Or here: {question} [y/n]: ")
        if answer is not None:
            self._decide(request, "at the demo's prompt", approve=answer)

    def _read_or_click(self, request: Approval, prompt: str) -> bool | None:
        """Return what is answered here, None if it was decided in the browser first."""
        typer.echo(prompt, nl=False)
        while not self._is_decided(request):
            if not select.select([sys.stdin], [], [], _POLL_SECONDS)[0]:
                continue
            line = sys.stdin.readline()
            if not line:
                raise typer.Abort
            if line.strip().lower() in _YES + _NO:
                return line.strip().lower() in _YES
            typer.echo(prompt, nl=False)
        typer.echo("decided in the browser")
        return None

    def _is_clicked(self, request: Approval) -> bool:
        deadline = time.monotonic() + self.patience
        while not self._is_decided(request):
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def _is_decided(self, request: Approval) -> bool:
        now = find_request(self.plane, request.layer, request.version, request.stage)
        return now.attempt != request.attempt or now.decision is not None

    def _decide(self, request: Approval, comment: str, *, approve: bool) -> None:
        decide_on(self.plane, self.session, request, approve=approve, comment=comment)


def _name(request: Approval) -> str:
    return f"{request.layer} {request.version} for {request.stage}"
