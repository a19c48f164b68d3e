"""What to do next, also where the type of an event does not say it by itself."""

import re
import shlex
from collections.abc import Mapping

from layerlift.domain.events import Detail, Event, EventType
from layerlift.telling.wordings import Wording

_COMMAND = re.compile(r"\s*(?P<step>[A-Z][a-z, ]+: layerlift [^\n]+)\Z")
"""What a reason ends with if it says what next, too: that is told in its own place."""

_REFUSED = frozenset(
    {EventType.APPROVAL_REFUSED, EventType.OVERRIDE_REFUSED, EventType.ROLLBACK_REFUSED}
)
"""Their reasons know best what does count, if they name a command."""

_MAX_COMMAND = 300
"""Ours, characters: a longer one is nothing to read in a chat, and Discord has no room for it."""


def next_step(event: Event, wording: Wording, words: Mapping[str, str]) -> str:
    """Return what to do next; empty if there is nothing, or the reason says it."""
    detail = event.detail
    if event.type in _REFUSED:
        named = _COMMAND.search(detail.reason or "")
        if named is not None:
            return named["step"]
    if event.type is EventType.STAGE_HELD:
        return _held(detail, words)
    if event.type is EventType.RELEASE_REJECTED and not detail.findings:
        # The registry has refused it, and its reasons end with what to drop instead.
        return ""
    return wording.next_step.format_map(words)


def reason_without_step(reason: str, step: str) -> str:
    """Return a reason without the command that it ends with, if ``step`` names one."""
    return _COMMAND.sub("", reason) if "layerlift" in step else reason


def _held(detail: Detail, words: Mapping[str, str]) -> str:
    until, layer = words["until"], words["layer"]
    if detail.is_frozen and detail.held_by:
        wait = f"It goes on by itself once the freeze is over, at {until}, and no alarm holds it."
    elif detail.is_frozen:
        wait = f"It goes on by itself when the freeze ends, at {until}."
    else:
        wait = (
            "It goes on by itself once nothing holds it. If that is not before "
            f"{until}, the stage fails, and what it has moved is put back."
        )
    command = _override(detail)
    if not command:
        return f"{wait} See how to let it go on all the same with: layerlift status {layer}"
    return f"{wait} To let it go on all the same: {command}"


def _override(detail: Detail) -> str:
    """Return the command that overrides all that holds the stage; empty if there is no room."""
    options = [f"--alarm {shlex.quote(name)}" for name in dict.fromkeys(detail.held_by or ())]
    if detail.is_frozen:
        options.append("--freeze")
    what = f"{detail.layer} {detail.version} {detail.stage}"
    command = f"layerlift override {what} {' '.join(options)} --reason WHY"
    return command if options and len(command) <= _MAX_COMMAND else ""
