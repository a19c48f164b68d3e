"""The verdict of a canary: which rule of the policy decides, and with which numbers."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layerlift.domain.canary import CanaryRecord, CanaryRun, Timing, timing
from layerlift.domain.gates.canary import Canary
from layerlift.domain.outcomes import Outcome
from layerlift.ports.aws import CanaryPlan, CanaryReading, Invocation, Probe

_SHOWN_FAILURES = 5

_SHOWN_TEXT = 300
_SHOWN_REASONS = 20
"""Ours: so many characters of what the layer's code said are told, and so many reasons why it was
not exercised. It could say megabytes, which neither a record (400 KB) nor an event (256 KB) takes,
and one event that is too large holds up all others."""

_DID_NOT_RUN = frozenset({"Runtime.ExitError", "Runtime.InvalidEntrypoint", "Sandbox.Timedout"})
"""Errors in which a custom runtime gave no answer; any other is one that it sent itself.
https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html"""

_NOUNS = {
    "modules": ("imported", "module"),
    "compiled": ("imported", "compiled module"),
    "packages": ("required", "package"),
    "files": ("read", "file"),
    "commands": ("ran", "command"),
    "check": ("got the expected answer of", "check"),
    "runtime": ("got an answer of", "custom runtime"),
}


@dataclass(frozen=True)
class Verdict:
    """An outcome, why, and what was measured."""

    outcome: Outcome
    reason: str
    variants: tuple[CanaryRun, ...]


@dataclass(frozen=True)
class Trial:
    """A plan, what became of it, and what the layer's check expects (JSON, None for anything)."""

    plan: CanaryPlan
    reading: CanaryReading
    expect: str | None

    @property
    def place(self) -> str:
        """Where it ran, for a person."""
        return f"{self.plan.runtime} {self.plan.architecture}"

    def failures(self) -> Iterator[str]:
        """Yield what does not work, each thing once."""
        failed = (failure for i in self.reading.invocations for failure in i.failures)
        found = (f"{_short(failure.what)}: {_short(failure.error)}" for failure in failed)
        yield from dict.fromkeys(found)

    def errors(self) -> Iterator[str]:
        """Yield the error of each invocation that failed."""
        for invocation in self.reading.invocations:
            error = self._error(invocation)
            if error:
                yield error

    def _error(self, invocation: Invocation) -> str:
        if invocation.error:
            has_answered = not invocation.timed_out and invocation.error_kind not in _DID_NOT_RUN
            is_excused = bool(invocation.not_exercised)
            if is_excused or (self.plan.probe is Probe.NONE and has_answered):
                return ""
            return _short(invocation.error)
        if self._is_expected(invocation):
            return ""
        answer = _short(invocation.answer or "nothing")
        return f"the check answered {answer}, and not {self.expect}"

    def _is_expected(self, invocation: Invocation) -> bool:
        if self.expect is None or not self.plan.event.get("check") or invocation.failures:
            return True
        answer = json.loads(invocation.answer or "null")
        return contains(answer, json.loads(self.expect))

    def variant(self) -> CanaryRun:
        """Return the numbers."""
        invocations = self.reading.invocations
        is_cold = [i for i in invocations if i.is_cold]
        is_warm = [i for i in invocations if not i.is_cold]
        return CanaryRun(
            runtime=self.plan.runtime,
            architecture=self.plan.architecture,
            invocations=len(invocations),
            errors=len(tuple(self.errors())),
            timeouts=sum(i.timed_out for i in invocations),
            startup=timing([i.startup_ms for i in is_cold if i.startup_ms is not None]),
            cold=timing([i.duration_ms for i in is_cold if i.duration_ms is not None]),
            warm=timing([i.duration_ms for i in is_warm if i.duration_ms is not None]),
            exercised=tuple(self._exercised()),
            not_exercised=tuple(self._not_exercised()),
        )

    def _exercised(self) -> Iterator[str]:
        most: dict[str, int] = {}
        for invocation in self.reading.invocations:
            for kind, count in self._counts(invocation).items():
                most[kind] = max(count, most.get(kind, 0))
        # Code of the layer runs beside the probe and could make kinds up.
        for kind, (done, noun) in _NOUNS.items():
            count = most.get(kind, 0)
            if count > 0:
                yield f"{done} {count} {noun}{'' if count == 1 else 's'}"

    def _counts(self, invocation: Invocation) -> Mapping[str, int]:
        if self._error(invocation):
            return {}
        if self.plan.probe is Probe.NONE:
            return {"runtime": int(not invocation.not_exercised)}
        checked = self.plan.event.get("check") is not None and invocation.answer is not None
        return {**invocation.exercised, "check": int(checked)}

    def _not_exercised(self) -> Iterator[str]:
        if self.reading.not_offered:
            yield f"{self.place}: not offered here ({self.reading.not_offered})"
        said = (_short(reason) for i in self.reading.invocations for reason in i.not_exercised)
        reasons = tuple(dict.fromkeys(said))
        yield from reasons[:_SHOWN_REASONS]
        if len(reasons) > _SHOWN_REASONS:
            yield f"and {len(reasons) - _SHOWN_REASONS} more"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_TEXT else f"{text[:_SHOWN_TEXT]}…"


def contains(answer: Any, expected: Any) -> bool:
    """Say whether a JSON answer has all that is expected; of an object, more keys do not matter."""
    if isinstance(expected, dict) and isinstance(answer, dict):
        return all(key in answer and contains(answer[key], expected[key]) for key in expected)
    return bool(answer == expected)


def judge(
    trials: Sequence[Trial], missing: Sequence[str], gate: Canary, live: CanaryRecord | None
) -> Verdict:
    """Return the verdict by the first rule that decides.

    The rules, in order: what does not work; invocations that fail; slower than the release that
    is live (``live``: its canary in the same target, None if there is none); nothing was tried.
    """
    variants = tuple(trial.variant() for trial in trials)
    broken = next((why for why in _broken(trials, variants, gate, live)), None)
    if broken is not None:
        return Verdict(Outcome.CANARY_FAILED, broken, variants)
    left = [*missing, *(reason for variant in variants for reason in variant.not_exercised)]
    rest = f" Not exercised: {'; '.join(dict.fromkeys(left))}." if left else ""
    done = [f"{_sentence(variant)}." for variant in variants if variant.exercised]
    if done:
        compared = " ".join(comparisons(variants, gate, live))
        told = f"{' '.join(done)} {compared}".strip()
        return Verdict(Outcome.PASSED, f"{told}{rest}", variants)
    reason = f"Nothing of the layer could be exercised.{rest or ' It brings nothing to try.'}"
    if gate.unexercised == "fail":
        told = f"{reason} The policy wants something to be (canary.unexercised: fail)."
        return Verdict(Outcome.CANARY_FAILED, told, variants)
    return Verdict(Outcome.NOT_EXERCISED, reason, variants)


def _broken(
    trials: Sequence[Trial],
    variants: Sequence[CanaryRun],
    gate: Canary,
    live: CanaryRecord | None,
) -> Iterator[str]:
    for trial in trials:
        failures = tuple(trial.failures())
        if failures:
            yield f"On {trial.place} something does not work: {_listed(failures)}."
    for trial in trials:
        errors = tuple(trial.errors())
        if len(errors) > gate.errors:
            total = len(trial.reading.invocations)
            yield (
                f"On {trial.place} {len(errors)} of {total} invocations failed, and the policy "
                f"allows {gate.errors}: {_listed(tuple(dict.fromkeys(errors)))}."
            )
    yield from too_slow(variants, gate, live)


def _pairs(
    variants: Sequence[CanaryRun], live: CanaryRecord | None
) -> Iterator[tuple[CanaryRun, CanaryRun]]:
    known = () if live is None else live.result.variants
    by_subject = {each.subject: each for each in known}
    for variant in variants:
        before = by_subject.get(variant.subject)
        if before is not None:
            yield variant, before


def _measures(variant: CanaryRun, before: CanaryRun) -> Iterator[tuple[str, Timing, Timing]]:
    measures = (
        ("Start-up", variant.startup, before.startup),
        ("A warm invocation", variant.warm, before.warm),
    )
    for name, now, then in measures:
        if now is not None and then is not None:
            yield name, now, then


def too_slow(
    variants: Sequence[CanaryRun], gate: Canary, live: CanaryRecord | None
) -> Iterator[str]:
    """Yield a sentence for each time that is longer than the gate allows, with both numbers."""
    if gate.slower_percent is None or live is None:
        return
    for variant, before in _pairs(variants, live):
        yield from _slower(variant, before, gate, gate.slower_percent, live)


def _slower(
    variant: CanaryRun, before: CanaryRun, gate: Canary, percent: int, live: CanaryRecord
) -> Iterator[str]:
    for name, now, then in _measures(variant, before):
        if min(now.samples, then.samples) < gate.minimum_samples:
            continue
        slower = now.median_ms - then.median_ms
        if slower > gate.slower_floor_ms and slower * 100 > then.median_ms * percent:
            yield (
                f"{name} {variant.subject} took {now.median_ms} ms "
                f"(median of {now.samples}), and {then.median_ms} ms (of {then.samples}) in "
                f"{live.version}, which is live: slower by more than the {percent} % "
                f"and {gate.slower_floor_ms} ms that the policy allows."
            )


def comparisons(
    variants: Sequence[CanaryRun], gate: Canary, live: CanaryRecord | None
) -> Iterator[str]:
    """Yield a sentence for each time that the live release has, too, with both numbers."""
    if live is None:
        return
    for variant, before in _pairs(variants, live):
        for name, now, then in _measures(variant, before):
            named = name if variant.consumer is None else f"{name} {variant.subject}"
            told = f"{named}: {_shown(now)} ({live.version}: {_shown(then)})"
            is_few = min(now.samples, then.samples) < gate.minimum_samples
            if is_few and gate.slower_percent is not None:
                yield f"{told}, not compared: too few samples ({gate.minimum_samples} needed)."
            else:
                yield f"{told}."


def _shown(timing: Timing) -> str:
    return f"{timing.median_ms} ms" if timing.median_ms else "under 1 ms"


def _sentence(variant: CanaryRun) -> str:
    text = ", ".join(variant.exercised)
    where = f"on {variant.runtime} {variant.architecture}"
    return f"{text[0].upper()}{text[1:]} {where}"


def _listed(items: Sequence[str]) -> str:
    more = len(items) - _SHOWN_FAILURES
    tail = f"; and {more} more" if more > 0 else ""
    return "; ".join(items[:_SHOWN_FAILURES]) + tail
