"""What `sam build` makes is complete: each handler imports from it alone plus boto3."""

from __future__ import annotations

import collections
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from layerlift_cli.local.build import built
from layerlift_cli.local.checkout import this_checkout
from layerlift_cli.progress import Silent

# What Lambda's Python runtime brings; everything else has to be in the build.
RUNTIME_PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3")
MAX_FILES = 450
"""In the core layer: a cold start on the emulator takes a quarter of a millisecond for each."""

ROOT = Path(__file__).parents[2]
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))

IMPORTS = """
import sys
sys.path[:0] = {places!r}
import handler
assert callable(handler.handler)
import layerlift
assert layerlift.__file__.startswith({core!r}), layerlift.__file__
"""

MAKES_A_BILL_OF_MATERIALS = """
import sys
sys.path[:0] = {places!r}
from layerlift.domain.report import Package, Report
from layerlift.inspecting.sbom import cyclonedx_json
package = Package(name="six", version="1.17.0", license="MIT", ecosystem="pypi", path="python/six")
report = Report(accepted=True, layer="l", version="1.0.0", sha256="0" * 64, code_sha256=None,
                size=1, unzipped_size=1, entries=1, packages=(package,))
assert '"pkg:pypi/six@1.17.0"' in cyclonedx_json(report)
"""

READS_WHAT_LIES_BESIDE_MODULES = """
import sys
sys.path[:0] = {places!r}
from layerlift.adapters.canary_functions import _FILES, _code
from layerlift.inspecting.catalogue import every_kind
from layerlift.inspecting.compatibility.runtimes import runtimes
assert len(every_kind()) > 50 and len(runtimes()) > 5
assert all(len(_code(probe)) > 500 for probe in _FILES)
"""

RENDERS_A_TEMPLATE = """
import sys
sys.path[:0] = {places!r}
from layerlift.console.rendering import _environment
assert len(_environment().list_templates()) > 10
assert _environment().get_template("matrix.html")
"""

TELLS_WHERE_IT_FAILED = """
import sys, traceback
sys.path[:0] = {places!r}
from layerlift.domain.names import parse_stage_name
try:
    parse_stage_name("?")
except ValueError:
    told = traceback.format_exc()
assert "/layerlift/code.zip/layerlift/domain/names.py" in told, told
assert "raise " in told, told
"""

KNOWS_TIME_ZONES = """
import sys
sys.path[:0] = {places!r}
import zoneinfo
zoneinfo.reset_tzpath(())
import tzdata
assert tzdata.__file__.startswith({core!r}), tzdata.__file__
for name in ("Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"):
    zoneinfo.ZoneInfo(name)
"""

SPEAKS_TO_ANY_SERVICE = """
import sys
sys.path[:0] = {places!r}
from layerlift.adapters.apprise_services import AppriseServices
import apprise
assert apprise.__file__.startswith({core!r}.replace("CoreLayer", "ChatLayer")), apprise.__file__
assert not AppriseServices().notify("nonsense://", "title", "body", "info")
assert apprise.Apprise().add("json://127.0.0.1/")
"""


@pytest.fixture(scope="module")
def build() -> Path:
    checkout = this_checkout()
    with built(checkout, Silent()):
        return checkout.root / ".aws-sam" / "build"


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the runtime brings and nothing else of the development environment."""
    place = tmp_path_factory.mktemp("runtime")
    site = Path(next(path for path in sys.path if path.endswith("site-packages")))
    for name in RUNTIME_PACKAGES:
        (place / name).symlink_to(site / name)
    return place


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_imports_from_its_build_alone(function: str, build: Path, runtime: Path) -> None:
    name = "".join(word.capitalize() for word in function.split("_")) + "Function"
    _run(name, IMPORTS, build, runtime)


def test_a_bill_of_materials_is_made_from_the_build_alone(build: Path, runtime: Path) -> None:
    _run("InspectFunction", MAKES_A_BILL_OF_MATERIALS, build, runtime)


def test_what_lies_beside_modules_is_read_from_the_build_alone(build: Path, runtime: Path) -> None:
    _run("InspectFunction", READS_WHAT_LIES_BESIDE_MODULES, build, runtime)
    _run("ConsoleFunction", RENDERS_A_TEMPLATE, build, runtime)


def test_a_traceback_shows_lines_of_the_core(build: Path, runtime: Path) -> None:
    _run("PublishFunction", TELLS_WHERE_IT_FAILED, build, runtime)


def test_a_cold_start_unpacks_few_files(build: Path) -> None:
    files = [path for path in (build / "CoreLayer").rglob("*") if path.is_file()]
    assert len(files) < MAX_FILES, collections.Counter(path.parent for path in files)


def test_time_zones_come_from_the_build_alone(build: Path, runtime: Path) -> None:
    _run("CheckAlarmsFunction", KNOWS_TIME_ZONES, build, runtime)


def test_any_service_can_be_spoken_to_from_the_build_alone(build: Path, runtime: Path) -> None:
    _run("AnnounceFunction", SPEAKS_TO_ANY_SERVICE, build, runtime)


def _run(name: str, program: str, build: Path, runtime: Path) -> None:
    """Run a program that sees what the function `name` sees, and nothing else."""
    properties = _properties(name)
    layers = ["CoreLayer", *(layer["Ref"] for layer in properties.get("Layers", ()))]
    places = [build / name, *(build / layer / "python" for layer in layers), runtime]
    core = str(build / "CoreLayer" / "python")
    # -I -S: neither the environment nor site-packages of the interpreter is on the path.
    done = subprocess.run(
        [
            *(str(this_checkout().emulator_python), "-I", "-S", "-B", "-c"),
            program.format(places=[str(place) for place in places], core=core),
        ],
        env={"AWS_DEFAULT_REGION": "eu-central-1", **_environment(properties)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _template() -> dict[str, Any]:
    text = (ROOT / ".aws-sam" / "build" / "template.yaml").read_text()
    template: dict[str, Any] = yaml.load(text, Loader=_CloudFormationLoader)
    return template


def _properties(name: str) -> dict[str, Any]:
    """Return the function's properties as the built template has them."""
    properties: dict[str, Any] = _template()["Resources"][name]["Properties"]
    return properties


def _environment(properties: dict[str, Any]) -> dict[str, str]:
    """Return the function's variables: the defaults of parameters, and stand-ins for the rest."""
    variables = properties.get("Environment", {}).get("Variables", {})
    parameters = _template()["Parameters"]
    return {key: _stand_in(value, parameters) for key, value in variables.items()}


def _stand_in(value: Any, parameters: dict[str, Any]) -> str:
    if isinstance(value, dict):
        return str(parameters.get(value.get("Ref"), {}).get("Default", "x"))
    return str(value)


class _CloudFormationLoader(yaml.SafeLoader):
    """Reads intrinsic functions as what they are applied to, where that is a word."""


_CloudFormationLoader.add_multi_constructor(
    "!", lambda loader, suffix, node: node.value if isinstance(node.value, str) else suffix
)
