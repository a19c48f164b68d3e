"""The catalogue of runtimes is what the generator makes, and says what AWS says."""

from datetime import date
from pathlib import Path

import pytest
from botocore.loaders import Loader

from layerlift.inspecting.compatibility.runtimes import family_of, in_order, runtimes
from tools import runtimes as generator

ROOT = Path(__file__).resolve().parents[4]


def test_the_file_is_what_the_generator_makes() -> None:
    text = (ROOT / generator.CATALOGUE).read_text()
    as_of = date.fromisoformat(text.split('"as_of": "')[1][:10])
    assert text == generator.written(generator.catalogue(as_of))


@pytest.mark.parametrize(
    ("name", "family", "version", "glibc"),
    [
        ("python3.11", "python", (3, 11), (2, 26)),
        ("python3.12", "python", (3, 12), (2, 34)),
        ("nodejs18.x", "nodejs", (18,), (2, 26)),
        ("nodejs20.x", "nodejs", (20,), (2, 34)),
        ("java8.al2", "java", (8,), (2, 26)),
        ("java17", "java", (17,), (2, 26)),
        ("java21", "java", (21,), (2, 34)),
        ("ruby3.2", "ruby", (3, 2), (2, 26)),
        ("ruby3.3", "ruby", (3, 3), (2, 34)),
        ("dotnet6", "dotnet", (6,), (2, 26)),
        ("dotnet8", "dotnet", (8,), (2, 34)),
        ("dotnetcore3.1", "dotnet", (3, 1), (2, 26)),
        ("provided.al2", "provided", (), (2, 26)),
        ("provided.al2023", "provided", (), (2, 34)),
        ("python3.7", "python", (3, 7), (2, 17)),
        ("go1.x", "go", (), (2, 17)),
        ("nodejs4.3-edge", "nodejs", (4, 3), (2, 17)),
    ],
)
def test_a_name_says_family_version_and_system(
    name: str, family: str, version: tuple[int, ...], glibc: tuple[int, ...]
) -> None:
    runtime = runtimes()[name]
    assert (runtime.family, runtime.version, runtime.glibc) == (family, version, glibc)


def test_runtimes_that_block_new_functions_are_known_and_not_creatable() -> None:
    creatable = {runtime.name: runtime.is_creatable for runtime in runtimes().values()}
    assert creatable["python3.13"]
    assert creatable["nodejs22.x"]
    assert not creatable["python3.7"]
    assert not creatable["go1.x"]


def test_versions_are_in_order_of_their_numbers() -> None:
    names = [runtime.name for runtime in family_of("python")]
    assert names.index("python3.9") < names.index("python3.10") < names.index("python3.13")
    assert in_order({"python3.10", "python3.9"}) == ("python3.9", "python3.10")


def test_a_name_of_an_unknown_form_stops_the_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    model = {"shapes": {"Runtime": {"enum": ["Python 4"]}}}
    monkeypatch.setattr(Loader, "load_service_model", lambda *_: model)
    with pytest.raises(ValueError, match="Python 4"):
        generator.catalogue(date(2026, 1, 1))


def test_what_cfn_lint_does_not_know_yet_is_creatable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "_lifecycles", dict)
    content = generator.catalogue(date(2026, 1, 1))
    assert content["runtimes"]["python3.13"]["create_blocked"] is None
