"""Layers of Python packages, made of locked wheels as a platform team makes them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from layerlift_cli.local.checkout import this_checkout, tool
from tests.real.packing import built_once

PINS = Path(__file__).parent / "layers"

PYTHON_VERSION = "3.13"

_PLATFORMS = {"x86_64": "x86_64-manylinux_2_28", "arm64": "aarch64-manylinux_2_28"}
"""AWS's architectures, and the wheels that run on them: Amazon Linux 2023 has glibc 2.34, and
manylinux_2_28 is the newest of the common wheel platforms that it covers (PEP 600)."""

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def python_layer(name: str, architecture: str) -> Path:
    """Return the zip of a layer whose pins are ``layers/<name>.txt``; the same bytes each time.

    Console scripts stay in ``python/bin``, as they do when someone installs with ``--target``.

    :raises subprocess.CalledProcessError: if the wheels cannot be had.
    """
    return built_once(
        this_checkout().tools / "real",
        f"{name}-{architecture}",
        [_pins_file(name).read_bytes(), architecture.encode(), Path(__file__).read_bytes()],
        lambda root: _install(_pins_file(name), architecture, root / "python"),
    )


def pinned(name: str) -> dict[str, str]:
    """Return the version of each distribution that a layer's pins name."""
    return dict(_PIN.findall(_pins_file(name).read_text()))


def _pins_file(name: str) -> Path:
    return PINS / f"{name}.txt"


def _install(pins: Path, architecture: str, target: Path) -> None:
    subprocess.run(
        [
            *(str(tool("uv")), "pip", "install", "--quiet", "--target", str(target)),
            *("--python", sys.executable, "--python-version", PYTHON_VERSION),
            *("--python-platform", _PLATFORMS[architecture]),
            *("--only-binary", ":all:", "--require-hashes", "--no-deps", "--no-compile"),
            *("--requirement", str(pins)),
        ],
        check=True,
    )
