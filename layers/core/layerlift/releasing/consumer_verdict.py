"""The verdict of the consumers' canaries: whether it is the new version that a clone fails with.

A clone lacks what its function has: a role, perhaps its environment, a network. So one that fails
is asked once more with the version of the layer that the function has now, the *control*. If that
fails in the same way, nothing was learned about the new version, and nobody is stopped by it.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from layerlift.domain.canary import CanaryRecord, CanaryRun, short_name, timing
from layerlift.domain.gates.canary import Canary
from layerlift.domain.gates.consumers import Consumer
from layerlift.domain.outcomes import Outcome
from layerlift.ports.aws import CanaryReading, Invocation
from layerlift.ports.consumers import ConsumerVersion
from layerlift.releasing.canary_verdict import Verdict, comparisons, contains, too_slow

_SHOWN_ERROR = 300
"""Ours: of an error that a clone raised, so many characters are told."""

_WRONG_ANSWER = "wrong answer"


@dataclass(frozen=True)
class Problem:
    """Why an invocation failed: its kind (Lambda's name for it) and what is told of it."""

    kind: str
    told: str


@dataclass(frozen=True)
class ConsumerTrial:
    """A clone's readings with the new version, and with the one it has now if that failed."""

    consumer: Consumer
    version: ConsumerVersion
    reading: CanaryReading
    control: CanaryReading | None = None

    @property
    def name(self) -> str:
        """What people call the function's version."""
        return short_name(self.version.arn)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """One for each invocation that failed with the new version."""
        return self._problems(self.reading)

    @property
    def problems_before(self) -> tuple[Problem, ...]:
        """The same of the control; none without one."""
        return () if self.control is None else self._problems(self.control)

    @property
    def fails(self) -> bool:
        """Whether more invocations failed than the policy allows."""
        return len(self.problems) > self.consumer.errors

    @property
    def excuse(self) -> str:
        """Why nothing was learned about the new version; empty if something was."""
        if self.reading.not_offered:
            return f"{self.name}: {self.reading.not_offered}"
        if not self.fails or self.control is None:
            return ""
        before = self.problems_before
        kinds, kinds_before = ({each.kind for each in some} for some in (self.problems, before))
        if len(before) <= self.consumer.errors or kinds != kinds_before:
            return ""
        attached = _layer_name(self.version.layer_arn)
        return f"{self.name}: its clone fails with {attached}, too ({before[0].told})"

    def _problems(self, reading: CanaryReading) -> tuple[Problem, ...]:
        found = (self._problem(invocation) for invocation in reading.invocations)
        return tuple(problem for problem in found if problem is not None)

    def _problem(self, invocation: Invocation) -> Problem | None:
        if invocation.error:
            kind = "timeout" if invocation.timed_out else invocation.error_kind
            return Problem(kind, invocation.error[:_SHOWN_ERROR])
        answer, expected = json.loads(invocation.answer or "null"), self.consumer.expect
        if expected is None or contains(answer, expected):
            return None
        # What a function answers is its users' business; where it differs is all that is told.
        return Problem(
            _WRONG_ANSWER,
            f"its answer is not the expected one{_where(answer, expected)}",
        )

    def run(self) -> CanaryRun:
        """Return the numbers."""
        invocations, excuse = self.reading.invocations, self.excuse
        is_cold = [i for i in invocations if i.is_cold]
        is_warm = [i for i in invocations if not i.is_cold]
        worked = len(invocations) - len(self.problems)
        return CanaryRun(
            runtime=self.version.runtime,
            architecture=self.version.architecture,
            invocations=len(invocations),
            errors=len(self.problems),
            timeouts=sum(i.timed_out for i in invocations),
            startup=timing([i.startup_ms for i in is_cold if i.startup_ms is not None]),
            cold=timing([i.duration_ms for i in is_cold if i.duration_ms is not None]),
            warm=timing([i.duration_ms for i in is_warm if i.duration_ms is not None]),
            exercised=(f"{worked} of {len(invocations)} invocations of {self.name} worked",)
            if worked and not excuse
            else (),
            not_exercised=(excuse,) if excuse else (),
            consumer=self.version.arn,
        )


def judge_consumers(
    trials: Sequence[ConsumerTrial],
    missing: Sequence[str],
    gate: Canary,
    live: CanaryRecord | None,
) -> Verdict:
    """Return the verdict by the first rule that decides.

    The rules, in order: a clone fails with the new version and not with the one it has; slower
    than with the release that is live (``live``: its consumers' canaries in the same target);
    nothing was tried, although there are consumers and the policy wants it to be. ``missing`` says
    where the policy names consumers and there are none.
    """
    runs = tuple(trial.run() for trial in trials)
    exercised = tuple(run for run in runs if not run.not_exercised)
    broken = next(_broken(trials, exercised, gate, live), None)
    if broken is not None:
        return Verdict(Outcome.CANARY_FAILED, broken, runs)
    left = [*missing, *(reason for run in runs for reason in run.not_exercised)]
    rest = f"Not exercised: {'; '.join(dict.fromkeys(left))}." if left else ""
    if exercised:
        done = (
            f"{told} on {run.runtime} {run.architecture}." for run in runs for told in run.exercised
        )
        told = [*done, *comparisons(exercised, gate, live), rest]
        return Verdict(Outcome.PASSED, " ".join(filter(None, told)), runs)
    reason = f"No consumer could try the new version. {rest}"
    if runs and gate.unexercised == "fail":
        told_why = f"{reason} The policy wants one to (canary.unexercised: fail)."
        return Verdict(Outcome.CANARY_FAILED, told_why, runs)
    return Verdict(Outcome.NOT_EXERCISED, reason, runs)


def _broken(
    trials: Sequence[ConsumerTrial],
    exercised: Sequence[CanaryRun],
    gate: Canary,
    live: CanaryRecord | None,
) -> Iterator[str]:
    for trial in trials:
        if trial.fails and not trial.excuse:
            yield _failure(trial)
    yield from too_slow(exercised, gate, live)


def _failure(trial: ConsumerTrial) -> str:
    told = "; ".join(dict.fromkeys(problem.told for problem in trial.problems))
    total = len(trial.reading.invocations)
    return (
        f"With the new version {len(trial.problems)} of {total} invocations of a clone of "
        f"{trial.name} failed, and the policy allows {trial.consumer.errors}: {told}."
        f"{_control(trial)}"
    )


def _control(trial: ConsumerTrial) -> str:
    """Return what the version that the function has now does instead."""
    attached = _layer_name(trial.version.layer_arn)
    if trial.control is None or trial.control.not_offered:
        return f" What it does with {attached}, which it has now, could not be tried."
    before = trial.problems_before
    if len(before) <= trial.consumer.errors:
        return f" With {attached}, which it has now, it works."
    return f" With {attached}, which it has now, it fails in another way: {before[0].told}."


def _layer_name(layer_arn: str) -> str:
    name, number = layer_arn.rsplit(":", 2)[1:]
    return f"version {number} of {name}"


def _where(answer: Any, expected: Any) -> str:
    """Return which key of an answer differs first, empty if it is the whole."""
    if not isinstance(expected, dict) or not isinstance(answer, dict):
        return ""
    for key, value in expected.items():
        if key not in answer or not contains(answer[key], value):
            return f": {key} differs"
    return ""
