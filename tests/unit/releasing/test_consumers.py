"""Consumers try a new version: who is asked what, and what is made of the answers."""

from typing import Any

import pytest

from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome
from layerlift.domain.policy import Policy
from layerlift.domain.release import TargetState
from layerlift.ports.aws import CanaryReading, Invocation
from layerlift.ports.consumers import Clone
from layerlift.releasing.consumers import MAX_PAYLOAD_BYTES
from layerlift.releasing.progress import Place
from layerlift.releasing.status import read_status
from tests.fakes.consumers import WORKED, version_of
from tests.fakes.interleaving import interleave
from tests.fakes.wire import Died
from tests.fakes.world import BUCKET, LAYER, World

CHECKOUTS = "arn:aws:lambda:*:*:function:checkout-*"
OLD = "arn:aws:lambda:eu-central-1:111122223333:layer:http-client-dev:3"
BROKEN = CanaryReading((Invocation(error="no attribute 'get'", error_kind="AttributeError"),))
DENIED = CanaryReading((Invocation(error="not authorized", error_kind="ClientError"),))


def canaried(*consumers: dict[str, Any], **gate: Any) -> tuple[World, Place]:
    named = consumers or ({"function": CHECKOUTS},)
    stage = {
        "name": "dev",
        "waves": [["eu-central-1"]],
        "canary": {"consumers": list(named), **gate},
    }
    world = World(Policy.model_validate({"version": 1, "stages": [stage]}))
    world.consumer_canaries.versions = [version_of("checkout-api", OLD)]
    return world, next_place(world, "1.0.0")


def next_place(world: World, version: str) -> Place:
    place = world.place(world.release(version.encode(), version, run=f"run-{version}"))
    world.prove(place)
    return place


def only_new(reading: CanaryReading, before: CanaryReading = WORKED) -> Any:
    return lambda clone: before if clone.layer_arn == OLD else reading


def taking(milliseconds: int) -> CanaryReading:
    cold = Invocation(
        is_cold=True, startup_ms=milliseconds, duration_ms=milliseconds + 5, answer="1"
    )
    return CanaryReading((cold, Invocation(duration_ms=4, answer="1")))


def test_a_clone_has_the_new_version_in_the_place_of_the_old() -> None:
    world, place = canaried({"function": CHECKOUTS, "payload": {"n": 1}}, cold=2, warm=3)
    assert world.try_consumers(place).outcome is Outcome.PASSED
    ((clone,),) = world.consumer_canaries.runs
    progress = world.progress(place)
    assert progress is not None
    assert clone == Clone(
        version=version_of("checkout-api", OLD),
        layer_arn=str(progress.layer_arn),
        payload=b'{"n": 1}',
        cold=2,
        warm=3,
        seconds=10,
        has_own_role=False,
        has_environment=False,
    )


def test_role_environment_and_time_are_what_the_policy_says() -> None:
    chosen = {"function": CHECKOUTS, "role": "own", "environment": "copy", "timeout": "5s"}
    world, place = canaried(chosen)
    world.try_consumers(place)
    ((clone,),) = world.consumer_canaries.runs
    assert (clone.has_own_role, clone.has_environment, clone.seconds) == (True, True, 5)


def test_what_works_is_recorded_and_names_the_consumer() -> None:
    world, place = canaried()
    world.consumer_canaries.answers = lambda _: taking(200)
    result = world.try_consumers(place)
    assert result.reason == ("2 of 2 invocations of checkout-api:7 worked on python3.13 arm64.")
    (target,) = read_status(world.registry, LAYER).releases[0].stages[0].targets
    assert target.consumers is not None
    (numbers,) = target.consumers.variants
    assert numbers.consumer == version_of("checkout-api", OLD).arn
    assert numbers.startup is not None
    assert numbers.startup.median_ms == 200
    (event,) = world.events(EventType.CONSUMERS_PASSED)
    assert event.detail.canary == target.consumers.variants
    assert target.canary is not None, "the layer's own canary is apart"
    assert target.canary.variants[0].consumer is None


def test_a_consumer_that_breaks_with_the_new_version_only_fails_the_target() -> None:
    world, place = canaried()
    world.consumer_canaries.answers = only_new(BROKEN)
    result = world.try_consumers(place)
    assert result.outcome is Outcome.CANARY_FAILED
    assert result.reason == (
        "A consumer's canary in 111122223333/eu-central-1 failed. With the new version 1 of 1 "
        "invocations of a clone of checkout-api:7 failed, and the policy allows 0: no attribute "
        "'get'. With version 3 of http-client-dev, which it has now, it works."
    )
    progress = world.progress(place)
    assert progress is not None
    assert (progress.state, progress.reason) == (TargetState.FAILED, result.reason)
    with pytest.raises(Fault, match="has not passed"):
        world.activate(place)


def test_a_clone_that_fails_in_the_same_way_with_what_it_has_now_says_nothing() -> None:
    world, place = canaried()
    world.consumer_canaries.answers = only_new(DENIED, before=DENIED)
    result = world.try_consumers(place)
    assert result.outcome is Outcome.NOT_EXERCISED
    assert result.reason == (
        "No consumer could try the new version. Not exercised: checkout-api:7: its clone fails "
        "with version 3 of http-client-dev, too (not authorized)."
    )
    assert world.events(EventType.CONSUMERS_NOT_EXERCISED)
    assert world.activate(place).outcome is Outcome.ACTIVE


def test_a_clone_that_fails_in_another_way_than_before_fails_the_target() -> None:
    world, place = canaried()
    world.consumer_canaries.answers = only_new(BROKEN, before=DENIED)
    result = world.try_consumers(place)
    assert result.outcome is Outcome.CANARY_FAILED
    assert result.reason.endswith("which it has now, it fails in another way: not authorized.")


def test_a_failure_stands_that_could_not_be_compared() -> None:
    world, place = canaried()
    gone = CanaryReading(not_offered="the layer version is gone")
    world.consumer_canaries.answers = only_new(BROKEN, before=gone)
    result = world.try_consumers(place)
    assert result.outcome is Outcome.CANARY_FAILED
    assert "could not be tried" in result.reason


def test_the_policy_may_allow_some_invocations_to_fail() -> None:
    world, place = canaried({"function": CHECKOUTS, "errors": 1})
    one = CanaryReading((*BROKEN.invocations, *WORKED.invocations))
    world.consumer_canaries.answers = only_new(one)
    assert world.try_consumers(place).outcome is Outcome.PASSED
    assert len(world.consumer_canaries.runs) == 1, "what is allowed needs no control"


def test_an_answer_has_to_contain_what_is_expected_and_is_not_told() -> None:
    world, place = canaried({"function": CHECKOUTS, "expect": {"statusCode": 200, "total": 42}})
    wrong = CanaryReading((Invocation(answer='{"statusCode": 200, "total": 43, "iban": "DE1"}'),))
    right = CanaryReading((Invocation(answer='{"statusCode": 200, "total": 42, "iban": "DE1"}'),))
    world.consumer_canaries.answers = only_new(wrong, before=right)
    result = world.try_consumers(place)
    assert result.outcome is Outcome.CANARY_FAILED
    assert "its answer is not the expected one: total differs" in result.reason
    assert "DE1" not in result.reason


def test_a_release_that_makes_a_consumer_slower_fails_with_both_numbers() -> None:
    world, first = canaried(slower_percent=50, slower_floor_ms=100)
    world.consumer_canaries.answers = lambda _: taking(200)
    world.try_consumers(first)
    world.activate(first)
    second = next_place(world, "2.0.0")
    world.consumer_canaries.answers = lambda _: taking(320)
    result = world.try_consumers(second)
    assert result.outcome is Outcome.CANARY_FAILED
    assert (
        "Start-up of checkout-api:7 on python3.13 arm64 took 320 ms (median of 1), and 200 ms "
        "(of 1) in 1.0.0" in result.reason
    )


def test_a_function_that_has_been_published_anew_is_not_compared_with_what_it_was() -> None:
    world, first = canaried(slower_percent=50, slower_floor_ms=100)
    world.consumer_canaries.answers = lambda _: taking(200)
    world.try_consumers(first)
    world.activate(first)
    world.consumer_canaries.versions = [version_of("checkout-api", OLD, version=8)]
    world.consumer_canaries.answers = lambda _: taking(900)
    assert world.try_consumers(next_place(world, "2.0.0")).outcome is Outcome.PASSED


@pytest.mark.parametrize("unexercised", ["allow", "fail"])
def test_where_nobody_uses_the_layer_yet_nobody_is_asked(unexercised: str) -> None:
    world, place = canaried(unexercised=unexercised)
    world.consumer_canaries.versions = [version_of("checkout-api", OLD.replace("http-", "db-"))]
    result = world.try_consumers(place)
    assert result.outcome is Outcome.NOT_EXERCISED
    assert "none of 1 function has a published version that uses the layer" in result.reason


def test_consumers_that_cannot_try_it_fail_it_if_the_policy_says_so() -> None:
    world, place = canaried(unexercised="fail")
    world.consumer_canaries.answers = lambda _: CanaryReading(not_offered="no such runtime")
    result = world.try_consumers(place)
    assert result.outcome is Outcome.CANARY_FAILED
    assert "canary.unexercised" in result.reason


def test_what_cannot_be_cloned_is_named_beside_what_works() -> None:
    world, place = canaried()
    world.consumer_canaries.unfit = ("checkout-image: it is a container image",)
    result = world.try_consumers(place)
    assert result.outcome is Outcome.PASSED
    assert result.reason.endswith("Not exercised: checkout-image: it is a container image.")


def test_a_search_that_was_cut_short_says_so() -> None:
    world, place = canaried({"function": CHECKOUTS, "at_most": 2})
    world.consumer_canaries.is_cut = True
    assert "only the first 1 functions were looked at" in world.try_consumers(place).reason


RECORDED = {"function": CHECKOUTS, "payload_key": "payloads/one.json"}


def test_a_recorded_payload_comes_from_the_artifact_bucket() -> None:
    world, place = canaried(RECORDED)
    world.artifacts.drop(BUCKET, "payloads/one.json", b'{"order": 1}')
    assert world.try_consumers(place).outcome is Outcome.PASSED
    assert world.consumer_canaries.runs[0][0].payload == b'{"order": 1}'


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "payloads/one.json is not in the artifact bucket"),
        (b"{order: 1}", "payloads/one.json is not JSON"),
        (b"[" * 200_000, "payloads/one.json is not JSON"),
        (b"1" * (MAX_PAYLOAD_BYTES + 1), "has 6,291,457 bytes; Lambda takes 6 MB"),
    ],
)
def test_without_its_payload_a_consumer_is_not_exercised(content: bytes | None, told: str) -> None:
    world, place = canaried(RECORDED)
    if content is not None:
        world.artifacts.drop(BUCKET, "payloads/one.json", content)
    result = world.try_consumers(place)
    assert result.outcome is Outcome.NOT_EXERCISED
    assert told in result.reason


def test_the_layers_own_canary_comes_first() -> None:
    world, _ = canaried()
    place = world.place(world.release(b"2", "2.0.0", run="run-2"))
    world.publish(place)
    with pytest.raises(Fault, match="has not passed"):
        world.try_consumers(place)
    assert world.consumer_canaries.runs == []


def test_without_consumers_in_the_policy_nothing_is_done() -> None:
    world = World()
    place = next_place(world, "1.0.0")
    before = len(world.events())
    assert world.try_consumers(place).outcome is Outcome.PASSED
    assert len(world.events()) == before


def test_a_verdict_that_was_recorded_stands_when_the_step_is_repeated() -> None:
    world, place = canaried()
    world.consumer_canaries.answers = only_new(BROKEN)
    first = world.try_consumers(place)
    world.consumer_canaries.answers = lambda _: WORKED
    assert world.try_consumers(place) == first


def test_a_process_that_dies_anywhere_leaves_one_verdict_and_one_event() -> None:
    world, place = canaried()
    world.wire.forget()
    world.try_consumers(place)
    for moment in tuple(world.wire.moments):
        world, place = canaried()
        world.wire.die(moment)
        with pytest.raises(Died):
            world.try_consumers(place)
        world.wire.forget()
        assert world.try_consumers(place).outcome is Outcome.PASSED, moment
        assert len(world.events(EventType.CONSUMERS_PASSED)) == 1, moment
        assert world.activate(place).outcome is Outcome.ACTIVE, moment


@pytest.mark.parametrize("turns", [(1, 0) * 20, *((0,) * n + (1,) * 40 for n in range(16))])
def test_two_runs_at_the_same_time_agree_on_one_verdict(turns: tuple[int, ...]) -> None:
    world, place = canaried()
    readings = iter((BROKEN, WORKED, WORKED))
    world.consumer_canaries.answers = lambda _: next(readings)
    results = interleave(
        world.wire,
        turns,
        lambda: world.try_consumers(place),
        lambda: world.try_consumers(place),
    )
    assert len({result.outcome for result in results}) == 1
    told = world.events(EventType.CONSUMERS_PASSED, EventType.CONSUMERS_FAILED)
    assert len(told) == 1


def test_a_target_that_cannot_be_reached_decides_nothing() -> None:
    world, place = canaried()

    def fail() -> None:
        raise Unavailable("throttled")

    world.wire.next("consumers.run", "before", fail)
    with pytest.raises(Unavailable):
        world.try_consumers(place)
    assert world.try_consumers(place).outcome is Outcome.PASSED
