"""What a shell offers for layers, versions, stages and words: quickly, and never an error.

A shell asks at each press of a key, so an answer of AWS is kept for some seconds in the user's
cache folder, and one that does not come in time is done without: an old one is offered, or nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from layerlift.releasing.known_names import KnownNames
    from layerlift_cli.session import Caller

PATIENCE_SECONDS = 2.0
"""How long a shell waits for AWS; longer, and a person takes the key for dead."""

FRESH_SECONDS = 10.0
"""How long an answer is offered without asking AWS again."""

_PLACE = ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL")
"""The variables that decide which control plane answers."""


def complete_layers(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the layers whose names begin so."""
    return _beginning(incomplete, known_names(ctx).layers)


def complete_versions(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the versions of the layer that was typed before, newest first."""
    layer = ctx.params.get("layer") or ""
    return _beginning(incomplete, known_names(ctx).layers.get(layer, ()))


def complete_stages(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the stages, in the order of the policy."""
    return _beginning(incomplete, known_names(ctx).stages)


def complete_explained(incomplete: str) -> list[str]:
    """Return the words that ``layerlift explain`` knows, each in one piece."""
    from layerlift_cli.explanations import every_explanation

    words = (each.word.lower().replace(" ", "-") for each in every_explanation())
    return _beginning(incomplete, dict.fromkeys(words))


def known_names(ctx: typer.Context) -> KnownNames:
    """Return the names that the control plane knows that was named on the command line."""
    from layerlift_cli.session import Caller
    from layerlift_cli.shared_options import DEFAULT_STACK

    said = ctx.find_root().params
    caller = Caller(said.get("stack") or DEFAULT_STACK, said.get("profile"), said.get("region"))
    path = cache_file(caller)
    if not _is_fresh(path):
        # Before the time runs: the wait is for AWS, not for this machine's imports.
        import boto3  # noqa: F401

        import layerlift_cli.control_plane  # noqa: F401
    return remembered(path, lambda: ask_names(caller))


def cache_file(caller: Caller) -> Path:
    """Return where the names of a control plane are kept between two presses of a key."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = (caller.stack, caller.profile, caller.region, *map(os.environ.get, _PLACE))
    name = hashlib.sha256(json.dumps(place).encode()).hexdigest()[:16]
    return folder / "layerlift" / f"names-{name}.json"


def remembered(
    path: Path, ask: Callable[[], KnownNames], *, patience: float = PATIENCE_SECONDS
) -> KnownNames:
    """Return what ``ask`` answered seconds ago, or answers in time; else what it last did."""
    from layerlift.releasing.known_names import KnownNames

    kept = _read(path)
    if kept is not None and _is_fresh(path):
        return kept
    answers: list[KnownNames] = []
    # A thread that is still waiting when the process ends is left behind by the interpreter.
    asking = Thread(target=_collect, args=(ask, answers), daemon=True)
    asking.start()
    asking.join(patience)
    if not answers:
        return kept or KnownNames()
    _write(path, answers[0])
    return answers[0]


def _is_fresh(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime < FRESH_SECONDS
    except OSError:
        return False


def _collect(ask: Callable[[], KnownNames], answers: list[KnownNames]) -> None:
    try:
        answers.append(ask())
    except Exception:
        # Whatever it is, a shell must not print it between two presses of a key.
        return


def ask_names(caller: Caller) -> KnownNames:
    """Return the names that a control plane knows now.

    :raises CommandError: if it cannot be found.
    """
    from layerlift.releasing.known_names import read_known_names

    plane, _ = caller.control_plane()
    return read_known_names(plane.registry)


def _read(path: Path) -> KnownNames | None:
    from layerlift.releasing.known_names import KnownNames

    try:
        return KnownNames.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None


def _write(path: Path, names: KnownNames) -> None:
    """Keep the names for the next press of a key; where nothing can be kept, each asks AWS."""
    beside = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside.write_text(names.model_dump_json(), encoding="utf-8")
        beside.replace(path)
    except OSError:
        return


def _beginning(incomplete: str, words: Iterable[str]) -> list[str]:
    return [word for word in words if word.startswith(incomplete)]
