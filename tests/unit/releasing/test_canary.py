"""A canary's verdict, in words for a person."""

import pytest

from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import TargetState
from layerlift.ports.aws import CanaryReading, ModuleFailure
from layerlift.releasing.progress import Place
from tests.fakes.wire import Died
from tests.fakes.world import FRANKFURT, World


def published() -> tuple[World, Place]:
    world = World()
    place = world.place(world.release())
    world.publish(place)
    return world, place


def failures(number: int) -> tuple[ModuleFailure, ...]:
    return tuple(ModuleFailure(f"m{n}", "ImportError: no") for n in range(number))


@pytest.mark.parametrize(
    ("reading", "outcome", "reason"),
    [
        (CanaryReading(1, ()), "passed", "Imported 1 module."),
        (CanaryReading(3, ()), "passed", "Imported 3 modules."),
        (
            CanaryReading(0, ()),
            "passed",
            "Attached and unpacked; not exercised further: the layer brings no Python module.",
        ),
        (
            CanaryReading(2, failures(1)),
            "canary_failed",
            "The canary in 111122223333/eu-central-1 could not import what the layer brings: "
            "m0: ImportError: no.",
        ),
        (
            CanaryReading(0, failures(7)),
            "canary_failed",
            "The canary in 111122223333/eu-central-1 could not import what the layer brings: "
            + "; ".join(f"m{n}: ImportError: no" for n in range(5))
            + "; and 2 more.",
        ),
    ],
)
def test_a_reading_becomes_a_verdict(reading: CanaryReading, outcome: str, reason: str) -> None:
    world, place = published()
    world.canaries.reading = reading
    result = world.canary(place)
    assert (result.outcome, result.reason) == (outcome, reason)
    progress = world.progress(place)
    assert progress is not None
    expected = TargetState.CANARIED if outcome == "passed" else TargetState.FAILED
    assert (progress.state, progress.reason) == (expected, reason)
    (event,) = world.events(EventType.CANARY_PASSED, EventType.CANARY_FAILED)
    assert (event.detail.outcome, event.detail.reason) == (outcome, reason)


@pytest.mark.parametrize(
    ("runtimes", "expected"),
    [
        ((), "python3.13"),
        (("python3.12",), "python3.12"),
        (("python3.10", "python3.9"), "python3.10"),
        (("python3.12", "python3.13", "python3.14"), "python3.13"),
        (("nodejs22.x", "nodejs24.x"), "python3.13"),
        (("python3.12", "nodejs22.x"), "python3.12"),
    ],
)
def test_it_runs_on_the_default_runtime_or_on_the_newest_that_the_layer_serves(
    runtimes: tuple[str, ...], expected: str
) -> None:
    world, place = published()
    for body, _, kind, _ in world.registry.records.values():
        if kind == "release":
            body["runtimes"] = list(runtimes)
    world.canary(place)
    (run,) = world.canaries.runs
    assert (run["runtime"], run["architecture"], run["target"]) == (expected, "arm64", FRANKFURT)
    assert run["modules"] == ("httpx",)


def test_native_code_decides_the_architecture() -> None:
    world, place = published()
    for body, _, kind, _ in world.registry.records.values():
        if kind == "release":
            body["architectures"] = ["x86_64"]
    world.canary(place)
    assert world.canaries.runs[0]["architecture"] == "x86_64"


def test_a_verdict_whose_record_was_interrupted_is_told_once() -> None:
    world, place = published()

    def die() -> None:
        raise Died

    world.wire.next("registry.commit", "after", die)
    with pytest.raises(Died):
        world.canary(place)
    assert world.canary(place).outcome is Outcome.PASSED
    assert len(world.events(EventType.CANARY_PASSED)) == 1


def test_a_canary_that_is_repeated_does_not_set_back_a_target_that_is_active() -> None:
    world, place = published()
    world.canary(place)
    world.activate(place)
    world.canary(place)
    progress = world.progress(place)
    assert progress is not None
    assert progress.state is TargetState.ACTIVE


@pytest.mark.parametrize(
    ("architectures", "expected"),
    [((), "arm64"), (("x86_64", "arm64"), "arm64"), (("x86_64",), "x86_64")],
)
def test_it_runs_on_the_default_architecture_or_on_the_one_the_layer_serves(
    architectures: tuple[str, ...], expected: str
) -> None:
    world, place = published()
    for body, _, kind, _ in world.registry.records.values():
        if kind == "release":
            body["architectures"] = list(architectures)
    world.canary(place)
    (run,) = world.canaries.runs
    assert run["architecture"] == expected
