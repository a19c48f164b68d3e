"""Up, down, and an application that lives as long as a block of code."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from layerlift_cli.local import emulator
from layerlift_cli.local.build import built
from layerlift_cli.local.checkout import Checkout
from layerlift_cli.local.environment import REGION, STACK, using
from layerlift_cli.local.locks import exclusive
from layerlift_cli.local.state import LocalState, write_state
from layerlift_cli.progress import Progress


@dataclass(frozen=True, slots=True)
class UpResult:
    """What `up` found and did."""

    endpoint: str
    region: str
    stack: str
    pid: int
    started: bool
    deployed: bool
    chat: bool
    seconds: float


def up(
    checkout: Checkout, state_dir: Path, progress: Progress, *, chat: bool | None = None
) -> UpResult:
    """Have an emulator run, with the checkout as it is now deployed to it.

    ``chat`` is whether chats can be told; None leaves it as it is, off at first.
    """
    began = time.monotonic()
    with _alone(state_dir, progress):
        state = emulator.healthy(state_dir)
        started = state is None
        if state is None:
            with progress.step("Starting the emulator"):
                state, _ = emulator.start(checkout, state_dir, attached=False)
        state = replace(state, chat=state.chat if chat is None else chat)
        with using(state.endpoint):
            deployed = _deploy_changes(checkout, state_dir, state, progress)
    return UpResult(
        endpoint=state.endpoint,
        region=REGION,
        stack=STACK,
        pid=state.process.pid,
        started=started,
        deployed=deployed,
        chat=state.chat,
        seconds=round(time.monotonic() - began, 1),
    )


def down(state_dir: Path, progress: Progress) -> bool:
    """End the emulator and everything in it; False if none was up."""
    if not state_dir.exists():
        return False
    with _alone(state_dir, progress):
        return emulator.stop(state_dir)


@contextmanager
def deployed(
    checkout: Checkout,
    state_dir: Path,
    progress: Progress,
    *,
    attached: bool = True,
    extra: Mapping[str, str] | None = None,
) -> Iterator[LocalState]:
    """A deployed application of the caller's own; in the block this process points at it."""
    with (
        _alone(state_dir, progress),
        emulator.running_emulator(checkout, state_dir, attached=attached, extra=extra) as state,
        using(state.endpoint),
    ):
        _deploy_changes(checkout, state_dir, state, progress)
        yield state


def _deploy_changes(
    checkout: Checkout, state_dir: Path, state: LocalState, progress: Progress
) -> bool:
    # Here, not above: it brings boto3, which costs `env`, `down` and `logs` a second each.
    from layerlift_cli.local.deploy import deploy, deployment_fingerprint

    with built(checkout, progress) as build:
        wanted = deployment_fingerprint(checkout, build, chat=state.chat)
        if state.deployed == wanted:
            return False
        # Half a deployment must not pass for the last one.
        write_state(state_dir, replace(state, deployed=None))
        deploy(checkout, build, state_dir, progress, chat=state.chat)
        write_state(state_dir, replace(state, deployed=wanted))
    return True


@contextmanager
def _alone(state_dir: Path, progress: Progress) -> Iterator[None]:
    def tell() -> None:
        progress.note("Waiting for another command that works on this emulator")

    with exclusive(state_dir / "lock", tell):
        yield
