"""`sam build`, once per change, for everybody who shares the checkout."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from layerlift_cli.errors import AnswerIsNo
from layerlift_cli.local.checkout import Checkout
from layerlift_cli.local.fingerprint import fingerprint
from layerlift_cli.local.locks import exclusive, shared
from layerlift_cli.local.log import tail
from layerlift_cli.local.sam import host_architecture, run_sam
from layerlift_cli.progress import Progress

# Everything that the build reads.
INPUTS = ("template.yaml", "samconfig.toml", "functions", "layers", "statemachines")

# What the functions run on in AWS. Packages with native code are installed for it, and for the
# emulator's Python where that is another one.
LAMBDA_PYTHON = "3.13"


@dataclass(frozen=True, slots=True)
class Build:
    """A finished build that stays as it is while the lock is held."""

    fingerprint: str
    lock: int


@contextmanager
def built(checkout: Checkout, progress: Progress) -> Iterator[Build]:
    """The application, built from what the checkout holds now; nobody rebuilds in the block."""
    lock_file = checkout.root / ".aws-sam" / "build.lock"

    def tell() -> None:
        progress.note("Waiting for another build of this checkout")

    while True:
        wanted = wanted_fingerprint(checkout)
        with shared(lock_file, tell) as lock:
            # Looked at under the lock; flock cannot turn an exclusive one into a shared one
            # without a gap, hence the loop.
            if _stamped(checkout) == wanted:
                yield Build(wanted, lock.fileno())
                return
        with exclusive(lock_file, tell) as lock:
            if _stamped(checkout) != wanted:
                with progress.step("Building the application"):
                    _build(checkout, wanted, lock.fileno())


def python_versions(checkout: Checkout) -> str:
    """Which Pythons the layer has to work on, as the layer's Makefile reads it."""
    return " ".join(dict.fromkeys([LAMBDA_PYTHON, checkout.emulator_python_version]))


def wanted_fingerprint(checkout: Checkout) -> str:
    """What a build of the checkout as it is now would be stamped with."""
    facts = (python_versions(checkout), host_architecture())
    return fingerprint(checkout.root, INPUTS, *facts)


def _build(checkout: Checkout, wanted: str, lock: int) -> None:
    stamp = _stamp(checkout)
    stamp.unlink(missing_ok=True)
    log = checkout.root / ".aws-sam" / "build.log"
    code = run_sam(
        checkout,
        [
            *("build", "--config-env", "local", "--parallel"),
            *("--parameter-overrides", f"Architecture={host_architecture()}"),
        ],
        log=log,
        environment=os.environ | {"LAYERLIFT_PYTHON_VERSIONS": python_versions(checkout)},
        held=lock,
    )
    if code:
        raise AnswerIsNo(f"sam build failed; its whole output is in {log}:\n{tail(log)}")
    stamp.write_text(wanted)


def _stamp(checkout: Checkout) -> Path:
    return checkout.root / ".aws-sam" / "build.stamp"


def _stamped(checkout: Checkout) -> str | None:
    try:
        return _stamp(checkout).read_text() if checkout.built_template.exists() else None
    except OSError:
        return None
