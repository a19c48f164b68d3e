"""What people read fits 80 columns, says the state in words, and shows text as text."""

import io

from rich.console import Console

from layerlift.releasing.status import ReleaseStatus, StageStatus, Status, TargetStatus
from layerlift_cli.status_view import status_view

LONGEST_REGION = "ap-southeast-5"


def shown(*releases: ReleaseStatus, width: int = 80) -> str:
    output = io.StringIO()
    Console(file=output, width=width, force_terminal=False).print(
        status_view(Status(releases=releases))
    )
    return output.getvalue()


def release(state: str, stage_state: str, target_state: str, reason: str = "") -> ReleaseStatus:
    target = TargetStatus(
        account="123456789012",
        region=LONGEST_REGION,
        state=target_state,
        layer_arn="arn",
        version_number=12345,
        code_sha256="A" * 44,
    )
    return ReleaseStatus(
        layer="http-client",
        version="1.4.0",
        digest="b" * 64,
        state=state,
        stages=(StageStatus(stage="prod", state=stage_state, targets=(target,)),),
        reason=reason,
    )


def test_nothing_released_says_what_to_do() -> None:
    assert "layerlift push" in shown()


def test_every_line_fits_80_columns() -> None:
    text = shown(release("failed", "failed", "inactive", "Why it failed, " * 20))
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80


def test_a_target_shows_state_number_and_digest() -> None:
    text = shown(release("succeeded", "active", "active"))
    row = next(line.split() for line in text.splitlines() if LONGEST_REGION in line)
    assert row == ["prod", LONGEST_REGION, "active", "12345", "A" * 12]


def test_a_release_that_waits_says_how_to_decide() -> None:
    text = shown(release("promoting", "waiting", "pending"))
    assert "layerlift approve http-client 1.4.0 prod" in text
    assert "waiting" in text


def test_markup_in_a_reason_stays_text() -> None:
    assert "[red]not red[/red]" in shown(
        release("failed", "failed", "failed", "[red]not red[/red]")
    )
