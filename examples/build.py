"""Builds a sample layer from locked wheels, the same bytes every time.

python -m examples.build LAYER VERSION [--into DIR]
"""

from __future__ import annotations

import argparse
import compileall
import py_compile
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEFAULT_INTO = HERE.parent / ".layerlift" / "examples"

PYTHON_VERSION = "3.13"
_UV = Path(sys.prefix) / "bin" / "uv"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can hold (APPNOTE 4.4.6): the same for every entry of every build."""


def build_layer(layer: str, version: str, into: Path = DEFAULT_INTO) -> Path:
    """Install the layer's wheels and return the zip that holds them under ``python/``.

    :raises subprocess.CalledProcessError: if the wheels cannot be had.
    """
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into) as scratch:
        root = Path(scratch)
        _install(HERE / layer / "requirements.txt", root / "python")
        module = root / "python" / f"{layer.replace('-', '_')}_layer.py"
        module.write_text(
            f'"""Says which version of the layer a function has."""\n\nVERSION = "{version}"\n'
        )
        _compile(root / "python")
        # Built aside and then moved, so that a build that is killed leaves no half a zip.
        made = root / "layer.zip"
        _pack(root, made)
        return made.rename(into / f"{layer}-{version}.zip")


def _install(requirements: Path, target: Path) -> None:
    subprocess.run(
        [
            *(str(_UV), "pip", "install", "--quiet", "--target", str(target)),
            *("--python-version", PYTHON_VERSION, "--python-platform", "x86_64-manylinux2014"),
            *("--only-binary", ":all:", "--require-hashes", "--no-deps"),
            *("--requirement", str(requirements)),
        ],
        check=True,
    )


def _compile(target: Path) -> None:
    """Add bytecode, which a function cannot write beside a layer's sources.

    Without it every cold start compiles them anew. PEP 552's unchecked kind is valid whatever time
    stamp a zip gives a file. Only the layer's own version of Python can make it; a layer without it
    works, and starts slower.
    """
    if f"{sys.version_info.major}.{sys.version_info.minor}" == PYTHON_VERSION:
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        compileall.compile_dir(target, quiet=2, invalidation_mode=mode, stripdir=target)


def _pack(root: Path, into: Path) -> None:
    files = sorted(path for path in (root / "python").rglob("*") if _belongs(path))
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # Lambda's user is not the one who unpacks: everybody has to be able to read.
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())


def _belongs(path: Path) -> bool:
    parts = path.parts
    is_installers = path.name in (".lock", "RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
    return path.is_file() and "bin" not in parts and not is_installers


def main() -> int:
    """Build what the command line names."""
    parser = argparse.ArgumentParser(description="Build a sample layer.")
    parser.add_argument("layer", choices=sorted(p.parent.name for p in HERE.glob("*/*.in")))
    parser.add_argument("version")
    parser.add_argument("--into", type=Path, default=DEFAULT_INTO)
    given = parser.parse_args()
    sys.stdout.write(f"{build_layer(given.layer, given.version, given.into)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
