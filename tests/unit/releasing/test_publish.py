"""Exactly one layer version per digest and target, whatever happens on the way."""

import base64
import hashlib
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.domain.errors import AccessRefused, Fault, Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import PublishState, TargetState
from layerlift.releasing.progress import Place
from layerlift.releasing.publish import SETTLE
from tests.fakes.interleaving import interleave
from tests.fakes.layers import LOST_AND_DONE, LOST_AND_NEVER_DONE, REFUSED, UNAVAILABLE, LandsLate
from tests.fakes.wire import Died, Moment
from tests.fakes.world import FRANKFURT, VIRGINIA, World, until_settled

DIGEST = base64.b64encode(hashlib.sha256(b"zip").digest()).decode()


def started() -> tuple[World, Place]:
    """A claimed release that is about to be published."""
    world = World()
    place = world.place(world.release())
    world.wire.forget()
    return world, place


def assert_published_once(world: World, place: Place) -> None:
    (version,) = world.aws.with_digest(FRANKFURT, DIGEST)
    progress = world.progress(place)
    assert progress is not None
    assert progress.state is TargetState.PUBLISHED
    assert (progress.layer_arn, progress.version_number) == (version.arn, version.number)
    assert progress.code_sha256 == DIGEST
    (record,) = world.registry.kinds("publish")
    assert (record["state"], record["version_number"]) == (PublishState.DONE, version.number)
    (event,) = world.events(EventType.VERSION_PUBLISHED)
    assert event.detail.layer_arn == version.arn


def moments_of_a_publish() -> list[Moment]:
    world, place = started()
    world.publish(place)
    return list(world.wire.moments)


MOMENTS = moments_of_a_publish()


def test_a_publish_lists_the_versions_once_and_commits_its_lease_and_its_result() -> None:
    calls = Counter(moment.name for moment in MOMENTS if moment.when == "before")
    assert (calls["layers.versions"], calls["registry.commit"]) == (1, 2)


def test_a_publish_makes_one_version_of_the_dropped_bytes() -> None:
    world, place = started()
    assert world.publish(place).outcome is Outcome.PUBLISHED
    assert_published_once(world, place)
    assert world.aws.asked == 1
    (version,) = world.aws.with_digest(FRANKFURT, DIGEST)
    assert version.description == f"v1.0.0 sha256:{hashlib.sha256(b'zip').hexdigest()[:12]}"


def test_a_repeated_publish_makes_nothing_and_says_the_same() -> None:
    world, place = started()
    first = world.publish(place, "request-1")
    for number in range(3):
        assert world.publish(place, f"request-{number}") == first
    assert_published_once(world, place)
    assert world.aws.asked == 1


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_a_publisher_that_dies_anywhere_leaves_one_version_after_the_next_tries(
    moment: Moment,
) -> None:
    world, place = started()
    world.wire.die(moment)
    with pytest.raises(Died):
        world.publish(place, "request-1")
    until_settled(world, lambda: world.publish(place, "request-2"))
    assert_published_once(world, place)


@pytest.mark.parametrize("moment", [m for m in MOMENTS if m.when == "before"], ids=str)
def test_a_publisher_that_is_overtaken_anywhere_makes_no_second_version(moment: Moment) -> None:
    world, place = started()
    world.wire.once(moment, lambda: (world.publish(place, "request-2"), None)[1])
    until_settled(world, lambda: world.publish(place, "request-1"))
    until_settled(world, lambda: world.publish(place, "request-2"))
    assert_published_once(world, place)
    assert world.aws.asked == 1


@given(plan=st.lists(st.integers(0, 2), max_size=60))
def test_publishers_that_run_at_the_same_time_make_one_version(plan: list[int]) -> None:
    world, place = started()
    publishers = [lambda n=n: world.publish(place, f"request-{n}") for n in range(3)]
    results = interleave(world.wire, plan, *publishers)
    assert {r.outcome for r in results} <= {Outcome.PUBLISHED, Outcome.UNAVAILABLE}
    assert world.aws.asked == 1
    until_settled(world, lambda: world.publish(place))
    assert_published_once(world, place)


def test_two_stages_that_publish_under_one_name_share_one_version() -> None:
    world, place = started()
    shared = world.place(place.ref, "prod")
    stored = world.stored_release(place.ref)
    one_name = stored.stages[0].published_name
    for key, (body, revision, kind, index) in list(world.registry.records.items()):
        if kind == "release":
            body["stages"][1]["published_name"] = one_name
            world.registry.records[key] = (body, revision, kind, index)
    results = interleave(
        world.wire, [0, 1] * 20, lambda: world.publish(place), lambda: world.publish(shared, "b")
    )
    assert Outcome.PUBLISHED in {r.outcome for r in results}
    until_settled(world, lambda: world.publish(place))
    until_settled(world, lambda: world.publish(shared))
    assert len(world.aws.with_digest(FRANKFURT, DIGEST)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        LOST_AND_DONE,
        LOST_AND_NEVER_DONE,
        LandsLate(timedelta(seconds=4)),
        LandsLate(SETTLE - timedelta(seconds=1)),
        UNAVAILABLE,
        None,
    ],
    ids=str,
)
def test_a_lost_answer_makes_no_second_version(fault: str | LandsLate | None) -> None:
    world, place = started()
    world.aws.faults = [fault]
    until_settled(world, lambda: world.publish(place))
    assert_published_once(world, place)


def test_a_lost_answer_whose_version_is_there_is_published_at_once() -> None:
    world, place = started()
    world.aws.faults = [LOST_AND_DONE]
    assert world.publish(place).outcome is Outcome.PUBLISHED


def test_a_lost_answer_with_nothing_to_see_waits_until_it_can_no_longer_take_effect() -> None:
    world, place = started()
    world.aws.faults = [LOST_AND_NEVER_DONE]
    assert world.publish(place).outcome is Outcome.UNAVAILABLE
    world.clock.advance(seconds=SETTLE.total_seconds() - 1)
    waiting = world.publish(place, "request-2")
    assert waiting.outcome is Outcome.UNAVAILABLE
    assert "it can take effect until 12:01:31 UTC" in waiting.reason
    assert world.aws.asked == 1
    world.clock.advance(seconds=1)
    assert world.publish(place, "request-3").outcome is Outcome.PUBLISHED
    assert world.aws.asked == 2


def test_a_version_that_lands_while_the_next_publisher_looks_is_not_published_again() -> None:
    world, place = started()
    world.aws.faults = [LandsLate(SETTLE - timedelta(seconds=1))]
    assert world.publish(place).outcome is Outcome.UNAVAILABLE
    world.clock.advance(seconds=SETTLE.total_seconds() - 2)
    # It sees nothing yet; afterwards the version lands, and the time of waiting is over.
    world.wire.next("layers.versions", "after", lambda: world.clock.advance(seconds=5))
    until_settled(world, lambda: world.publish(place, "request-2"))
    assert_published_once(world, place)


FAULTS = st.one_of(
    st.none(),
    st.sampled_from([LOST_AND_DONE, LOST_AND_NEVER_DONE, UNAVAILABLE]),
    st.integers(0, int(SETTLE.total_seconds()) - 1).map(lambda s: LandsLate(timedelta(seconds=s))),
)


@given(
    faults=st.lists(FAULTS, max_size=3),
    deaths=st.lists(st.sampled_from(MOMENTS), max_size=3),
    lost_commits=st.integers(0, 2),
    pause=st.sampled_from([1, 5, 31]),
)
def test_no_series_of_faults_makes_a_second_version(
    faults: list[str | LandsLate | None], deaths: list[Moment], lost_commits: int, pause: int
) -> None:
    world, place = started()
    world.aws.faults = faults
    world.registry.lose_answer(lost_commits)
    for number, death in enumerate(deaths):
        world.wire.die(death)
        with suppress(Died, Unavailable):
            world.publish(place, f"died-{number}")
        world.clock.advance(seconds=pause)
    world.wire.forget()
    until_settled(world, lambda: world.publish(place, "last"), tries=400)
    assert_published_once(world, place)


def test_a_lease_whose_answer_was_lost_is_recognised_as_the_publishers_own() -> None:
    world, place = started()
    world.registry.lose_answer()
    assert world.publish(place).outcome is Outcome.PUBLISHED
    assert_published_once(world, place)


def test_a_refused_publish_lets_the_next_try_ask_at_once() -> None:
    world, place = started()
    world.aws.faults = [REFUSED]
    with pytest.raises(AccessRefused):
        world.publish(place, "request-1")
    assert world.publish(place, "request-2").outcome is Outcome.PUBLISHED


def test_a_copy_that_cannot_be_made_holds_nobody_up() -> None:
    world, place = started()

    def unavailable() -> None:
        raise Unavailable("S3 is not there")

    world.wire.next("artifacts.copy", "before", unavailable)
    with pytest.raises(Unavailable):
        world.publish(place, "request-1")
    assert world.publish(place, "request-2").outcome is Outcome.PUBLISHED


def test_a_version_from_before_the_registry_was_made_is_found_and_kept() -> None:
    world, place = started()
    name = world.stored_release(place.ref).stages[0].published_name
    description = f"v1.0.0 sha256:{hashlib.sha256(b'zip').hexdigest()[:12]}"
    there = world.aws.add(FRANKFURT, name, description, DIGEST)
    world.aws.add(FRANKFURT, name, "v1.1.0 sha256:000000000000", "other")
    assert world.publish(place).outcome is Outcome.PUBLISHED
    assert world.aws.asked == 0
    progress = world.progress(place)
    assert progress is not None
    assert progress.layer_arn == there.arn


def test_a_version_with_the_same_description_and_other_bytes_is_not_taken_for_ours() -> None:
    world, place = started()
    name = world.stored_release(place.ref).stages[0].published_name
    description = f"v1.0.0 sha256:{hashlib.sha256(b'zip').hexdigest()[:12]}"
    world.aws.add(FRANKFURT, name, description, "somebody else's")
    assert world.publish(place).outcome is Outcome.PUBLISHED
    assert_published_once(world, place)


def test_a_recorded_version_that_was_deleted_is_published_anew() -> None:
    world, place = started()
    world.publish(place)
    (version,) = world.aws.with_digest(FRANKFURT, DIGEST)
    for listed in world.aws.regions[FRANKFURT].versions.values():
        listed.clear()
    again = world.release(version="1.0.1", content=b"other", run="run-2")
    assert again.version == "1.0.1"
    assert world.publish(place, "request-2").outcome is Outcome.PUBLISHED
    (anew,) = world.aws.with_digest(FRANKFURT, DIGEST)
    assert anew.number == version.number + 1


def test_bytes_that_changed_on_the_way_are_an_outcome_and_fail_the_target() -> None:
    world, place = started()
    (key,) = world.artifacts.objects
    (version, content) = world.artifacts.objects[key][0]
    world.artifacts.objects[key][0] = (version, content[::-1])
    result = world.publish(place)
    assert result.outcome is Outcome.DIGEST_MISMATCH
    assert "the bytes changed on the way" in result.reason
    progress = world.progress(place)
    assert progress is not None
    assert progress.state is TargetState.FAILED
    assert world.events()[-1].type is EventType.VERSION_MISMATCHED


def test_a_mismatch_does_not_hold_up_the_next_try() -> None:
    world, place = started()
    (key,) = world.artifacts.objects
    (version, content) = world.artifacts.objects[key][0]
    world.artifacts.objects[key][0] = (version, content[::-1])
    assert world.publish(place, "request-1").outcome is Outcome.DIGEST_MISMATCH
    assert world.publish(place, "request-2").outcome is Outcome.DIGEST_MISMATCH


def test_targets_have_versions_of_their_own() -> None:
    world, place = started()
    world.publish(world.place(place.ref, "prod", FRANKFURT))
    world.publish(world.place(place.ref, "prod", VIRGINIA))
    for target in (FRANKFURT, VIRGINIA):
        assert len(world.aws.with_digest(target, DIGEST)) == 1
    assert len(world.events(EventType.VERSION_PUBLISHED)) == 2


def test_a_release_the_registry_does_not_know_is_a_fault() -> None:
    world, place = started()
    stranger = place.ref.model_copy(update={"version": "9.9.9"})
    with pytest.raises(Fault, match=r"9\.9\.9 is not in the registry"):
        world.publish(world.place(stranger))


def test_publishing_again_does_not_set_a_target_back_that_has_gone_on() -> None:
    world, place = started()
    world.prove(place)
    world.activate(place)
    world.publish(place, "late repetition")
    progress = world.progress(place)
    assert progress is not None
    assert progress.state is TargetState.ACTIVE


def test_looking_for_a_lost_version_does_not_go_back_beyond_the_first_try() -> None:
    world, place = started()
    name = world.stored_release(place.ref).stages[0].published_name
    description = f"v1.0.0 sha256:{hashlib.sha256(b'zip').hexdigest()[:12]}"
    world.aws.add(FRANKFURT, name, description, "somebody else's")
    world.aws.faults = [LOST_AND_NEVER_DONE]
    world.publish(place)
    world.wire.forget()
    world.publish(place)
    assert "layers.describe" not in {moment.name for moment in world.wire.moments}
