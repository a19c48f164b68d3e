"""A stage's alarms are quiet wherever it looks, or the promotion is held or taken back."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import CheckResult, Outcome
from layerlift.domain.policy import Policy
from layerlift.domain.release import ReleaseRef
from layerlift.releasing.alarms import check_alarms
from tests.fakes.wire import Died
from tests.fakes.world import PROD, World


def with_alarms(**stage: Any) -> tuple[World, ReleaseRef]:
    """Return a world whose prod has these gates, and a release on its way there."""
    prod = {"name": "prod", "waves": [["eu-central-1", "us-east-1"], ["eu-west-1"]]} | stage
    world = World(Policy.model_validate({"version": 1, "stages": [prod]}))
    return world, world.release()


def check(world: World, ref: ReleaseRef, wave: int = 0) -> CheckResult:
    return check_alarms(
        ref, PROD, wave, registry=world.registry, alarms=world.alarms, clock=world.clock
    )


def killed_anywhere(
    setting: Callable[[], tuple[World, ReleaseRef]], wave: int
) -> Iterator[tuple[World, ReleaseRef]]:
    """Yield the setting once for each moment of a look at which the process can end, ended."""
    world, ref = setting()
    world.wire.forget()
    check(world, ref, wave)
    moments = tuple(world.wire.moments)
    assert moments
    for moment in moments:
        world, ref = setting()
        world.wire.die(moment)
        with pytest.raises(Died):
            check(world, ref, wave)
        world.wire.forget()
        yield world, ref


NAMED = {"names": ["errors"], "prefixes": ["api-"], "missing": "quiet"}


def firing(name: str, region: str) -> str:
    return f"he alarm {name!r} is firing in 111122223333/{region} (https://console/{region}/{name})"


@pytest.mark.parametrize(
    ("states", "reason"),
    [
        ({"eu-central-1": {"errors": False}}, ""),
        ({"eu-central-1": {"errors": False}, "us-east-1": {"api-5xx": False}}, ""),
        (
            {"eu-central-1": {"errors": False}, "eu-west-1": {"errors": True}},
            f"T{firing('errors', 'eu-west-1')}.",
        ),
        (
            {"us-east-1": {"errors": False, "api-b": True, "api-a": True}},
            f"T{firing('api-a', 'us-east-1')}; t{firing('api-b', 'us-east-1')}.",
        ),
        ({"ap-south-1": {"errors": True}, "eu-west-1": {"errors": False}}, ""),
        ({"eu-central-1": {"errors": False, "unrelated": True}}, ""),
        ({"eu-central-1": {"errors": "INSUFFICIENT_DATA"}}, ""),
    ],
)
def test_what_fires_in_a_target_of_the_stage_is_named_with_a_link(
    states: dict[str, dict[str, bool | str]], reason: str
) -> None:
    world, ref = with_alarms(alarms=NAMED)
    world.alarms.states.update(states)
    result = check(world, ref, 1)
    assert (result.outcome, result.reason) == ("alarm" if reason else "quiet", reason)
    (event,) = world.events(EventType.ALARMS_CHECKED)
    assert event.detail.reason == (reason or "All alarms were quiet after wave 1.")


def test_more_alarms_than_anyone_reads_are_counted() -> None:
    world, ref = with_alarms(alarms=NAMED)
    world.alarms.states["us-east-1"] = {f"api-{number:02}": True for number in range(12)}
    reason = check(world, ref, 1).reason
    assert "'api-09'" in reason
    assert "'api-10'" not in reason
    assert reason.endswith("; and 2 more.")


@pytest.mark.parametrize(
    ("alarms", "missing"),
    [
        ({"names": ["errors"]}, "errors"),
        ({"prefixes": ["api-"]}, "api-*"),
        ({"tags": {"team": "shop", "env": "prod"}}, "env=prod, team=shop"),
        ({"regions": {"us-east-1": {"names": ["errors"]}}}, "errors"),
    ],
)
def test_an_alarm_that_is_nowhere_counts_as_the_policy_says(
    alarms: dict[str, Any], missing: str
) -> None:
    for counts in ("firing", "quiet"):
        world, ref = with_alarms(alarms=alarms | {"missing": counts})
        world.alarms.states["eu-central-1"]["unrelated"] = False
        result = check(world, ref, 1)
        assert result.outcome == ("alarm" if counts == "firing" else "quiet")
        said = (
            f"The policy names the alarm {missing!r}, and there is none: make it (a policy without "
            "it counts for later releases only)."
        )
        assert result.reason == (said if counts == "firing" else "")


def test_an_alarm_that_is_in_one_of_the_regions_is_not_missing() -> None:
    world, ref = with_alarms(alarms={"names": ["errors"]})
    world.alarms.states["eu-west-1"]["errors"] = False
    assert check(world, ref, 1).outcome is Outcome.QUIET


def test_an_alarm_without_data_counts_as_the_policy_says() -> None:
    world, ref = with_alarms(alarms={"names": ["errors"], "insufficient_data": "firing"})
    world.alarms.states["us-east-1"]["errors"] = "INSUFFICIENT_DATA"
    result = check(world, ref, 1)
    assert result.outcome is Outcome.ALARM
    assert result.reason == (
        "The alarm 'errors' has no data, which the policy counts as firing, in "
        "111122223333/us-east-1 (https://console/us-east-1/errors)."
    )


def test_alarms_are_found_by_all_of_their_tags() -> None:
    world, ref = with_alarms(alarms={"tags": {"team": "shop", "env": "prod"}})
    world.alarms.states["us-east-1"] = {"ours": False, "theirs": True, "half": True}
    world.alarms.tags |= {
        "ours": {"team": "shop", "env": "prod", "more": "x"},
        "theirs": {"team": "search", "env": "prod"},
        "half": {"team": "shop"},
    }
    assert check(world, ref, 1).outcome is Outcome.QUIET
    world.alarms.states["us-east-1"]["ours"] = True
    assert check(world, ref, 1).outcome is Outcome.ALARM


@pytest.mark.parametrize("region", ["us-east-1", "ap-south-1"])
def test_alarms_of_one_region_are_looked_up_there_only(region: str) -> None:
    world, ref = with_alarms(alarms={"regions": {region: {"names": ["cdn"]}}})
    world.alarms.states[region]["cdn"] = False
    world.alarms.states["eu-west-1"]["cdn"] = True
    assert check(world, ref, 1).outcome is Outcome.QUIET
    world.alarms.states[region]["cdn"] = True
    assert check(world, ref, 1).reason == f"T{firing('cdn', region)}."


def test_a_stage_without_alarms_is_quiet_and_asks_nobody() -> None:
    world, ref = with_alarms()
    world.wire.forget()
    result = check(world, ref)
    assert (result.outcome, result.reason) == (Outcome.QUIET, "The policy names no alarm.")
    assert "alarms.read" not in {moment.name for moment in world.wire.moments}


def test_each_moment_is_told_and_a_repetition_is_not() -> None:
    world, ref = with_alarms(alarms=NAMED)
    for wave in (0, 0, 1):
        check(world, ref, wave)
    assert len(world.events(EventType.ALARMS_CHECKED)) == 2


def test_an_alarm_that_begins_to_fire_before_a_repetition_is_told_too() -> None:
    world, ref = with_alarms(alarms=NAMED)
    check(world, ref, 1)
    world.alarms.states["eu-central-1"]["errors"] = True
    assert check(world, ref, 1).outcome is Outcome.ALARM
    assert len(world.events(EventType.ALARMS_CHECKED)) == 2


def test_a_region_that_cannot_be_asked_is_not_taken_for_quiet() -> None:
    world, ref = with_alarms(alarms=NAMED)

    def unavailable() -> None:
        raise Unavailable("CloudWatch is not there")

    world.wire.next("alarms.read", "before", unavailable)
    with pytest.raises(Unavailable):
        check(world, ref)
    assert world.events(EventType.ALARMS_CHECKED) == []


def test_a_release_the_registry_does_not_know_is_a_fault() -> None:
    world, ref = with_alarms(alarms=NAMED)
    with pytest.raises(Fault, match="is not in the registry"):
        check(world, ref.model_copy(update={"version": "9.9.9"}))


def test_a_bake_watches_the_alarm_of_its_own_layer_and_not_those_of_others() -> None:
    own = {"names": ["layerlift-live-canary-{stage}.{layer}"], "missing": "quiet"}
    world, ref = with_alarms(alarms=own, bake="10m")
    assert check(world, ref).outcome is Outcome.QUIET
    world.alarms.states["us-east-1"]["layerlift-live-canary-prod.other"] = True
    assert check(world, ref, 1).outcome is Outcome.BAKING
    world.alarms.states["us-east-1"]["layerlift-live-canary-prod.http-client"] = True
    result = check(world, ref, 1)
    assert result.outcome is Outcome.ALARM
    assert "'layerlift-live-canary-prod.http-client' is firing" in result.reason
