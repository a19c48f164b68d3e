"""What `sam build` makes is complete: each handler imports from it alone plus boto3."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from layerlift_cli.local.build import built
from layerlift_cli.local.checkout import this_checkout
from layerlift_cli.progress import Silent

# What Lambda's Python runtime brings; everything else has to be in the build.
RUNTIME_PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3")
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
    core = str(build / "CoreLayer" / "python")
    places = [str(build / name), core, str(runtime)]
    # -I -S: neither the environment nor site-packages of the interpreter is on the path.
    done = subprocess.run(
        [
            *(str(this_checkout().emulator_python), "-I", "-S", "-B", "-c"),
            IMPORTS.format(places=places, core=core),
        ],
        env={"AWS_DEFAULT_REGION": "eu-central-1", **_environment(name)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _environment(name: str) -> dict[str, str]:
    """Return the function's variables as the built template names them, with stand-ins."""
    text = (ROOT / ".aws-sam" / "build" / "template.yaml").read_text()
    template = yaml.load(text, Loader=_CloudFormationLoader)
    properties = template["Resources"][name]["Properties"]
    variables = properties.get("Environment", {}).get("Variables", {})
    return {key: value if isinstance(value, str) else "x" for key, value in variables.items()}


class _CloudFormationLoader(yaml.SafeLoader):
    """Reads intrinsic functions as what they are applied to."""


_CloudFormationLoader.add_multi_constructor("!", lambda loader, suffix, node: json.dumps(suffix))
