"""Where things lie in a checkout of Layerlift."""

import sys
from dataclasses import dataclass
from pathlib import Path

from layerlift_cli.errors import NotSetUp


@dataclass(frozen=True, slots=True)
class Checkout:
    """A clone of the repository after `make setup`."""

    root: Path

    @property
    def template(self) -> Path:
        """The control plane as written."""
        return self.root / "template.yaml"

    @property
    def built_template(self) -> Path:
        """The control plane as `sam build` left it."""
        return self.root / ".aws-sam" / "build" / "template.yaml"

    @property
    def region_template(self) -> Path:
        """What every target region needs."""
        return self.root / "region.yaml"

    @property
    def policy(self) -> Path:
        """Stages, targets and gates."""
        return self.root / "policy.yaml"

    @property
    def tools(self) -> Path:
        """What set-up and sam keep for themselves."""
        return self.root / ".tools"

    @property
    def emulator_environment(self) -> Path:
        """The virtual environment of the emulator."""
        return self.tools / "emulator"

    @property
    def emulator_python(self) -> Path:
        """The Python that runs the emulator, and so the functions."""
        python = self.emulator_environment / "bin" / "python"
        if not python.exists():
            raise NotSetUp("The emulator is not installed.", next_step="Run: make setup")
        return python

    @property
    def emulator_python_version(self) -> str:
        """Its version as `3.13`; packages with native code must be there for it."""
        lines = (self.emulator_environment / "pyvenv.cfg").read_text().splitlines()
        values = dict(line.split(" = ", 1) for line in lines if " = " in line)
        version = values.get("version_info") or values["version"]
        return ".".join(version.split(".")[:2])

    @property
    def default_state_dir(self) -> Path:
        """Where `layerlift local up` keeps what it started."""
        return self.root / ".layerlift" / "local"


def this_checkout() -> Checkout:
    """The checkout that this very package runs from."""
    root = Path(__file__).resolve().parents[3]
    if not (root / "pyproject.toml").is_file():
        raise NotSetUp(
            "There is no clone of the repository here, which `layerlift local` needs.",
            next_step="Clone it and run: make setup",
        )
    return Checkout(root)


def tool(name: str) -> Path:
    """A command that is installed beside this Python, whatever PATH says."""
    path = Path(sys.prefix) / "bin" / name
    if not path.exists():
        raise NotSetUp(f"{name} is not installed.", next_step="Run: make setup")
    return path
