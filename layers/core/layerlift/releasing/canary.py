"""Canary: functions in the target try what the layer brings, before anyone else can."""

from dataclasses import replace

from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import Release, TargetProgress
from layerlift.ports.aws import Canaries
from layerlift.ports.registry import Registry
from layerlift.releasing.canary_plans import Defaults, plan_canaries
from layerlift.releasing.canary_verdict import Trial, Verdict, judge
from layerlift.releasing.progress import Place
from layerlift.releasing.recollection import Recollection
from layerlift.releasing.records import canary_key, write_canary
from layerlift.releasing.trail import Clock
from layerlift.releasing.verdicts import Verdicts, answer, is_of

_VERDICTS = Verdicts(
    canary_key,
    write_canary,
    {
        Outcome.PASSED: EventType.CANARY_PASSED,
        Outcome.NOT_EXERCISED: EventType.CANARY_NOT_EXERCISED,
        Outcome.CANARY_FAILED: EventType.CANARY_FAILED,
    },
)


def run_canary(
    place: Place, *, defaults: Defaults, registry: Registry, canaries: Canaries, clock: Clock
) -> StepResult:
    """Return ``passed``, ``not_exercised`` or ``canary_failed``, and record which with its numbers.

    The verdict of an attempt is found once: asked again, the step answers the one that it recorded.

    :raises Unavailable: if the target could not be reached or throttled; nothing was decided.
    """
    recalled = Recollection(registry)
    progress = place.published(recalled).value
    held = _VERDICTS.find(place, recalled)
    if held is not None and is_of(held.value, progress):
        return answer(held.value)
    verdict = _try_out(place, progress, place.release(registry), defaults, registry, canaries)
    return _VERDICTS.keep(verdict, place, progress, held, recalled, clock)


def _try_out(
    place: Place,
    progress: TargetProgress,
    release: Release,
    defaults: Defaults,
    registry: Registry,
    canaries: Canaries,
) -> Verdict:
    gate = release.stage(place.stage).canary
    plans, missing = plan_canaries(release, gate, defaults)
    readings = canaries.run(place.target, str(progress.layer_arn), plans)
    check = release.contents.check
    expect = None if check is None else check.expect
    trials = [Trial(plan, read, expect) for plan, read in zip(plans, readings, strict=True)]
    verdict = judge(trials, missing, gate, _VERDICTS.of_live(place, registry))
    if verdict.outcome is not Outcome.CANARY_FAILED:
        return verdict
    # The reason becomes the whole promotion's, where others would ask where.
    return replace(verdict, reason=f"The canary in {place.target} failed. {verdict.reason}")
