"""Approval: a promotion waits on a task token until as many people agree as the policy asks for.

:mod:`layerlift.releasing.decision` takes what they decide.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from layerlift.domain.approval import Approval
from layerlift.domain.errors import Fault
from layerlift.domain.events import EventType, event_id
from layerlift.domain.names import StageName
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import Release, ReleaseRef, StageProgress, StageState
from layerlift.ports.approvals import Consumers
from layerlift.ports.aws import Artifacts, Promotions, Schedules
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.approval_facts import gather_facts
from layerlift.releasing.decision import Decision
from layerlift.releasing.records import (
    APPROVALS_INDEX,
    approval_key,
    load,
    release_key,
    revision,
    stage_key,
    write_approval,
)
from layerlift.releasing.task_tokens import keep_token
from layerlift.releasing.trail import Clock, commit_with_event, release_event
from layerlift.releasing.waiting import pass_on, release_of, write_stage_state

NEWEST = 50
"""How many open requests are listed at most."""


def request_approval(
    ref: ReleaseRef,
    stage: StageName,
    task_token: str,
    *,
    registry: Registry,
    tokens: Registry,
    promotions: Promotions,
    schedules: Schedules,
    artifacts: Artifacts,
    consumers: Consumers,
    clock: Clock,
) -> None:
    """Open the request until the policy's time is up, or hand it the token of a new try.

    If the decision was made while the state machine was trying again, it is passed on at once.

    :raises Fault: if the registry does not know the release.
    :raises Unavailable: if others kept changing the request.
    """
    held = load(registry, Release, release_key(ref.layer, ref.version))
    if held is None:
        raise Fault(f"{ref.layer} {ref.version} is not in the registry")
    # First: whoever decides after this finds the token, and what was decided before is read below.
    keep_token(ref.layer, ref.version, stage, ref.attempt, task_token, tokens=tokens)
    approval = find_approval(ref, stage, registry)
    if approval is None:
        facts = gather_facts(
            held.value, stage, registry=registry, artifacts=artifacts, consumers=consumers
        )
        now = clock()
        rules = held.value.stage(stage).approvals
        approval = _open(
            Approval(
                layer=ref.layer,
                version=ref.version,
                attempt=ref.attempt,
                stage=stage,
                digest=ref.digest,
                rules=rules,
                requested_at=now,
                expires_at=now + timedelta(seconds=rules.seconds),
                requester=artifacts.requester(held.value.artifact),
                facts=facts,
                report_url=ref.report_url,
            ),
            registry,
        )
    if approval.decision is not None:
        pass_on(approval, tokens=tokens, promotions=promotions)
        return
    _schedule_expiry(approval, schedules)


def find_approval(ref: ReleaseRef, stage: StageName, registry: Registry) -> Approval | None:
    """Return this attempt's request for approval, None if it has not been opened."""
    held = load(registry, Approval, approval_key(ref.layer, ref.version, stage))
    return held.value if held is not None and held.value.attempt == ref.attempt else None


def list_open(registry: Registry) -> tuple[Approval, ...]:
    """Return the requests that wait for a decision, newest first."""
    stored = registry.query_index(APPROVALS_INDEX, limit=NEWEST)
    listed = (Approval.model_validate(record.body) for record in stored)
    return tuple(approval for approval in listed if _still_waits(approval, registry))


def _still_waits(approval: Approval, registry: Registry) -> bool:
    """Say whether the stage waits: a promotion that was stopped has left its request behind."""
    held = load(registry, StageProgress, stage_key(release_of(approval), approval.stage))
    return (
        held is not None
        and held.value.attempt == approval.attempt
        and held.value.state is StageState.WAITING
    )


def _open(approval: Approval, registry: Registry) -> Approval:
    """Commit a request with its event, unless a try at the same time has; return what stands."""
    ref = release_of(approval)
    key = approval_key(approval.layer, approval.version, approval.stage)
    now: datetime = approval.requested_at
    event = release_event(
        EventType.APPROVAL_REQUESTED,
        ref,
        now,
        stage=approval.stage,
        expires_at=approval.expires_at,
        request=approval.facts,
    )

    def changes() -> Sequence[Write]:
        return (
            write_approval(approval, revision(load(registry, Approval, key))),
            write_stage_state(approval, StageState.WAITING, now, registry),
        )

    commit_with_event(registry, event, changes)
    return find_approval(ref, approval.stage, registry) or approval


def _schedule_expiry(approval: Approval, schedules: Schedules) -> None:
    decision = Decision(
        layer=approval.layer,
        version=approval.version,
        stage=approval.stage,
        attempt=approval.attempt,
        outcome=Outcome.EXPIRED,
        comment=f"nobody decided until {approval.expires_at:%Y-%m-%d %H:%M} UTC.",
    )
    name = event_id(
        "expiry",
        approval.layer,
        approval.version,
        approval.digest,
        approval.attempt,
        approval.stage,
    )
    schedules.once(name, approval.expires_at, decision.model_dump(mode="json"))
