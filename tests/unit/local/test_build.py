from pathlib import Path

import pytest

from layerlift_cli.errors import AnswerIsNo
from layerlift_cli.local import build as build_module
from layerlift_cli.local.build import built, python_versions
from layerlift_cli.local.checkout import Checkout
from layerlift_cli.progress import Silent


class FakeSam:
    """Stands for the SAM CLI: writes what it would leave behind, and remembers its calls."""

    def __init__(self) -> None:
        self.exit_code = 0
        self.environments: list[dict[str, str]] = []

    def __call__(
        self,
        checkout: Checkout,
        arguments: list[str],
        *,
        log: Path,
        environment: dict[str, str],
        held: int,
    ) -> int:
        self.environments.append(environment)
        checkout.built_template.parent.mkdir(parents=True, exist_ok=True)
        checkout.built_template.write_text("built")
        log.write_text("a line\nthe reason\n")
        return self.exit_code

    @property
    def calls(self) -> int:
        return len(self.environments)


@pytest.fixture
def sam(monkeypatch: pytest.MonkeyPatch) -> FakeSam:
    fake = FakeSam()
    monkeypatch.setattr(build_module, "run_sam", fake)
    return fake


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    (tmp_path / ".tools/emulator").mkdir(parents=True)
    (tmp_path / ".tools/emulator/pyvenv.cfg").write_text("home = /x\nversion_info = 3.13.0\n")
    (tmp_path / "template.yaml").write_text("Resources: {}")
    return Checkout(tmp_path)


def build(checkout: Checkout) -> str:
    with built(checkout, Silent()) as result:
        return result.fingerprint


def test_a_build_is_not_repeated_while_nothing_changes(checkout: Checkout, sam: FakeSam) -> None:
    assert build(checkout) == build(checkout)
    assert sam.calls == 1


@pytest.mark.parametrize("place", ["template.yaml", "layers/core/Makefile", "statemachines/r.json"])
def test_a_change_of_what_is_deployed_builds_again(
    checkout: Checkout, sam: FakeSam, place: str
) -> None:
    before = build(checkout)
    (checkout.root / place).parent.mkdir(parents=True, exist_ok=True)
    (checkout.root / place).write_text("changed")
    assert build(checkout) != before
    assert sam.calls == 2


def test_a_failed_build_tells_why_and_does_not_count(checkout: Checkout, sam: FakeSam) -> None:
    sam.exit_code = 1
    with pytest.raises(AnswerIsNo, match="the reason"):
        build(checkout)
    sam.exit_code = 0
    build(checkout)
    assert sam.calls == 2


def test_half_a_build_does_not_pass_for_the_one_before_it(checkout: Checkout, sam: FakeSam) -> None:
    before = checkout.template.read_text()
    build(checkout)
    checkout.template.write_text("broken")
    sam.exit_code = 1
    with pytest.raises(AnswerIsNo):
        build(checkout)
    sam.exit_code = 0
    checkout.template.write_text(before)
    build(checkout)
    assert sam.calls == 3


def test_a_build_that_was_removed_is_made_again(checkout: Checkout, sam: FakeSam) -> None:
    build(checkout)
    checkout.built_template.unlink()
    build(checkout)
    assert sam.calls == 2


@pytest.mark.parametrize(
    ("emulator", "wanted"), [("3.13.0", "3.13"), ("3.11.7", "3.13 3.11"), ("3.12.1", "3.13 3.12")]
)
def test_the_layer_is_built_for_lambda_and_for_the_emulator(
    checkout: Checkout, sam: FakeSam, emulator: str, wanted: str
) -> None:
    config = checkout.emulator_environment / "pyvenv.cfg"
    config.write_text(f"home = /x\nversion_info = {emulator}\n")
    build(checkout)
    assert python_versions(checkout) == wanted
    assert sam.environments[-1]["LAYERLIFT_PYTHON_VERSIONS"] == wanted


def test_another_python_of_the_emulator_builds_again(checkout: Checkout, sam: FakeSam) -> None:
    build(checkout)
    (checkout.emulator_environment / "pyvenv.cfg").write_text("version_info = 3.11.7\n")
    build(checkout)
    assert sam.calls == 2
