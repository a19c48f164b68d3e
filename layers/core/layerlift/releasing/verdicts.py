"""The verdicts of a target's canaries, of the layer's own and of its consumers'.

The verdict of an attempt is found once: who asks again, or comes second, is answered with the one
that was recorded.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from layerlift.domain.canary import CanaryRecord, CanaryResult
from layerlift.domain.events import EventType
from layerlift.domain.names import LayerName, SemanticVersion, StageName, parse_version
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import LivePointer, TargetProgress, TargetState
from layerlift.domain.targets import Target
from layerlift.ports.registry import Key, Registry, Write
from layerlift.releasing.canary_verdict import Verdict
from layerlift.releasing.progress import Place
from layerlift.releasing.recollection import Recollection
from layerlift.releasing.records import Held, live_key, load, revision
from layerlift.releasing.trail import Clock, commit_with_event, release_event


class _AlreadyJudged(Exception):
    """Another run of the same canaries has recorded its verdict in between."""


@dataclass(frozen=True)
class Verdicts:
    """One kind of canaries: where its verdicts are recorded, and which events tell of them."""

    key: Callable[[LayerName, SemanticVersion, StageName, Target], Key]
    write: Callable[[CanaryRecord, int], Write]
    events: Mapping[Outcome, EventType]

    def find(self, place: Place, registry: Registry) -> Held[CanaryRecord] | None:
        """Return what is recorded of this release, be it of another attempt."""
        return self._load(place, place.ref.version, registry)

    def of_live(self, place: Place, registry: Registry) -> CanaryRecord | None:
        """Return the record of another release that is live in the target, or None."""
        live = load(registry, LivePointer, live_key(place.ref.layer, place.stage, place.target))
        pointer = None if live is None else live.value.pointer
        if pointer is None or pointer.version == place.ref.version:
            return None
        held = self._load(place, parse_version(pointer.version), registry)
        return None if held is None else held.value

    def keep(
        self,
        verdict: Verdict,
        place: Place,
        progress: TargetProgress,
        before: Held[CanaryRecord] | None,
        registry: Recollection,
        clock: Clock,
    ) -> StepResult:
        """Record the verdict with its numbers, in the place of what was there before the trial.

        The first try builds on what ``registry`` knows from before the trial, ``progress`` too:
        both records are written, so that a change during the trial refuses it.
        """
        record = _record(place, progress, verdict, clock)
        try:
            if self._commit(place, progress, record, before, registry, clock):
                return answer(record)
        except _AlreadyJudged:
            other = self.find(place, registry)
            return answer(record if other is None else other.value)
        # A verdict of this outcome was told before: by another run, or by a commit of this one
        # whose answer was lost. What it recorded counts, if that is about the same version.
        told = self.find(place, registry)
        is_same = told is not None and is_of(told.value, progress)
        return answer(told.value if told is not None and is_same else record)

    def _load(
        self, place: Place, version: SemanticVersion, registry: Registry
    ) -> Held[CanaryRecord] | None:
        key = self.key(place.ref.layer, version, place.stage, place.target)
        return load(registry, CanaryRecord, key)

    def _commit(
        self,
        place: Place,
        progress: TargetProgress,
        record: CanaryRecord,
        before: Held[CanaryRecord] | None,
        registry: Recollection,
        clock: Clock,
    ) -> bool:
        result = record.result
        outcome = Outcome(result.outcome)
        event = release_event(
            self.events[outcome],
            place.ref,
            clock(),
            stage=place.stage,
            target=place.target,
            outcome=outcome,
            reason=result.reason,
            layer_arn=record.layer_arn,
            version_number=progress.version_number,
            canary=result.variants,
        )
        has_failed = outcome is Outcome.CANARY_FAILED
        state = TargetState.FAILED if has_failed else TargetState.CANARIED

        def changes() -> tuple[Write, ...]:
            current = self.find(place, registry)
            if current is not None and revision(current) != revision(before):
                raise _AlreadyJudged
            return (
                place.advance(place.published(registry), clock, state, reason=result.reason),
                self.write(record, revision(before)),
            )

        return commit_with_event(registry, event, changes)


def answer(record: CanaryRecord) -> StepResult:
    """Return what the step says of a verdict."""
    return StepResult(outcome=Outcome(record.result.outcome), reason=record.result.reason)


def is_of(record: CanaryRecord, progress: TargetProgress) -> bool:
    """Say whether the verdict is on this attempt and on the version that it has published."""
    return record.attempt == progress.attempt and record.layer_arn == progress.layer_arn


def _record(place: Place, progress: TargetProgress, verdict: Verdict, clock: Clock) -> CanaryRecord:
    return CanaryRecord(
        layer=place.ref.layer,
        version=place.ref.version,
        attempt=place.ref.attempt,
        stage=place.stage,
        target=place.target,
        layer_arn=str(progress.layer_arn),
        result=CanaryResult(
            outcome=verdict.outcome,
            reason=verdict.reason,
            variants=verdict.variants,
            ran_at=clock(),
        ),
    )
