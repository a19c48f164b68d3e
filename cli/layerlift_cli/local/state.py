"""What is up: `state.json` in a state directory."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from layerlift_cli.local.process import ProcessIdentity, is_alive


@dataclass(frozen=True, slots=True)
class LocalState:
    """An emulator, and what was deployed to it (a fingerprint; None while it is empty).

    ``chat`` is whether it is, or is to be, deployed with what tells chats.
    """

    process: ProcessIdentity
    port: int
    deployed: str | None = None
    chat: bool = False

    @property
    def endpoint(self) -> str:
        """Where AWS clients find it."""
        return f"http://127.0.0.1:{self.port}"


def read_state(state_dir: Path) -> LocalState | None:
    """What was last written; None if nothing, or nothing that can be read."""
    try:
        raw = json.loads(_file(state_dir).read_text())
        process = ProcessIdentity(int(raw["process"]["pid"]), str(raw["process"]["started"]))
        return LocalState(process, int(raw["port"]), raw["deployed"], bool(raw.get("chat")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def running_state(state_dir: Path) -> LocalState | None:
    """What was last written, if the process it tells of still runs."""
    state = read_state(state_dir)
    return state if state and is_alive(state.process) else None


def write_state(state_dir: Path, state: LocalState) -> None:
    """Replace the state in one step: a kill leaves the old one or the new one."""
    target = _file(state_dir)
    partial = target.with_name(f"{target.name}.{os.getpid()}")
    partial.write_text(json.dumps(asdict(state), indent=2) + "\n")
    partial.replace(target)


def forget_state(state_dir: Path) -> None:
    """Nothing is up any more."""
    _file(state_dir).unlink(missing_ok=True)


def _file(state_dir: Path) -> Path:
    return state_dir / "state.json"
