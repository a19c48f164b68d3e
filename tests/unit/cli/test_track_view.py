"""The live view says where a release is, what it waits for, and what to do: on any terminal."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from layerlift.domain.canary import CanaryResult, CanaryRun, timing
from layerlift.domain.release import ReleaseState
from layerlift.domain.track import Gate, StageTrack, TargetTrack, Track, WaveTrack
from layerlift.releasing.track import read_track
from layerlift_cli.durations import shown_duration
from layerlift_cli.screen import in_its_signs, shown
from layerlift_cli.track_view import track_view
from tests.fakes.world import World
from tools.reference.sources import ROOT

NOW = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)


def target(region: str, state: str, **more: Any) -> TargetTrack:
    return TargetTrack(account="111122223333", region=region, state=state, **more)


def canary(outcome: str, *startups: int) -> CanaryResult:
    run = CanaryRun(
        runtime="python3.13",
        architecture="x86_64",
        invocations=4,
        errors=0,
        timeouts=0,
        startup=timing(startups),
        exercised=(),
        not_exercised=(),
    )
    return CanaryResult(outcome=outcome, reason="", variants=(run,), ran_at=NOW)


def a_track(gate: Gate | None = None, state: str = "running", **more: Any) -> Track:
    dev = StageTrack(
        stage="dev",
        state="active",
        waves=(WaveTrack(number=1, state="active", targets=(target("eu-central-1", "active"),)),),
        started_at=NOW - timedelta(minutes=10),
        ended_at=NOW - timedelta(minutes=9, seconds=18),
    )
    waves = (
        WaveTrack(number=1, state="active", targets=(target("eu-central-1", "active"),)),
        WaveTrack(
            number=2,
            state="running",
            targets=(
                target("us-east-1", "canaried", canary=canary("passed", 120, 180)),
                target("us-west-2", "published", canary=canary("canary_failed", 1_412)),
                target("eu-west-1", "pending"),
            ),
        ),
    )
    started = NOW - timedelta(minutes=3, seconds=5)
    prod = StageTrack(stage="prod", state=state, waves=waves, gate=gate, started_at=started)
    after = StageTrack(
        stage="later",
        state="pending",
        waves=(WaveTrack(number=1, state="pending", targets=(target("eu-west-2", "pending"),)),),
    )
    about: dict[str, Any] = {
        "layer": "http-client",
        "version": "1.4.0",
        "digest": "0" * 64,
        "attempt": 1,
        "state": ReleaseState.PROMOTING,
        "started_at": NOW - timedelta(minutes=10),
        "stages": (dev, prod, after),
    }
    return Track(**(about | more))


def drawn(track: Track, width: int = 80, encoding: str = "utf-8", **settings: Any) -> list[str]:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    console = Console(file=file, width=width, **settings)
    console.print(in_its_signs(console, track_view(track, NOW)))
    return [line.rstrip() for line in raw.getvalue().decode(encoding).splitlines()]


def test_a_track_has_its_stages_waves_counts_and_timings() -> None:
    assert drawn(a_track()) == [
        "▸ http-client 1.4.0  promoting  10m 00s",
        "  ✓ dev ──▶ ▸ prod ──▶ · later",
        "  dev       active   1 of 1 live                                             42s",
        "  prod      running  1 of 4 live                                          3m 05s",
        "    wave 1  active   1 active",
        "    wave 2  running  1 canaried, 1 published, 1 pending; canary 1 of 3;",
        "                     loads in 1,412 ms at most",
        "  later     pending  1 to go",
    ]


def test_an_approval_says_how_many_are_missing_until_when_and_the_commands() -> None:
    gate = Gate(
        kind="approval",
        reason="",
        since=NOW - timedelta(hours=1),
        until=NOW + timedelta(hours=3),
        approved=1,
        required=2,
    )
    text = "\n".join(drawn(a_track(gate, "waiting")))
    assert "prod waits: 1 of 2 approvals." in text
    assert " 25%  3h 00m left" in text
    assert "until 2026-01-02 15:00 UTC, then the stage fails" in text
    assert "layerlift approve http-client 1.4.0 prod" in text
    assert "layerlift reject http-client 1.4.0 prod" in text


def test_a_bake_has_a_bar_of_what_is_over_and_the_way_back() -> None:
    gate = Gate(
        kind="bake",
        reason="Wave 1 bakes for 30m.",
        since=NOW - timedelta(minutes=15),
        until=NOW + timedelta(minutes=15),
    )
    lines = drawn(a_track(gate, "baking"))
    assert "  " + "█" * 12 + "░" * 12 + "  50%  15m 00s left" in lines
    assert any("then it goes on; an alarm takes it back" in line for line in lines)
    assert "  to take it back now: layerlift rollback http-client prod" in lines


def test_a_bake_that_is_over_waits_for_the_next_look() -> None:
    gate = Gate(kind="bake", reason="", since=NOW - timedelta(minutes=15), until=NOW)
    assert any("100%  over, at its next look" in line for line in drawn(a_track(gate, "baking")))


def test_alarms_that_hold_a_stage_are_overridden_by_name() -> None:
    gate = Gate(kind="alarms", reason="Alarm fires.", alarms=("5xx", "too slow"))
    text = " ".join(" ".join(drawn(a_track(gate, "held"))).split())
    assert "prod is held. Alarm fires." in text
    command = "layerlift override http-client 1.4.0 prod --alarm 5xx --alarm 'too slow'"
    assert f"{command} --reason WHY" in text


def test_a_freeze_is_broken_by_its_own_option() -> None:
    gate = Gate(kind="freeze", reason="Frozen: Holidays.", until=NOW + timedelta(hours=2))
    text = " ".join(" ".join(drawn(a_track(gate, "held"))).split())
    assert "then it goes on by itself" in text
    assert "prod --freeze --reason WHY" in text


def test_what_went_wrong_in_a_target_is_told_and_of_much_the_first() -> None:
    failed = tuple(target(f"eu-west-{n}", "failed", reason=f"No import in {n}.") for n in range(7))
    stage = StageTrack(
        stage="prod", state="failed", waves=(WaveTrack(number=1, state="failed", targets=failed),)
    )
    track = a_track(stages=(stage,))
    text = "\n".join(drawn(track))
    assert "prod eu-west-0 is failed: No import in 0." in text
    assert "No import in 5." not in text
    assert "and 2 more: layerlift status http-client" in text


def test_a_second_attempt_says_that_it_is_one() -> None:
    assert drawn(a_track(attempt=2))[0] == "▸ http-client 1.4.0  promoting  attempt 2  10m 00s"


GATES = [
    None,
    Gate(kind="approval", reason="", until=NOW + timedelta(hours=3), required=2),
    Gate(kind="alarms", reason="An alarm with a long name fires. " * 5, alarms=("a" * 60,)),
    Gate(kind="bake", reason="", since=NOW - timedelta(hours=1), until=NOW + timedelta(hours=1)),
]


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.kind if gate else "none")
@pytest.mark.parametrize("width", [24, 40, 80, 200])
def test_no_line_is_wider_than_the_terminal(gate: Gate | None, width: int) -> None:
    lines = drawn(a_track(gate), width)
    assert max(map(len, lines)) <= width
    assert "http-client" in lines[0]


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.kind if gate else "none")
@pytest.mark.parametrize("encoding", ["ascii", "iso8859-1"])
def test_a_terminal_without_unicode_gets_ascii_of_the_same_widths(
    gate: Gate | None, encoding: str
) -> None:
    plain = drawn(a_track(gate), encoding=encoding)
    assert all(line.isascii() for line in plain)
    assert [len(line) for line in plain] == [len(line) for line in drawn(a_track(gate))]
    assert "  + dev --> * prod --> - later" in plain
    assert "?" not in "".join(plain)


def test_no_color_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = "\n".join(drawn(a_track(GATES[3], "baking"), force_terminal=True))
    assert "\x1b[3" not in text
    assert "http-client 1.4.0" in text


def test_what_somebody_wrote_moves_no_cursor_and_is_no_markup() -> None:
    gate = Gate(kind="alarms", reason="\x1b[2J[bold]x[/bold]\u202e", alarms=())
    text = "\n".join(drawn(a_track(gate, "held", reason="a\nb\x1b]0;t\x07")))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\x1b[2J[bold]x[/bold]\\u202e" in text
    assert "  a b\\x1b]0;t\\x07" in text


def test_the_track_of_a_real_release_can_be_drawn() -> None:
    world = World()
    ref = world.release()
    world.lock(ref, "prod-1")
    world.request(ref)
    track = read_track(world.registry, world.stored_release(ref), world.clock())
    raw = io.StringIO()
    Console(file=raw, width=80).print(track_view(track, world.clock()))
    assert "prod waits: 0 of 1 approvals." in raw.getvalue()


def test_the_guide_shows_what_is_drawn() -> None:
    def live(name: str, regions: int, took: int) -> StageTrack:
        targets = tuple(target(f"eu-west-{n}", "active") for n in range(regions))
        return StageTrack(
            stage=name,
            state="active",
            waves=(WaveTrack(number=1, state="active", targets=targets),),
            started_at=NOW - timedelta(seconds=took),
            ended_at=NOW,
        )

    first = target("eu-central-1", "active", canary=canary("passed", 180))
    others = (target("us-east-1", "pending"), target("us-west-2", "pending"))
    prod = StageTrack(
        stage="prod",
        state="baking",
        waves=(
            WaveTrack(number=1, state="baking", targets=(first,)),
            WaveTrack(number=2, state="pending", targets=others),
        ),
        gate=Gate(
            kind="bake",
            reason="Wave 1 bakes for 30m.",
            since=NOW - timedelta(minutes=15),
            until=NOW + timedelta(minutes=15),
        ),
        started_at=NOW - timedelta(minutes=16, seconds=20),
    )
    track = a_track(
        started_at=NOW - timedelta(minutes=18, seconds=12),
        stages=(live("dev", 1, 42), live("staging", 2, 51), prod),
    )
    guide = (ROOT / "docs/guide/command-line.md").read_text()
    assert "```text\n" + "\n".join(drawn(track)) + "\n```" in guide


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0s"),
        (59.9, "59s"),
        (60, "1m 00s"),
        (3_599, "59m 59s"),
        (3_600, "1h 00m"),
        (90_000, "1d 1h"),
    ],
)
def test_durations_have_two_units(seconds: float, said: str) -> None:
    assert shown_duration(seconds) == said


def test_a_text_that_is_fine_stays_as_it_is() -> None:
    assert shown("naïve → 日本 …") == "naïve → 日本 …"
