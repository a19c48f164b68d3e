"""Requests for approval that wait for votes."""

from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.policy import Policy
from layerlift.domain.release import ReleaseRef
from tests.fakes.approvals import person
from tests.fakes.world import ACCOUNT, ADA, World

STRANGER = person("mallory", account="999988887777")
OUTSIDER = person("carol", role="developers")
MANAGERS = f"arn:aws:iam::{ACCOUNT}:role/release-managers"
SETTLED = (EventType.APPROVAL_GRANTED, EventType.APPROVAL_DENIED)


def waiting(**approvals: object) -> tuple[World, ReleaseRef]:
    """Return a world whose prod waits for approval under these rules."""
    rules = {"required": 1, "expires": "2h"} | approvals
    stage = {"name": "prod", "approvals": rules, "waves": [["eu-central-1"]]}
    world = World(Policy.model_validate({"version": 1, "stages": [stage]}))
    world.artifacts.requesters["incoming/http-client/1.0.0.zip"] = ADA.user_id
    ref = world.release()
    world.lock(ref, "p1")
    world.request(ref)
    world.wire.forget()
    return world, ref


def assert_refused(world: World, answer: StepResult, reason: str, actor: str | None) -> None:
    """Hold a refusal to what it has to leave behind: its reason in the trail, and no decision."""
    assert answer.outcome is Outcome.REFUSED
    assert reason in answer.reason
    event = world.events(EventType.APPROVAL_REFUSED)[-1]
    assert (event.detail.outcome, event.detail.reason) == ("refused", answer.reason)
    assert event.detail.actor == actor
    assert world.events(*SETTLED) == []
    assert world.promotions.resumed == []
