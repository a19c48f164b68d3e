"""Which rule decides a canary's verdict, and with which numbers."""

from datetime import UTC, datetime
from typing import Any

import pytest

from layerlift.domain.canary import CanaryRecord, CanaryResult, timing
from layerlift.domain.gates.canary import Canary
from layerlift.domain.names import SemanticVersion
from layerlift.domain.outcomes import Outcome
from layerlift.ports.aws import CanaryPlan, CanaryReading, Failure, Invocation, Probe
from layerlift.releasing.canary_verdict import Trial, Verdict, contains, judge
from tests.fakes.canaries import trial
from tests.fakes.world import DEV, FRANKFURT, LAYER

TIMED_OUT = Invocation(error="Task timed out after 30.00 seconds", timed_out=True)
CRASHED = Invocation(error="segmentation fault", error_kind="Runtime.ExitError")


def tried(
    *invocations: Invocation, probe: Probe = Probe.PYTHON, expect: str | None = None
) -> Trial:
    event = {"check": {"handler": "a.b", "payload": None} if expect else None}
    plan = CanaryPlan(probe, "python3.13", "arm64", event, cold=1, warm=2, seconds=30)
    return Trial(plan, CanaryReading(invocations), expect)


def judged(*trials: Trial, live: Verdict | None = None, **gate: Any) -> Verdict:
    return judge(trials, (), Canary(**gate), None if live is None else record(live))


def record(verdict: Verdict) -> CanaryRecord:
    return CanaryRecord(
        layer=LAYER,
        version=SemanticVersion("1.3.0"),
        attempt=1,
        stage=DEV,
        target=FRANKFURT,
        layer_arn="arn",
        result=CanaryResult(
            outcome=verdict.outcome,
            reason=verdict.reason,
            variants=verdict.variants,
            ran_at=datetime(2026, 7, 1, tzinfo=UTC),
        ),
    )


def cold(*milliseconds: int) -> Trial:
    return tried(*(trial(startup_ms=each) for each in milliseconds))


def warm(*milliseconds: int) -> Trial:
    calls = (trial(is_cold=False, duration_ms=each) for each in milliseconds)
    return tried(*calls)


def test_what_was_tried_and_what_was_not_is_both_said() -> None:
    counts = {"modules": 2, "compiled": 1, "files": 0}
    found = tried(trial(exercised=counts, not_exercised=("whether 1 files are executable",)))
    verdict = judged(found)
    assert verdict.outcome is Outcome.PASSED
    assert verdict.reason == (
        "Imported 2 modules, imported 1 compiled module on python3.13 arm64. "
        "Not exercised: whether 1 files are executable."
    )


def test_what_does_not_work_is_named_once_and_not_without_end() -> None:
    failures = tuple(Failure(f"m{n}", "ImportError: no") for n in range(7))
    verdict = judged(tried(trial(failures=failures), trial(failures=failures)))
    assert verdict.outcome is Outcome.CANARY_FAILED
    shown = "; ".join(f"m{n}: ImportError: no" for n in range(5))
    assert verdict.reason == (f"On python3.13 arm64 something does not work: {shown}; and 2 more.")


def test_no_number_of_allowed_errors_excuses_what_cannot_be_imported() -> None:
    broken = tried(trial(failures=(Failure("m", "no"),)))
    assert judged(broken, errors=5).outcome is Outcome.CANARY_FAILED


@pytest.mark.parametrize(("errors", "outcome"), [(0, Outcome.CANARY_FAILED), (1, Outcome.PASSED)])
@pytest.mark.parametrize("failed", [TIMED_OUT, CRASHED])
def test_invocations_may_fail_as_often_as_the_policy_allows(
    failed: Invocation, errors: int, outcome: Outcome
) -> None:
    verdict = judged(tried(trial(), failed, trial()), errors=errors)
    assert verdict.outcome is outcome
    assert verdict.variants[0].errors == 1
    assert verdict.variants[0].timeouts == int(failed.timed_out)
    if outcome is Outcome.CANARY_FAILED:
        assert "1 of 3 invocations failed, and the policy allows 0" in verdict.reason
        assert failed.error in verdict.reason


@pytest.mark.parametrize(
    ("answer", "expect", "outcome"),
    [
        ('{"ok": true, "more": 1}', '{"ok": true}', Outcome.PASSED),
        ('{"ok": false}', '{"ok": true}', Outcome.CANARY_FAILED),
        ("null", '{"ok": true}', Outcome.CANARY_FAILED),
        ('"pong"', '"pong"', Outcome.PASSED),
    ],
)
def test_the_layers_own_check_has_to_answer_what_it_expects(
    answer: str, expect: str, outcome: Outcome
) -> None:
    verdict = judged(tried(trial(answer=answer), expect=expect))
    assert verdict.outcome is outcome
    if outcome is Outcome.CANARY_FAILED:
        assert f"the check answered {answer}, and not {expect}" in verdict.reason
    else:
        assert "got the expected answer of 1 check" in verdict.reason


@pytest.mark.parametrize(
    ("now", "then", "outcome"),
    [
        (310, 200, Outcome.CANARY_FAILED),
        (300, 200, Outcome.PASSED),  # a half more is still allowed
        (90, 20, Outcome.PASSED),  # below the floor
        (120, 20, Outcome.PASSED),  # just the floor
        (121, 20, Outcome.CANARY_FAILED),
    ],
)
@pytest.mark.parametrize("kind", [cold, warm])
def test_slower_is_too_slow_beyond_both_the_percentage_and_the_floor(
    kind: Any, now: int, then: int, outcome: Outcome
) -> None:
    live = judged(kind(then))
    verdict = judged(kind(now), live=live, slower_percent=50, slower_floor_ms=100)
    assert verdict.outcome is outcome
    assert f"{now} ms" in verdict.reason
    assert f"{then} ms" in verdict.reason
    assert "1.3.0" in verdict.reason


def test_without_a_limit_times_are_told_and_decide_nothing() -> None:
    verdict = judged(cold(9000), live=judged(cold(10)))
    assert verdict.outcome is Outcome.PASSED
    assert verdict.reason.endswith("Start-up: 9000 ms (1.3.0: 10 ms).")


def test_too_few_samples_are_not_compared_and_that_is_said() -> None:
    gate = {"slower_percent": 50, "minimum_samples": 3}
    verdict = judged(cold(9000, 9000, 9000), live=judged(cold(10)), **gate)
    assert verdict.outcome is Outcome.PASSED
    assert "not compared: too few samples (3 needed)" in verdict.reason
    enough = judged(cold(9000, 9000, 9000), live=judged(cold(10, 10, 10)), **gate)
    assert enough.outcome is Outcome.CANARY_FAILED


def test_cold_and_warm_are_counted_apart() -> None:
    verdict = judged(
        tried(
            trial(startup_ms=300, duration_ms=310),
            trial(is_cold=False, startup_ms=0, duration_ms=4),
            trial(is_cold=False, startup_ms=0, duration_ms=6),
        )
    )
    (variant,) = verdict.variants
    assert variant.startup == timing([300])
    assert variant.cold == timing([310])
    assert variant.warm == timing([4, 6])


@pytest.mark.parametrize(
    ("invocation", "outcome"),
    [
        (Invocation(answer='"hello"'), Outcome.PASSED),
        # Its own words: it runs, and says that it has no such handler.
        (Invocation(error="no handler", error_kind="HandlerNotFound"), Outcome.PASSED),
        (CRASHED, Outcome.CANARY_FAILED),
        (TIMED_OUT, Outcome.CANARY_FAILED),
        (
            Invocation(
                error="exec format error /opt/bootstrap", error_kind="Runtime.InvalidEntrypoint"
            ),
            Outcome.CANARY_FAILED,
        ),
        (
            Invocation(
                error="No bootstrap",
                error_kind="Runtime.InvalidEntrypoint",
                not_exercised=("the custom runtime: none is taken from a layer here",),
            ),
            Outcome.NOT_EXERCISED,
        ),
    ],
)
def test_a_custom_runtime_has_to_answer(invocation: Invocation, outcome: Outcome) -> None:
    assert judged(tried(invocation, probe=Probe.NONE)).outcome is outcome


def test_a_layer_of_which_nothing_was_tried_has_not_passed() -> None:
    verdict = judged(tried(trial(exercised={"modules": 0, "files": 0})))
    assert verdict.outcome is Outcome.NOT_EXERCISED


@pytest.mark.parametrize(
    ("samples", "median", "p95"),
    [([5], 5, 5), ([1, 2], 2, 2), ([3, 1, 2], 2, 3), (list(range(1, 101)), 50, 95)],
)
def test_a_timing_is_the_median_and_the_nearest_rank(
    samples: list[int], median: int, p95: int
) -> None:
    found = timing(samples)
    assert found is not None
    assert (found.samples, found.median_ms, found.p95_ms) == (len(samples), median, p95)
    assert timing([]) is None


@pytest.mark.parametrize(
    ("answer", "expected", "holds"),
    [
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, True),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, False),
        ([1, 2], [1], False),
        ({"a": 1}, "a", False),
        (None, None, True),
    ],
)
def test_of_an_object_more_keys_than_expected_do_not_matter(
    answer: Any, expected: Any, holds: bool
) -> None:
    assert contains(answer, expected) is holds


def test_of_megabytes_that_the_layers_code_says_a_record_keeps_little() -> None:
    much = "x" * 1_000_000
    hostile = (
        tried(Invocation(error=much)),
        tried(trial(failures=(Failure(much, much), *(Failure(str(n), "") for n in range(9999))))),
        tried(trial(answer=f'"{much}"'), expect="1"),
        tried(trial(not_exercised=tuple(f"{n}{much}" for n in range(99)))),
    )
    for one in hostile:
        verdict = judged(one)
        assert len(record(verdict).model_dump_json()) < 20_000
    assert "and 79 more" in verdict.reason


def test_a_kind_of_thing_that_code_beside_the_probe_made_up_is_not_told() -> None:
    verdict = judged(tried(trial(exercised={"modules": 1, "miracles": 7})))
    assert verdict.variants[0].exercised == ("imported 1 module",)
