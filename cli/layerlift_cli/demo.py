"""`make demo`: a real layer from a dropped zip to prod, on this machine."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.table import Table
from rich.text import Text

from layerlift_cli.errors import CommandError
from layerlift_cli.local import lifecycle
from layerlift_cli.local.checkout import Checkout, this_checkout
from layerlift_cli.local.environment import STACK, using
from layerlift_cli.progress import ConsoleProgress
from layerlift_cli.screen import people_console
from layerlift_cli.session import Caller

if TYPE_CHECKING:
    from rich.console import Console

    from layerlift.domain.pointers import Pointer
    from layerlift.ports.registry import Registry
    from layerlift.releasing.status import ReleaseStatus, TargetStatus

LAYER = "http-client"
STAGE = "prod"

_PREFIX = "demo-"
_LONG_OVER_SECONDS = 3600.0


def main() -> int:
    """Run the demo; 0 only if prod is active in every region."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the emulator running")
    keep = parser.parse_args().keep
    began = time.monotonic()
    console = people_console()
    try:
        checkout = this_checkout()
        with _application(checkout, keep=keep):
            succeeded = _release(checkout, console, began, keep=keep)
    except (CommandError, subprocess.CalledProcessError) as problem:
        sys.stderr.write(f"{problem}\n")
        return problem.exit_code if isinstance(problem, CommandError) else 1
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("\nStopped. Nothing is left running unless KEEP=1 was given.\n")
        return 130
    return 0 if succeeded else 1


def _say_the_end(console: Console, began: float, *, succeeded: bool, keep: bool) -> None:
    if not succeeded:
        console.print(f"\n{STAGE} is as it was before.")
    _say_what_next(console, keep=keep)
    console.print(f"[dim]The whole demo took {time.monotonic() - began:.0f} s.[/]")


@contextmanager
def _application(checkout: Checkout, *, keep: bool) -> Iterator[None]:
    """Have the application deployed: to an emulator of its own, or to the one that stays."""
    progress = ConsoleProgress()
    if keep:
        result = lifecycle.up(checkout, checkout.default_state_dir, progress)
        with using(result.endpoint):
            yield
        return
    folder = checkout.root / ".layerlift"
    folder.mkdir(exist_ok=True)
    _sweep(folder)
    with (
        tempfile.TemporaryDirectory(prefix=_PREFIX, dir=folder) as place,
        lifecycle.deployed(checkout, Path(place), progress),
    ):
        yield


def _sweep(folder: Path) -> None:
    """Remove what demos have left that were killed: the emulators died with them."""
    for left in folder.glob(f"{_PREFIX}*"):
        if time.time() - left.stat().st_mtime > _LONG_OVER_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _release(checkout: Checkout, console: Console, started: float, *, keep: bool) -> bool:
    # Here, not above: boto3 and the core are not needed to say that a prerequisite is missing.
    from layerlift.domain.names import parse_layer_name, parse_version
    from layerlift_cli.demo_approval import asking
    from layerlift_cli.live import show
    from layerlift_cli.pushing import drop
    from layerlift_cli.status_view import release_head
    from layerlift_cli.watch import await_answer, watch_release

    progress = ConsoleProgress()
    plane, session = Caller(STACK, None, None).control_plane()
    version = _next_version(plane.registry)
    with progress.step(f"Building the sample layer {LAYER} {version} from PyPI wheels"):
        path = _build_sample(checkout, version)
    layer, number = parse_layer_name(LAYER), parse_version(version)
    began = time.monotonic()
    artifact = drop(plane, session, path, layer, number)
    console.print(f"\nDropped [bold]{artifact.key}[/] into the artifact bucket.")
    answer = await_answer(plane.registry, artifact)
    if answer.outcome != "claimed":
        console.print(f"The drop is {answer.outcome}. {answer.reason}", markup=False)
        _say_the_end(console, started, succeeded=False, keep=keep)
        return False
    with asking(plane, session, console, in_browser=keep) as asks:
        last = show(watch_release(plane.registry, layer, number), console, on_waiting=asks)
        seconds = time.monotonic() - began
        console.print()
        console.print(release_head(last))
        succeeded = _show_result(last, console) and last.state == "succeeded"
        without = f", and {asks.waited:.0f} s of waiting for approval" if asks.waited >= 1 else ""
        console.print(f"[dim]From the drop to here: {seconds - asks.waited:.0f} s{without}.[/]")
        _say_the_end(console, started, succeeded=succeeded, keep=keep)
        asks.stay_open()
    return succeeded


def _next_version(registry: Registry) -> str:
    """Return a version that has not been released: a demo that is kept can be run again."""
    from layerlift.domain.names import parse_layer_name
    from layerlift.releasing.status import read_status

    known = read_status(registry, parse_layer_name(LAYER)).releases
    return f"1.0.{len(known)}"


def _build_sample(checkout: Checkout, version: str) -> Path:
    made = subprocess.run(
        [sys.executable, "-m", "examples.build", LAYER, version],
        cwd=checkout.root,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Path(made.stdout.strip())


def _show_result(status: ReleaseStatus, console: Console) -> bool:
    """Show every target with what its pointer says; False if one does not say this release."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for title in ("  stage", "region", "version", "CodeSha256", "pointer says"):
        table.add_column(title, no_wrap=True, justify="right" if title == "version" else "left")
    wrong = 0
    for stage in status.stages:
        for index, target in enumerate(stage.targets):
            says = _pointer(status.layer, stage.stage, target)
            is_right = says is not None and says.arn == target.layer_arn
            wrong += not is_right
            table.add_row(
                f"  {stage.stage}" if index == 0 else "",
                target.region,
                "" if target.version_number is None else str(target.version_number),
                (target.code_sha256 or "")[:12],
                Text(says.version if says else "nothing", "green" if is_right else "red"),
            )
    console.print(table)
    console.print(f"  The pointers are /lambda/layers/<stage>/{status.layer}/arn and …/version.")
    return wrong == 0


def _pointer(layer: str, stage: str, target: TargetStatus) -> Pointer | None:
    """Read a target's pointer as a consumer would."""
    from layerlift.adapters.ssm_pointers import SsmPointers
    from layerlift.bootstrap import CLIENTS
    from layerlift.domain.names import parse_layer_name, parse_stage_name
    from layerlift.domain.pointers import pointer_names
    from layerlift.domain.targets import Target

    names = pointer_names(parse_stage_name(stage), parse_layer_name(layer))
    place = Target(account=target.account, region=target.region)
    return SsmPointers(CLIENTS).read(place, names)


def _say_what_next(console: Console, *, keep: bool) -> None:
    console.print("\nTry next:")
    commands: tuple[tuple[str, str], ...]
    if keep:
        commands = (
            ('. .venv/bin/activate; eval "$(layerlift local env)"', "use this shell"),
            ("layerlift status", "what is live where"),
            ("layerlift console", "the same in a browser"),
            (f"layerlift arn {LAYER} --stage {STAGE}", "what a consumer gets"),
            ("layerlift local down", "end the emulator, which runs until then"),
        )
    else:
        commands = (
            ("make demo KEEP=1", "the same, and leave it running"),
            (". .venv/bin/activate && layerlift local up", "an empty one, for your own layers"),
            ("layerlift --help", "everything else"),
        )
    width = max(len(command) for command, _ in commands)
    for command, why in commands:
        # A comment of the shell, so that the whole line can be copied.
        console.print(f"  {command:{width}}  [dim]# {why}[/]", soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
