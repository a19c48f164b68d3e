"""Grant: let others read a layer version, and look at it with a consumer's eyes.

The version's policy is made to say exactly what the stage grants: what is missing is added, what
an earlier attempt granted and the policy no longer wants is removed, and statements that somebody
else wrote are left alone. Nothing points to the version yet, so a consumer never finds a pointer
to a version that it may not read.
"""

from datetime import datetime, timedelta

from layerlift.domain.errors import AccessRefused, Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.gates.grants import Grants
from layerlift.domain.layer_statements import is_ours, wanted_statements
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import TargetProgress, TargetState
from layerlift.ports.aws import LayerPermissions, Readers
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.progress import Place
from layerlift.releasing.trail import Clock, commit_with_event, release_event

PROPAGATION = timedelta(seconds=60)
"""How long a refusal may only mean that a grant, or a new role, has not got around yet. IAM says
"a few seconds" and promises nothing
(https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html)."""

_TRIES = 5


def grant(
    place: Place,
    *,
    registry: Registry,
    permissions: LayerPermissions,
    readers: Readers,
    clock: Clock,
) -> StepResult:
    """Return ``granted``, ``unavailable`` (ask again: a grant takes its time), or ``unreadable``.

    :raises Fault: if the target's canary has not passed: nothing is granted before that.
    :raises AccessRefused: if the control plane itself lacks a permission.
    :raises Unavailable: if the target could not be reached.
    """
    plan = place.release(registry).stage(place.stage)
    progress = place.canaried(registry).value
    _make_it_say(place, str(progress.layer_arn), plan.grants, permissions)
    granted_at = progress.granted_at or clock()
    who = _who_may_read(plan.grants)
    _record(place, progress, EventType.VERSION_GRANTED, who, granted_at, registry, clock)
    if plan.grants.reader is None:
        return StepResult(outcome=Outcome.GRANTED, reason=who)
    refusal = _look(plan.grants, place, progress, readers)
    if not refusal:
        read = f"{plan.grants.reader} has read it."
        _record(place, progress, EventType.VERSION_READ, read, granted_at, registry, clock)
        return StepResult(outcome=Outcome.GRANTED, reason=read)
    if clock() < granted_at + PROPAGATION:
        return StepResult(outcome=Outcome.UNAVAILABLE, reason=refusal)
    _record(place, progress, EventType.VERSION_UNREADABLE, refusal, granted_at, registry, clock)
    return StepResult(outcome=Outcome.UNREADABLE, reason=refusal)


def _make_it_say(
    place: Place, layer_arn: str, grants: Grants, permissions: LayerPermissions
) -> None:
    """Change the version's policy until a look at it shows what the stage grants."""
    wanted = set(wanted_statements(place.stage, grants))
    for _ in range(_TRIES):
        said = {s for s in permissions.read(place.target, layer_arn) if is_ours(s.sid, place.stage)}
        if said == wanted:
            return
        for statement in sorted(said - wanted, key=lambda s: s.sid):
            permissions.remove(place.target, layer_arn, statement.sid)
        for statement in sorted(wanted - said, key=lambda s: s.sid):
            permissions.add(place.target, layer_arn, statement)
    raise Unavailable(f"the policy of {layer_arn} does not yet say what was granted")


def _look(grants: Grants, place: Place, progress: TargetProgress, readers: Readers) -> str:
    """Read the version as a consumer does; return what is wrong, empty if nothing is."""
    reader = str(grants.reader)
    try:
        seen = readers.read(reader, place.target, str(progress.layer_arn))
    except AccessRefused as refused:
        return (
            f"{reader} cannot read {progress.layer_arn}: {refused}. Check that the role is there, "
            "trusts the grant function's role, and may do lambda:GetLayerVersion."
        )
    if seen.code_sha256 != progress.code_sha256:
        return (
            f"{reader} reads {progress.layer_arn} with the CodeSha256 {seen.code_sha256}, its "
            f"owner with {progress.code_sha256}. Nobody should use it before that is explained."
        )
    return ""


def _who_may_read(grants: Grants) -> str:
    parts = []
    if grants.accounts:
        noun = "account" if len(grants.accounts) == 1 else "accounts"
        parts.append(f"the {noun} {', '.join(grants.accounts)}")
    if grants.organization is not None:
        parts.append(f"the organization {grants.organization}")
    if not parts:
        return "Only the account that owns it may read it."
    checked = "" if grants.reader else " Not checked by a consumer: the policy names no reader."
    return f"It may be read by {' and '.join(parts)}.{checked}"


def _record(
    place: Place,
    progress: TargetProgress,
    kind: EventType,
    reason: str,
    granted_at: datetime,
    registry: Registry,
    clock: Clock,
) -> None:
    failed = kind is EventType.VERSION_UNREADABLE
    event = release_event(
        kind,
        place.ref,
        clock(),
        stage=place.stage,
        target=place.target,
        outcome=Outcome.UNREADABLE if failed else Outcome.GRANTED,
        reason=reason,
        layer_arn=progress.layer_arn,
        version_number=progress.version_number,
    )

    def change() -> tuple[Write, ...]:
        if failed:
            return (place.update(registry, clock, TargetState.FAILED, reason=reason),)
        return (place.update(registry, clock, progress.state, granted_at=granted_at),)

    commit_with_event(registry, event, change)
