"""Watch live: the canary runs again against what is live, and its numbers are shown.

What was live and proven may stop working: the layer version is deleted, a runtime is renewed under
it, what its own check asks for is gone. Nothing is moved because of it, since nobody knows whether
an older version fares better; people are told, and a bake may watch the alarm.

A look belongs to the record that it found and to the pointer that it looked at. If either has
changed when it is done, it is dropped: somebody else has looked, or something else is live.
"""

from dataclasses import dataclass

from layerlift.domain.canary import CanaryResult
from layerlift.domain.errors import Fault, InvalidText, Unavailable
from layerlift.domain.gates.canary import Canary
from layerlift.domain.live_canary import LiveCanary, LivePlace
from layerlift.domain.names import parse_layer_name, parse_version
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.pointers import Pointer
from layerlift.domain.release import (
    LivePointer,
    PromotionLock,
    Release,
    StageProgress,
    StageState,
)
from layerlift.ports.aws import Canaries, LayersIn, Promotions
from layerlift.ports.live_gauges import LiveGauges
from layerlift.ports.registry import Registry
from layerlift.releasing.canary_plans import Defaults, plan_canaries
from layerlift.releasing.canary_verdict import Trial, Verdict, judge
from layerlift.releasing.live_canary_records import live_canary_key
from layerlift.releasing.live_canary_story import Overtaken, commit_look, show
from layerlift.releasing.policies import read_policy
from layerlift.releasing.records import Held, live_key, load, lock_key, release_key, stage_key
from layerlift.releasing.reserving import is_alive
from layerlift.releasing.trail import Clock


@dataclass(frozen=True)
class LiveWatch:
    """The ports that a look needs."""

    defaults: Defaults
    registry: Registry
    canaries: Canaries
    layers_in: LayersIn
    promotions: Promotions
    gauges: LiveGauges
    clock: Clock

    def look(self, place: LivePlace) -> StepResult:
        """Return ``passed``, ``not_exercised`` or ``canary_failed``, and record and show it.

        ``skipped`` if somebody else is at work there, or what is live is not of this control plane;
        ``ended`` if nothing is live, or the policy has it watched no more.

        :raises Unavailable: if the target could not be reached or throttled; nothing is known.
        :raises Fault: if a canary cannot be made, although the layer version is there.
        """
        held = load(self.registry, LiveCanary, live_canary_key(place))
        live = self._live(place)
        pointer = None if live is None else live.value.pointer
        ended = self._ended(place, pointer)
        if ended:
            return self._end(place, held, live, ended)
        busy = self._busy(place)
        release = None if pointer is None else self._release(place, pointer)
        if busy or pointer is None or release is None:
            foreign = f"What is live of {place} is not a release of this control plane."
            return StepResult(outcome=Outcome.SKIPPED, reason=busy or foreign)
        if held is None or not held.value.is_watched or held.value.layer_arn != pointer.arn:
            self.gauges.watch(place)
        verdict = self._try_out(place, pointer, release)
        return self._record(place, held, live, pointer, release, verdict)

    def _live(self, place: LivePlace) -> Held[LivePointer] | None:
        key = live_key(place.layer, place.stage, place.target)
        return load(self.registry, LivePointer, key)

    def _ended(self, place: LivePlace, pointer: Pointer | None) -> str:
        """Say why there is nothing to watch; empty if there is."""
        if pointer is None:
            return f"Nothing of {place.layer} is live in {place.stage} there any more."
        policy = read_policy(self.registry)
        stages = () if policy is None else policy.stages
        if any(s.name == place.stage and s.canary.watch_seconds for s in stages):
            return ""
        return f"The policy has {place.stage} watched no more (canary.watch)."

    def _busy(self, place: LivePlace) -> str:
        """Say who is moving pointers of the layer in the stage; empty if nobody is.

        A promotion that waits, is held or bakes moves none, and may do so for days.
        """
        held = load(self.registry, PromotionLock, lock_key(place.layer, place.stage))
        if held is None or not is_alive(held.value, self.promotions, self.clock()):
            return ""
        lock = held.value
        if lock.until is None and lock.owner_version is not None:
            owner = load(self.registry, Release, release_key(place.layer, lock.owner_version))
            if owner is not None and not self._is_moving(place, owner.value):
                return ""
        return f"{place.layer} is being moved in {place.stage}."

    def _is_moving(self, place: LivePlace, owner: Release) -> bool:
        held = load(self.registry, StageProgress, stage_key(owner.ref, place.stage))
        return held is None or held.value.state is StageState.RUNNING

    def _release(self, place: LivePlace, pointer: Pointer) -> Release | None:
        """Return what a pointer names, None for what others have put there."""
        try:
            version = parse_version(pointer.version)
        except InvalidText:
            return None
        held = load(self.registry, Release, release_key(place.layer, version))
        is_known = held is not None and any(p.name == place.stage for p in held.value.stages)
        return held.value if held is not None and is_known else None

    def _try_out(self, place: LivePlace, pointer: Pointer, release: Release) -> Verdict:
        gate = _lenient(release.stage(place.stage).canary)
        plans, missing = plan_canaries(release, gate, self.defaults)
        try:
            readings = self.canaries.run(place.target, pointer.arn, plans)
        except Unavailable:
            raise
        except Fault:
            if self._is_there(place, pointer):
                raise
            reason = (
                f"{pointer.arn} is not there any more: somebody has deleted it. Functions that "
                "have it keep running, and nothing new can attach it."
            )
            return Verdict(Outcome.CANARY_FAILED, reason, ())
        check = release.contents.check
        expect = None if check is None else check.expect
        trials = [Trial(plan, read, expect) for plan, read in zip(plans, readings, strict=True)]
        return judge(trials, missing, gate, None)

    def _is_there(self, place: LivePlace, pointer: Pointer) -> bool:
        *_, name, number = pointer.arn.split(":")
        layers = self.layers_in(place.target)
        return layers.describe(parse_layer_name(name), int(number)) is not None

    def _record(
        self,
        place: LivePlace,
        held: Held[LiveCanary] | None,
        live: Held[LivePointer] | None,
        pointer: Pointer,
        release: Release,
        verdict: Verdict,
    ) -> StepResult:
        now = self.clock()
        is_failing = verdict.outcome is Outcome.CANARY_FAILED
        is_same = held is not None and held.value.layer_arn == pointer.arn
        before = held.value.failing_since if held is not None and is_same else None
        found = LiveCanary(
            place=place,
            release=release.ref,
            layer_arn=pointer.arn,
            result=CanaryResult(
                outcome=verdict.outcome,
                reason=verdict.reason,
                variants=verdict.variants,
                ran_at=now,
            ),
            failing_since=(before or now) if is_failing else None,
        )
        return self._commit(found, held, live)

    def _end(
        self,
        place: LivePlace,
        held: Held[LiveCanary] | None,
        live: Held[LivePointer] | None,
        reason: str,
    ) -> StepResult:
        if held is None or not held.value.is_watched:
            return StepResult(outcome=Outcome.ENDED, reason=reason)
        self.gauges.unwatch(place)
        result = CanaryResult(
            outcome=Outcome.ENDED, reason=reason, variants=(), ran_at=self.clock()
        )
        change = {"result": result, "failing_since": None, "is_watched": False}
        return self._commit(held.value.model_copy(update=change), held, live)

    def _commit(
        self, found: LiveCanary, held: Held[LiveCanary] | None, live: Held[LivePointer] | None
    ) -> StepResult:
        try:
            commit_look(found, held, live, self.registry)
        except Overtaken as why:
            return StepResult(outcome=Outcome.SKIPPED, reason=str(why))
        show(found, self.registry, self.gauges)
        return StepResult(outcome=Outcome(found.result.outcome), reason=found.result.reason)


def _lenient(gate: Canary) -> Canary:
    """Return the gate without what only decides whether a release may go on."""
    return gate.model_copy(update={"unexercised": "allow", "slower_percent": None})
