"""Publish: exactly one layer version per digest and target, however often it is tried.

PublishLayerVersion is not idempotent (the same bytes twice are two versions), and its answer can
be lost. So a publisher

1. looks for a version that is already there, by its description and then by its ``CodeSha256``;
2. takes a lease in the registry by compare-and-swap, so that no other publisher is between this
   step and the next;
3. asks Lambda once, without the SDK's own retries;
4. if the answer is lost, looks again; if nothing is to be seen yet, leaves the lease in place.
   Whoever comes next waits until the lost request can no longer take effect, looks, and only
   then asks again.

The lease outlasts the function that took it, so a publisher that died holds nothing up for long,
and one that still runs is never joined by a second.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from layerlift.domain.errors import AnswerLost, Fault, Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.names import LayerName, code_sha256, version_description
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.pointers import pointer_names
from layerlift.domain.release import PublishRecord, PublishState, Release, TargetState
from layerlift.domain.targets import target_bucket
from layerlift.ports.aws import Artifacts, Layers, LayersIn, LayerVersion, content_key
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.progress import Place
from layerlift.releasing.recollection import Recollection
from layerlift.releasing.records import Held, load, publish_key, revision, write_publish
from layerlift.releasing.trail import Clock, commit_with_event, release_event

SETTLE = timedelta(seconds=90)
"""How long a publish that was begun may still take effect: longer than the function that asked for
it can live (60 s, ``template.yaml``) plus the time Lambda may take to carry it out."""

_UNKNOWN_FLOOR_SCAN = 100
"""How many of the newest versions are looked at when no record says where ours begin."""


def publish(
    place: Place,
    owner: str,
    *,
    control_plane: str,
    registry: Registry,
    artifacts: Artifacts,
    layers_in: LayersIn,
    clock: Clock,
) -> StepResult:
    """Return ``published``, ``unavailable`` (ask again), or ``digest_mismatch``.

    ``owner`` tells this try from every other, as a request id does.

    :raises AccessRefused: if a permission is missing.
    :raises Fault: if AWS refuses the request in a way that repeating does not help.
    """
    release = place.release(registry)
    name = release.stage(place.stage).published_name
    layers = layers_in(place.target)
    recalled = Recollection(registry)
    held = load(recalled, PublishRecord, publish_key(name, place.target, release.digest))
    # The time comes first: what takes effect after the look must still be waited for.
    looked_at = clock()
    seen = _find(release, name, layers, held)
    version = seen.version
    if version is None:
        waiting = _still_settling(held, looked_at)
        if waiting:
            return StepResult(outcome=Outcome.UNAVAILABLE, reason=waiting)
        bucket = target_bucket(control_plane, place.target)
        key = content_key(release.layer, release.digest)
        artifacts.copy(release.artifact, release.size, place.target, bucket, key)
        record = _take_lease(place, name, release, seen.newest, held, owner, recalled, clock)
        if record is None:
            reason = f"another publisher of {name} is at work in {place.target}"
            return StepResult(outcome=Outcome.UNAVAILABLE, reason=reason)
        version = _ask_lambda(release, name, layers, record, recalled, bucket, key)
        if version is None:
            reason = f"Lambda's answer for {name} in {place.target} was lost; looking again soon"
            return StepResult(outcome=Outcome.UNAVAILABLE, reason=reason)
    return _record(place, name, release, version, recalled, clock)


@dataclass(frozen=True)
class _Look:
    """The version that has the release's bytes, and the newest number of all, 0 if not listed."""

    version: LayerVersion | None
    newest: int = 0


def _find(
    release: Release, name: LayerName, layers: Layers, held: Held[PublishRecord] | None
) -> _Look:
    """Look for the version that has the release's bytes, the lowest if there are several."""
    record = None if held is None else held.value
    if record is not None and record.version_number is not None:
        known = layers.describe(name, record.version_number)
        if known is not None and known.code_sha256 == code_sha256(release.digest):
            return _Look(known)
    found: LayerVersion | None = None
    newest = 0
    description = version_description(release.version, release.digest)
    for seen, version in enumerate(layers.versions(name)):
        newest = max(newest, version.number)
        if record is not None and version.number <= record.floor:
            break
        if record is None and seen >= _UNKNOWN_FLOOR_SCAN:
            break
        if version.description == description:
            described = layers.describe(name, version.number)
            if described is not None and described.code_sha256 == code_sha256(release.digest):
                found = described
    return _Look(found, newest)


def _still_settling(held: Held[PublishRecord] | None, now: datetime) -> str:
    """Say why it is too early to ask Lambda (again); empty if it is not."""
    record = None if held is None else held.value
    if record is None or record.state is not PublishState.PENDING or record.settles_at is None:
        return ""
    if now >= record.settles_at:
        return ""
    return (
        f"a publish of {record.published_name} in {record.target} was begun and its result is not "
        f"known; it can take effect until {record.settles_at:%H:%M:%S} UTC"
    )


def _take_lease(
    place: Place,
    name: LayerName,
    release: Release,
    newest: int,
    held: Held[PublishRecord] | None,
    owner: str,
    registry: Registry,
    clock: Clock,
) -> Held[PublishRecord] | None:
    """Take the lease, unless the record has changed since ``held`` was read.

    The first lease says that no version up to ``newest``, seen before it, has the bytes.
    """
    floor = held.value.floor if held is not None else newest
    record = PublishRecord(
        published_name=name,
        digest=release.digest,
        target=place.target,
        state=PublishState.PENDING,
        floor=floor,
        owner=owner,
        settles_at=clock() + SETTLE,
    )
    if registry.commit(write_publish(record, revision(held))):
        return Held(record, revision(held) + 1)
    # The commit may have worked and only its answer been lost: then the lease names this owner.
    now_held = load(registry, PublishRecord, publish_key(name, place.target, release.digest))
    return now_held if now_held is not None and now_held.value == record else None


def _ask_lambda(
    release: Release,
    name: LayerName,
    layers: Layers,
    lease: Held[PublishRecord],
    registry: Registry,
    bucket: str,
    key: str,
) -> LayerVersion | None:
    """Publish, and return the version; None if the answer was lost and nothing is to be seen."""
    try:
        return layers.publish(
            name,
            description=version_description(release.version, release.digest),
            bucket=bucket,
            key=key,
            runtimes=release.runtimes,
            architectures=release.architectures,
        )
    except AnswerLost:
        return _find(release, name, layers, lease).version
    except Fault:
        # Lambda did say no, so nothing can take effect later: let the next try ask at once.
        idle = lease.value.model_copy(update={"state": PublishState.IDLE, "settles_at": None})
        registry.commit(write_publish(idle, lease.revision))
        raise


def _record(
    place: Place,
    name: LayerName,
    release: Release,
    version: LayerVersion,
    registry: Registry,
    clock: Clock,
) -> StepResult:
    if version.code_sha256 != code_sha256(release.digest):
        return _record_mismatch(place, name, release, version, registry, clock)
    event = release_event(
        EventType.VERSION_PUBLISHED,
        place.ref,
        clock(),
        stage=place.stage,
        target=place.target,
        outcome=Outcome.PUBLISHED,
        layer_arn=version.arn,
        version_number=version.number,
        pointer=pointer_names(place.stage, place.ref.layer)[0],
    )
    result = {
        "layer_arn": version.arn,
        "version_number": version.number,
        "code_sha256": version.code_sha256,
    }

    def changes() -> tuple[Write, ...]:
        update = place.update(registry, clock, TargetState.PUBLISHED, **result)
        return (*_settled(place, name, release, version, registry), update)

    if not commit_with_event(registry, event, changes):
        # This very step has told of it before, of a version that is gone if this is another.
        _settle(place, name, release, version, registry)
    return StepResult(outcome=Outcome.PUBLISHED)


def _record_mismatch(
    place: Place,
    name: LayerName,
    release: Release,
    version: LayerVersion,
    registry: Registry,
    clock: Clock,
) -> StepResult:
    """Record that Lambda has other bytes than the artifact; nothing will ever point to them."""
    reason = (
        f"{version.arn} has CodeSha256 {version.code_sha256}, the artifact has "
        f"{code_sha256(release.digest)}: the bytes changed on the way."
    )
    _settle(place, name, release, None, registry)
    event = release_event(
        EventType.VERSION_MISMATCHED,
        place.ref,
        clock(),
        stage=place.stage,
        target=place.target,
        occasion=version.arn,
        outcome=Outcome.DIGEST_MISMATCH,
        reason=reason,
        layer_arn=version.arn,
        version_number=version.number,
    )
    commit_with_event(
        registry,
        event,
        lambda: (place.update(registry, clock, TargetState.FAILED, reason=reason),),
    )
    return StepResult(outcome=Outcome.DIGEST_MISMATCH, reason=reason)


def _settle(
    place: Place,
    name: LayerName,
    release: Release,
    version: LayerVersion | None,
    registry: Registry,
) -> None:
    """Keep what came of the publish; None: nothing of use."""
    for _ in range(5):
        writes = _settled(place, name, release, version, registry)
        if not writes or registry.commit(*writes):
            return
    raise Unavailable(f"the publish record of {name} in {place.target} kept changing")


def _settled(
    place: Place,
    name: LayerName,
    release: Release,
    version: LayerVersion | None,
    registry: Registry,
) -> tuple[Write, ...]:
    """Return what keeps the result, so that later looks are one call; nothing if it is kept."""
    held = load(registry, PublishRecord, publish_key(name, place.target, release.digest))
    below = 0 if version is None else version.number - 1
    settled = PublishRecord(
        published_name=name,
        digest=release.digest,
        target=place.target,
        state=PublishState.IDLE if version is None else PublishState.DONE,
        floor=below if held is None else held.value.floor,
        version_number=None if version is None else version.number,
        layer_arn=None if version is None else version.arn,
    )
    if held is not None and held.value == settled:
        return ()
    return (write_publish(settled, revision(held)),)
