"""Try consumers: clones of functions that use the layer are invoked with the new version."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from layerlift.domain.errors import Fault
from layerlift.domain.events import EventType
from layerlift.domain.gates.consumers import Consumer
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import Release, TargetProgress, TargetState
from layerlift.ports.aws import Artifacts
from layerlift.ports.consumers import Clone, ConsumerCanaries, ConsumerVersion, Search
from layerlift.ports.registry import Registry
from layerlift.releasing.consumer_verdict import ConsumerTrial, judge_consumers
from layerlift.releasing.progress import Place
from layerlift.releasing.recollection import Recollection
from layerlift.releasing.records import consumers_key, write_consumers
from layerlift.releasing.trail import Clock
from layerlift.releasing.verdicts import Verdicts, answer, is_of

MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
"""What a synchronous invocation takes.
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

_VERDICTS = Verdicts(
    consumers_key,
    write_consumers,
    {
        Outcome.PASSED: EventType.CONSUMERS_PASSED,
        Outcome.NOT_EXERCISED: EventType.CONSUMERS_NOT_EXERCISED,
        Outcome.CANARY_FAILED: EventType.CONSUMERS_FAILED,
    },
)


@dataclass(frozen=True)
class _Asked:
    """A consumer of the policy, a version that was found of it, and the clone that is asked."""

    consumer: Consumer
    version: ConsumerVersion
    clone: Clone


def try_consumers(
    place: Place,
    *,
    registry: Registry,
    consumers: ConsumerCanaries,
    artifacts: Artifacts,
    clock: Clock,
) -> StepResult:
    """Return ``passed``, ``not_exercised`` or ``canary_failed``, and record which with its numbers.

    Without consumers in the policy it has passed, and nothing is recorded. The verdict of an
    attempt is found once: asked again, the step answers the one that it recorded.

    :raises Unavailable: if the target could not be reached or throttled; nothing was decided.
    :raises Fault: if the layer's own canary has not passed: it comes first.
    """
    release = place.release(registry)
    gate = release.stage(place.stage).canary
    if not gate.consumers:
        return StepResult(outcome=Outcome.PASSED, reason="The policy names no consumers.")
    recalled = Recollection(registry)
    progress = place.published(recalled).value
    held = _VERDICTS.find(place, recalled)
    if held is not None and is_of(held.value, progress):
        return answer(held.value)
    # By what was read before the verdict was looked for: another run may have failed it since.
    if progress.state not in (TargetState.CANARIED, TargetState.ACTIVE):
        raise Fault(f"the canary of {place.ref.layer} {place.ref.version} has not passed yet")
    trials, missing = _try_out(place, progress, release, consumers, artifacts)
    verdict = judge_consumers(trials, missing, gate, _VERDICTS.of_live(place, registry))
    if verdict.outcome is Outcome.CANARY_FAILED:
        # The reason becomes the whole promotion's, where others would ask where.
        reason = f"A consumer's canary in {place.target} failed. {verdict.reason}"
        verdict = replace(verdict, reason=reason)
    return _VERDICTS.keep(verdict, place, progress, held, recalled, clock)


def _try_out(
    place: Place,
    progress: TargetProgress,
    release: Release,
    consumers: ConsumerCanaries,
    artifacts: Artifacts,
) -> tuple[list[ConsumerTrial], list[str]]:
    """Return what the clones did, and why there are none of some consumers."""
    plan = release.stage(place.stage)
    asked: list[_Asked] = []
    missing: list[str] = []
    for consumer in plan.canary.consumers:
        search = consumers.find(place.target, consumer, plan.published_name)
        missing += _missing(consumer, search)
        payload = _payload(consumer, release, artifacts) if search.found else b""
        if isinstance(payload, str):
            missing.append(payload)
            continue
        asked += [
            _Asked(
                consumer,
                version,
                Clone(
                    version=version,
                    layer_arn=str(progress.layer_arn),
                    payload=payload,
                    cold=plan.canary.cold,
                    warm=plan.canary.warm,
                    seconds=consumer.seconds or version.seconds,
                    has_own_role=consumer.role == "own",
                    has_environment=consumer.environment == "copy",
                ),
            )
            for version in search.found[: consumer.at_most]
        ]
    readings = consumers.run(place.target, [one.clone for one in asked])
    trials = [
        ConsumerTrial(one.consumer, one.version, reading)
        for one, reading in zip(asked, readings, strict=True)
    ]
    return _controlled(place, asked, trials, consumers), missing


def _controlled(
    place: Place,
    asked: Sequence[_Asked],
    trials: Sequence[ConsumerTrial],
    consumers: ConsumerCanaries,
) -> list[ConsumerTrial]:
    """Return the trials; those that failed have also been made with the layer as it is now."""
    failed = [
        number
        for number, trial in enumerate(trials)
        if trial.fails and trial.version.layer_arn != asked[number].clone.layer_arn
    ]
    controls = [
        replace(asked[number].clone, layer_arn=trials[number].version.layer_arn)
        for number in failed
    ]
    if not controls:
        return list(trials)
    readings = dict(zip(failed, consumers.run(place.target, controls), strict=True))
    return [replace(trial, control=readings.get(number)) for number, trial in enumerate(trials)]


def _missing(consumer: Consumer, search: Search) -> Iterator[str]:
    yield from search.unfit
    if not search.found and not search.unfit:
        noun = "function" if search.looked_at == 1 else "functions"
        tail = f"none of {search.looked_at} {noun} has a published version that uses the layer"
        yield f"{consumer.label}: {tail if search.looked_at else 'there is no such function'}"
    if search.is_cut and len(search.found) < consumer.at_most:
        yield f"{consumer.label}: only the first {search.looked_at} functions were looked at"


def _payload(consumer: Consumer, release: Release, artifacts: Artifacts) -> bytes | str:
    """Return what a clone is asked, or why it cannot be (a text)."""
    key = consumer.payload_key
    if key is None:
        return json.dumps(consumer.payload).encode()
    found = artifacts.find(release.artifact.bucket, key, None)
    if found is None:
        return f"{consumer.label}: its payload {key} is not in the artifact bucket"
    if found.size > MAX_PAYLOAD_BYTES:
        return f"{consumer.label}: its payload {key} has {found.size:,} bytes; Lambda takes 6 MB"
    content = b"".join(found.stream())
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return f"{consumer.label}: its payload {key} is not JSON"
    return content
