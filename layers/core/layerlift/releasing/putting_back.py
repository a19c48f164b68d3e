"""Putting back: all pointers of a stage that an attempt has moved, at once, and within seconds."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from layerlift.domain.errors import Fault
from layerlift.domain.events import EventType
from layerlift.domain.names import StageName
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.pointers import pointer_names
from layerlift.domain.release import ReleaseRef, TargetProgress, TargetState
from layerlift.domain.targets import Target
from layerlift.ports.aws import Pointers
from layerlift.ports.registry import Registry
from layerlift.releasing.pointers import restore
from layerlift.releasing.progress import Place
from layerlift.releasing.records import layer_partition, load_all
from layerlift.releasing.trail import Clock, commit_with_event, release_event

_AT_ONCE = 32
"""Targets worked on at the same time: the calls wait for the network, not for the processor."""

_TRIES = 2
"""Tries a target is given here, each with the SDK's own; afterwards it is the reconciler's."""


def touched_targets(
    registry: Registry, ref: ReleaseRef, stage: StageName
) -> tuple[TargetProgress, ...]:
    """Return how far this attempt is in each target that it has come to."""
    prefix = f"TARGET#{ref.version}#{stage}#"
    listed = load_all(registry, TargetProgress, layer_partition(ref.layer), prefix)
    return tuple(progress for progress in listed if progress.attempt == ref.attempt)


def put_back(
    ref: ReleaseRef,
    stage: StageName,
    targets: Sequence[Target],
    *,
    registry: Registry,
    pointers: Pointers,
    clock: Clock,
) -> tuple[str, ...]:
    """Restore the pointer of every target; return what is wrong with those that are stuck."""

    def one(target: Target) -> StepResult:
        place = Place(ref, stage, target)
        return _put_back(place, registry=registry, pointers=pointers, clock=clock)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        results = tuple(pool.map(one, targets))
    return tuple(result.reason for result in results if result.outcome is Outcome.STUCK)


def _put_back(place: Place, *, registry: Registry, pointers: Pointers, clock: Clock) -> StepResult:
    problem = ""
    for _ in range(_TRIES):
        try:
            return restore(place, registry=registry, pointers=pointers, clock=clock)
        except Fault as fault:
            problem = str(fault)
    return record_stuck(place, problem, registry=registry, clock=clock)


def record_stuck(place: Place, problem: str, *, registry: Registry, clock: Clock) -> StepResult:
    """Record that a pointer could not be put back; the reconciler goes on trying.

    A target whose pointer this attempt has not moved, or that is back already, is not stuck.
    """
    held = place.progress(registry)
    if held is None or not held.value.snapshot_taken or held.value.state is TargetState.INACTIVE:
        return StepResult(outcome=Outcome.INACTIVE)
    before = held.value.previous
    wanted = "nothing" if before is None else before.version
    reason = f"The pointer in {place.target} should say {wanted} and could not be moved: {problem}"
    event = release_event(
        EventType.POINTER_STUCK,
        place.ref,
        clock(),
        stage=place.stage,
        target=place.target,
        outcome=Outcome.STUCK,
        reason=reason,
        pointer=pointer_names(place.stage, place.ref.layer)[0],
    )
    commit_with_event(
        registry,
        event,
        lambda: (place.update(registry, clock, TargetState.STUCK, reason=reason),),
    )
    return StepResult(outcome=Outcome.STUCK, reason=reason)
