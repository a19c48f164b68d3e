"""Canary: a function in the target imports what the layer brings, before anyone else can."""

from collections.abc import Sequence

from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import TargetState
from layerlift.ports.aws import Canaries, CanaryReading
from layerlift.ports.registry import Registry
from layerlift.releasing.progress import Place
from layerlift.releasing.trail import Clock, commit_with_event, release_event

_SHOWN_FAILURES = 5


def run_canary(
    place: Place,
    *,
    default_runtime: str,
    default_architecture: str,
    registry: Registry,
    canaries: Canaries,
    clock: Clock,
) -> StepResult:
    """Return ``passed`` or ``canary_failed``, and record which.

    The function runs on the default runtime and architecture where the layer serves them, else on
    the newest Python and the first architecture that it does. A layer without Python modules is
    attached and unpacked by Lambda, and the reason says that nothing more was exercised.

    :raises Unavailable: if the target could not be reached or throttled; nothing was decided.
    """
    release = place.release(registry)
    progress = place.published(registry)
    reading = canaries.run(
        place.target,
        layer_arn=str(progress.layer_arn),
        runtime=_runtime(release.runtimes, default_runtime),
        architecture=_architecture(release.architectures, default_architecture),
        modules=release.modules,
    )
    passed = not reading.failures
    outcome = Outcome.PASSED if passed else Outcome.CANARY_FAILED
    reason = _explain(reading, str(place.target))
    event = release_event(
        EventType.CANARY_PASSED if passed else EventType.CANARY_FAILED,
        place.ref,
        clock(),
        stage=place.stage,
        target=place.target,
        outcome=outcome,
        reason=reason,
        layer_arn=progress.layer_arn,
        version_number=progress.version_number,
    )
    state = TargetState.CANARIED if passed else TargetState.FAILED
    commit_with_event(
        registry, event, lambda: (place.update(registry, clock, state, reason=reason),)
    )
    return StepResult(outcome=outcome, reason=reason)


def _runtime(served: Sequence[str], default: str) -> str:
    pythons = [runtime for runtime in served if runtime.startswith("python")]
    if not pythons or default in pythons:
        return default
    return max(pythons, key=_runtime_order)


def _architecture(served: Sequence[str], default: str) -> str:
    return default if default in served else next(iter(served), default)


def _runtime_order(runtime: str) -> tuple[int, ...]:
    return tuple(int(part) for part in runtime.removeprefix("python").split("."))


def _explain(reading: CanaryReading, target: str) -> str:
    if reading.failures:
        shown = "; ".join(f"{f.module}: {f.error}" for f in reading.failures[:_SHOWN_FAILURES])
        more = len(reading.failures) - _SHOWN_FAILURES
        tail = f"; and {more} more" if more > 0 else ""
        return f"The canary in {target} could not import what the layer brings: {shown}{tail}."
    if reading.imported == 0:
        return "Attached and unpacked; not exercised further: the layer brings no Python module."
    noun = "module" if reading.imported == 1 else "modules"
    return f"Imported {reading.imported} {noun}."
