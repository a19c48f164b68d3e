"""Run the SAM CLI: quietly, with the tools of this checkout, and without calling home."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from layerlift_cli.local.checkout import Checkout, tool

# Names that `platform.machine()` uses, and the ones of Lambda.
ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}

# The default of 5 seconds between two looks at a stack is for stacks that take minutes.
POLL_DELAY_SECONDS = "0.3"


def host_architecture() -> str:
    """The one of this machine, in Lambda's words: the emulator runs the functions right here."""
    return ARCHITECTURES.get(platform.machine().lower(), "x86_64")


def run_sam(
    checkout: Checkout,
    arguments: list[str],
    *,
    log: Path,
    environment: Mapping[str, str],
    held: int,
) -> int:
    """Run it with its output in `log`; its exit code.

    `held` is the file descriptor of a lock that must not be free while sam, or an orphaned sam
    whose caller was killed, still works.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        return subprocess.run(
            [str(tool("sam")), *arguments],
            cwd=checkout.root,
            env=_environment(checkout, environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[held],
            check=False,
        ).returncode


def _environment(checkout: Checkout, base: Mapping[str, str]) -> dict[str, str]:
    alien = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    # Makefiles of layers and functions call uv: the locked one.
    path = os.pathsep.join([str(Path(sys.prefix) / "bin"), base.get("PATH", os.defpath)])
    return {name: value for name, value in base.items() if name not in alien} | {
        "PATH": path,
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": POLL_DELAY_SECONDS,
        "__SAM_CLI_APP_DIR": str(_quiet_settings(checkout)),
    }


def _quiet_settings(checkout: Checkout) -> Path:
    """A settings folder of our own, in which sam has just looked for a newer version of itself."""
    folder = checkout.tools / "sam"
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "metadata.json"
    partial = folder / f"metadata.json.{os.getpid()}"
    now = datetime.now(UTC).replace(tzinfo=None).isoformat()
    partial.write_text(json.dumps({"telemetryEnabled": False, "lastVersionCheck": now}))
    partial.replace(settings)
    return folder
