"""What people read fits 80 columns, says the state in words, and shows text as text."""

import io
from datetime import UTC, datetime

from rich.console import Console

from layerlift.domain.release import Artifact, Drop
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


def test_a_failed_release_says_what_to_do_next() -> None:
    text = " ".join(shown(release("failed", "failed", "inactive", "Why.")).split())
    assert "drop it as the next version" in text


def test_a_release_that_was_rejected_before_anything_moved_says_so() -> None:
    text = " ".join(shown(release("failed", "failed", "pending", "It was denied.")).split())
    assert "Nothing was moved there: what was live stays live." in text
    assert "live again" not in text
    assert "untouched" in text
    assert "pending" not in text
    moved = " ".join(shown(release("failed", "failed", "inactive", "Why.")).split())
    assert "What was live before is live again." in moved
    assert "pending" in shown(release("promoting", "pending", "pending"))


def test_what_was_rolled_back_says_what_is_possible_with_something_newer_above_it() -> None:
    old = release("rolled_back", "rolled_back", "inactive")
    new = release("failed", "active", "active").model_copy(update={"version": "1.10.0"})
    alone, below = (" ".join(text.split()) for text in (shown(old), shown(new, old)))
    assert "Dropped again, it needs an approval" in alone
    assert "Dropped again it is rejected, for 1.10.0 is above it and live or on its way." in below
    assert "drop it as a version above 1.10.0" in below
    assert "needs an approval" not in below


def test_what_was_rolled_back_says_by_whom_and_why() -> None:
    stage = release("rolled_back", "rolled_back", "inactive")
    why = "Rolled back by arn:aws:iam::123456789012:user/ada: timeouts since 14:00"
    (prod,) = stage.stages
    told = stage.model_copy(update={"stages": (prod.model_copy(update={"reason": why}),)})
    text = " ".join(shown(told).split())
    assert "✗ http-client 1.4.0 rolled back" in text
    assert f"prod: {why}" in text


def test_an_unknown_layer_is_named() -> None:
    output = io.StringIO()
    Console(file=output, width=80).print(status_view(Status(releases=()), "nosuch"))
    assert output.getvalue().startswith("No release of nosuch yet.")


def test_refused_drops_are_shown_with_their_key_and_why() -> None:
    drop = Drop(
        artifact=Artifact(bucket="b", key="elsewhere.zip", version_id="v"),
        outcome="rejected",
        reason="Wrong [key].",
        layer=None,
        version=None,
        digest=None,
        dropped_at=datetime(2026, 1, 2, 12, tzinfo=UTC),
    )
    output = io.StringIO()
    Console(file=output, width=80).print(status_view(Status(releases=()), None, (drop,)))
    assert "2026-01-02 12:00 UTC  elsewhere.zip" in output.getvalue()
    assert "Wrong [key]." in output.getvalue()


def test_what_shows_the_report_is_a_command_in_one_piece() -> None:
    url = "s3://artifacts/reports/http-client/1.4.0/066975e2-c8e0-4b80-a3a2-576582122f6c.json"
    reported = release("succeeded", "active", "active").model_copy(update={"report_url": url})
    assert "What was found in it: layerlift report http-client 1.4.0 " in shown(reported)
    assert "layerlift report" not in shown(release("succeeded", "active", "active"))


def test_a_stage_that_is_held_says_by_what_and_how_to_override_it() -> None:
    held = release("promoting", "held", "pending")
    link = "https://console.example/" + "x" * 90
    reason = f"The alarm 'errors' is firing in 1/us-east-1 ({link})."
    (stage,) = held.stages
    stages = (stage.model_copy(update={"reason": reason}),)
    text = shown(held.model_copy(update={"stages": stages}))
    assert "prod is held. The alarm 'errors' is firing" in text
    assert "layerlift override http-client 1.4.0 prod" in text
    row = next(line.split() for line in text.splitlines() if LONGEST_REGION in line)
    assert row[2] == "held"
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80


def test_a_stage_that_bakes_says_so() -> None:
    baking = release("promoting", "baking", "active")
    (stage,) = baking.stages
    stages = (stage.model_copy(update={"reason": "Wave 1 bakes for 30m."}),)
    text = shown(baking.model_copy(update={"stages": stages}))
    assert "prod: Wave 1 bakes for 30m." in text


def test_what_is_live_and_does_not_work_is_said_below_its_target() -> None:
    live = release("succeeded", "active", "active")
    (stage,) = live.stages
    why = "Does not work since 2026-11-24 03:00 UTC. httpx: no anyio."
    target = stage.targets[0].model_copy(update={"reason": why})
    stages = (stage.model_copy(update={"targets": (target,)}),)
    text = shown(live.model_copy(update={"stages": stages}))
    assert f"prod {LONGEST_REGION}: {why}" in " ".join(text.split())


def test_an_unusual_state_says_where_it_is_explained_and_a_usual_one_does_not() -> None:
    assert "layerlift explain WORD (inactive, superseded)" in shown(
        release("superseded", "superseded", "inactive")
    )
    assert "explain" not in shown(release("succeeded", "active", "active"))


def test_a_reason_moves_no_cursor() -> None:
    text = shown(release("failed", "failed", "inactive", "It said \x1b[2Jno."))
    assert "\x1b" not in text
    assert "It said \\x1b[2Jno." in text
