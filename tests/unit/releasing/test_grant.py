"""Others may read exactly what the stage grants, and a consumer's eye sees it before a pointer."""

import pytest

from layerlift.domain.errors import AccessRefused, Fault
from layerlift.domain.events import EventType
from layerlift.domain.layer_statements import LayerStatement
from layerlift.domain.outcomes import Outcome
from layerlift.domain.policy import Policy
from layerlift.domain.release import TargetState
from layerlift.releasing.progress import Place
from tests.fakes.wire import Died, Moment
from tests.fakes.world import (
    ACCOUNT,
    CONSUMER,
    FRANKFURT,
    GRANTING,
    READER,
    World,
    until_settled,
)

ORGANIZATION = "o-a1b2c3d4e5"
OURS = LayerStatement(sid=f"layerlift_dev_{CONSUMER}", account=CONSUMER)


def granting(**grants: object) -> Policy:
    stage = {"name": "dev", "waves": [["eu-central-1"]], "grants": grants}
    return Policy.model_validate({"version": 1, "stages": [stage]})


def proven(policy: Policy = GRANTING) -> tuple[World, Place]:
    world = World(policy)
    place = world.place(world.release())
    world.prove(place)
    world.wire.forget()
    return world, place


def arn(world: World, place: Place) -> str:
    progress = world.progress(place)
    assert progress is not None
    return str(progress.layer_arn)


def said(world: World, place: Place) -> set[LayerStatement]:
    return set(world.permissions.policies[FRANKFURT, arn(world, place)].values())


def write(world: World, place: Place, statement: LayerStatement) -> None:
    world.permissions.policies[FRANKFURT, arn(world, place)][statement.sid] = statement


def test_the_version_may_be_read_by_whom_the_stage_names_and_has_been() -> None:
    world, place = proven()
    result = world.grant(place)
    assert (result.outcome, result.reason) == (Outcome.GRANTED, f"{READER} has read it.")
    assert said(world, place) == {OURS}
    assert [e.type for e in world.events()][-2:] == [
        EventType.VERSION_GRANTED,
        EventType.VERSION_READ,
    ]


def test_without_a_reader_it_is_said_that_nobody_checked() -> None:
    world, place = proven(granting(accounts=[CONSUMER], organization=ORGANIZATION))
    assert world.grant(place).outcome is Outcome.GRANTED
    assert said(world, place) == {
        OURS,
        LayerStatement(sid=f"layerlift_dev_{ORGANIZATION}", organization=ORGANIZATION),
    }
    (event,) = world.events(EventType.VERSION_GRANTED)
    assert event.detail.reason == (
        f"It may be read by the account {CONSUMER} and the organization {ORGANIZATION}. "
        "Not checked by a consumer: the policy names no reader."
    )
    assert world.readers.taken_on == []


@pytest.mark.parametrize(
    "left_over",
    [
        LayerStatement(sid="layerlift_dev_333333333333", account="333333333333"),
        LayerStatement(sid=f"layerlift_dev_{ORGANIZATION}", organization=ORGANIZATION),
        LayerStatement(sid=OURS.sid, account="444444444444"),
        LayerStatement(sid=OURS.sid),
    ],
    ids=["account", "organization", "changed", "something else"],
)
def test_what_the_stage_no_longer_grants_is_taken_back(left_over: LayerStatement) -> None:
    world, place = proven()
    write(world, place, left_over)
    assert world.grant(place).outcome is Outcome.GRANTED
    assert said(world, place) == {OURS}


@pytest.mark.parametrize("sid", ["partner", "layerlift_prod_333333333333", "layerlift_dev-2_3"])
def test_what_somebody_else_or_another_stage_wrote_is_left_alone(sid: str) -> None:
    world, place = proven()
    foreign = LayerStatement(sid=sid, account="333333333333")
    write(world, place, foreign)
    assert world.grant(place).outcome is Outcome.GRANTED
    assert said(world, place) == {OURS, foreign}


def test_a_stage_that_grants_nothing_any_more_takes_all_of_it_back() -> None:
    world, place = proven(granting())
    write(world, place, OURS)
    result = world.grant(place)
    assert (result.outcome, said(world, place)) == (Outcome.GRANTED, set())
    assert result.reason == "Only the account that owns it may read it."


def test_nothing_is_granted_before_the_canary_has_passed() -> None:
    world = World(GRANTING)
    place = world.place(world.release())
    world.publish(place)
    with pytest.raises(Fault, match="has not passed"):
        world.grant(place)
    assert said(world, place) == set()


def test_a_grant_that_takes_its_time_to_get_around_is_waited_for() -> None:
    world, place = proven()
    world.readers.refusals = 5
    assert world.grant(place).outcome is Outcome.UNAVAILABLE
    assert until_settled(world, lambda: world.grant(place)).outcome is Outcome.GRANTED
    assert world.events(EventType.VERSION_UNREADABLE) == []
    world.activate(place)


def test_a_version_that_cannot_be_read_a_minute_later_is_unreadable_and_never_pointed_to() -> None:
    world, place = proven()
    world.readers.refusals = 1000
    result = until_settled(world, lambda: world.grant(place), tries=14)
    assert result.outcome is Outcome.UNREADABLE
    assert f"{READER} cannot read {arn(world, place)}: not yet." in result.reason
    assert "Check that the role is there" in result.reason
    progress = world.progress(place)
    assert progress is not None
    assert (progress.state, progress.reason) == (TargetState.FAILED, result.reason)
    with pytest.raises(Fault, match="has not passed"):
        world.activate(place)
    assert len(world.events(EventType.VERSION_UNREADABLE)) == 1


def test_a_consumer_that_sees_other_bytes_has_not_read_the_release() -> None:
    world, place = proven()
    world.readers.bytes = "b3RoZXI="
    result = until_settled(world, lambda: world.grant(place))
    assert result.outcome is Outcome.UNREADABLE
    assert "with the CodeSha256 b3RoZXI=" in result.reason


def test_the_owner_is_no_consumer() -> None:
    own = f"arn:aws:iam::{ACCOUNT}:role/layerlift-reader"
    result = World(granting(accounts=[ACCOUNT], reader=own)).claim()
    assert result.outcome is Outcome.REJECTED
    assert "name a role of another account" in result.reason


def test_a_permission_that_the_control_plane_lacks_is_not_taken_for_a_consumers() -> None:
    world, place = proven()

    def refuse() -> None:
        raise AccessRefused("no lambda:AddLayerVersionPermission")

    world.wire.next("permissions.add", "before", refuse)
    with pytest.raises(AccessRefused, match="AddLayerVersionPermission"):
        world.grant(place)


def test_two_that_grant_at_once_agree() -> None:
    world, place = proven()
    world.wire.next("permissions.add", "before", lambda: write(world, place, OURS))
    assert world.grant(place).outcome is Outcome.GRANTED
    assert said(world, place) == {OURS}


def moments() -> list[Moment]:
    world, place = proven()
    world.grant(place)
    return list(world.wire.moments)


@pytest.mark.parametrize("moment", moments(), ids=str)
def test_a_grant_that_died_anywhere_is_finished_by_the_next(moment: Moment) -> None:
    world, place = proven()
    world.wire.die(moment)
    with pytest.raises(Died):
        world.grant(place)
    world.wire.forget()
    assert world.grant(place).outcome is Outcome.GRANTED
    assert world.grant(place).outcome is Outcome.GRANTED
    assert said(world, place) == {OURS}
    kinds = [event.type for event in world.events()]
    assert [kinds.count(k) for k in (EventType.VERSION_GRANTED, EventType.VERSION_READ)] == [1, 1]
