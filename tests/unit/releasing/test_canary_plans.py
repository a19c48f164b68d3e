"""Which canary functions a layer gets, and what each of them tries."""

from typing import Any

import pytest

from layerlift.domain.contents import Contents
from layerlift.domain.gates.canary import Canary
from layerlift.domain.release import Release
from layerlift.domain.report import LayerCheck, LayerFile, Module
from layerlift.ports.aws import CanaryPlan, Probe
from layerlift.releasing.canary_plans import Defaults, plan_canaries
from tests.fakes.world import World

DEFAULTS = Defaults(("python3.13", "nodejs22.x"), "arm64")
POLICY = Canary()
TOOL = LayerFile(path="bin/tool", size=3, is_executable=True)
FILE = LayerFile(path="data.bin", size=3, is_executable=False)
HTTPX = Module(name="httpx", path="python/httpx/__init__.py")
LODASH = Module(name="lodash", path="nodejs/node_modules/lodash")


def release(*kinds: str, **fields: Any) -> Release:
    world = World()
    base = world.stored_release(world.release())
    inside = ("compiled", "packages", "files", "check", "left_out")
    native_for = fields.pop("native_for", ())
    contents = Contents(
        kinds=kinds,
        architectures=native_for,
        **{key: fields.pop(key) for key in inside if key in fields},
    )
    return base.model_copy(update={"contents": contents, "modules": (), **fields})


def plans(*kinds: str, gate: Canary = POLICY, **fields: Any) -> tuple[CanaryPlan, ...]:
    return plan_canaries(release(*kinds, **fields), gate, DEFAULTS)[0]


def places(found: tuple[CanaryPlan, ...]) -> list[str]:
    return [f"{plan.probe} {plan.runtime} {plan.architecture}" for plan in found]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (("python",), ["python python3.13 arm64"]),
        (("nodejs",), ["nodejs nodejs22.x arm64"]),
        (("python", "nodejs"), ["python python3.13 arm64", "nodejs nodejs22.x arm64"]),
        (("custom-runtime",), ["none provided.al2023 arm64"]),
        (("java",), ["python python3.13 arm64"]),
        (("extension", "binaries"), ["python python3.13 arm64"]),
        (("data",), ["python python3.13 arm64"]),
    ],
)
def test_each_kind_has_a_function_that_can_try_it(
    kinds: tuple[str, ...], expected: list[str]
) -> None:
    assert places(plans(*kinds)) == expected


@pytest.mark.parametrize(
    ("runtimes", "expected"),
    [
        ((), "python3.13"),
        (("python3.12",), "python3.12"),
        (("python3.11", "python3.10"), "python3.11"),
        (("python3.12", "python3.13", "python3.14"), "python3.13"),
        (("nodejs22.x", "nodejs24.x"), "python3.13"),
    ],
)
def test_it_runs_on_the_default_runtime_or_on_the_newest_that_the_layer_serves(
    runtimes: tuple[str, ...], expected: str
) -> None:
    (plan,) = plans("python", runtimes=runtimes)
    assert plan.runtime == expected


def test_the_policy_may_ask_for_every_runtime_that_the_layer_serves() -> None:
    served = ("python3.11", "python3.12", "python3.13")
    found = plans("python", gate=Canary(runtimes="all"), runtimes=served)
    assert [plan.runtime for plan in found] == list(served)


def test_a_runtime_on_which_no_function_can_be_made_is_not_exercised() -> None:
    found, missing = plan_canaries(
        release("python", runtimes=("python3.7",)), Canary(runtimes="all"), DEFAULTS
    )
    assert found == ()
    assert missing == ("what is for python: no function can be made on a runtime of it",)


@pytest.mark.parametrize(
    ("architectures", "expected"),
    [((), ["arm64"]), (("x86_64",), ["x86_64"]), (("x86_64", "arm64"), ["x86_64", "arm64"])],
)
def test_it_runs_on_every_architecture_that_the_native_code_is_for(
    architectures: tuple[str, ...], expected: list[str]
) -> None:
    found = plans("python", native_for=architectures)
    assert [plan.architecture for plan in found] == expected


@pytest.mark.parametrize(
    ("served", "expected"), [(("x86_64", "arm64"), ["arm64"]), (("x86_64",), ["x86_64"])]
)
def test_without_native_code_one_architecture_stands_for_both(
    served: tuple[str, ...], expected: list[str]
) -> None:
    found = plans("python", architectures=served)
    assert [plan.architecture for plan in found] == expected


def test_files_are_looked_at_once_and_by_a_function_that_can() -> None:
    python, nodejs = plans("python", "nodejs", modules=(HTTPX,), packages=(LODASH,), files=(FILE,))
    assert [file["path"] for file in python.event["files"]] == ["data.bin"]
    assert nodejs.event["files"] == []
    assert [package["name"] for package in nodejs.event["packages"]] == ["lodash"]
    (alone,) = plans("nodejs", files=(FILE,))
    assert (alone.probe, len(alone.event["files"])) == (Probe.NODEJS, 1)


def test_files_beside_a_bootstrap_get_a_function_of_their_own() -> None:
    found = plans("custom-runtime", files=(FILE,))
    assert [plan.probe for plan in found] == [Probe.PYTHON, Probe.NONE]


def test_a_check_goes_to_the_runtime_that_its_module_is_for() -> None:
    check = LayerCheck(handler="httpx.check", payload='{"n": 1}')
    python, nodejs = plans("python", "nodejs", modules=(HTTPX,), check=check)
    assert python.event["check"] == {"handler": "httpx.check", "payload": {"n": 1}}
    assert nodejs.event["check"] is None


def test_commands_of_a_layer_for_another_language_run_beside_it() -> None:
    check = LayerCheck(commands=(("bin/tool", "--version"),))
    found = plans("nodejs", files=(TOOL,), check=check)
    assert [plan.probe for plan in found] == [Probe.PYTHON, Probe.NODEJS]
    assert found[0].event["commands"] == [["bin/tool", "--version"]]


def test_how_often_and_how_long_is_the_policys_word_or_the_manifests() -> None:
    gate = Canary(cold=3, warm=5, timeout="20s")
    (plan,) = plans("python", gate=gate)
    assert (plan.cold, plan.warm, plan.seconds) == (3, 5, 20)
    check = LayerCheck(handler="httpx.check", seconds=7)
    (plan,) = plans("python", gate=gate, modules=(HTTPX,), check=check)
    assert plan.seconds == 7


def test_what_there_was_no_room_for_is_said() -> None:
    _, missing = plan_canaries(release("python", left_out=3), Canary(), DEFAULTS)
    assert missing == ("3 more modules and files than a canary tries",)
