"""A Chromium for tests: from npm's registry, pinned by hash, unpacked once into `.tools/browser`.

`@sparticuz/chromium` is a headless Chromium with the few libraries that it needs, made for Lambda:
it runs on a bare x86_64 Linux, and nobody has to be root. Elsewhere, or to try another one, name
the program in ``LAYERLIFT_CHROMIUM``, or have `chromium` on the path (Debian: apt-get install
chromium).
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from layerlift_cli.local.checkout import this_checkout

VARIABLE = "LAYERLIFT_CHROMIUM"

FLAGS = (
    "--no-sandbox",  # tests may run as root; what is opened is this machine's
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

_HERE = Path(__file__).parent
_INPUTS = ("package.json", "package-lock.json", "chromium.py")
_PACKED = "node_modules/@sparticuz/chromium/bin"
_PARTS = {"chromium": "chromium", "al2023.tar": "libraries.tar", "fonts.tar": "fonts.tar"}
_UNPACK = """
const fs = require("fs"), zlib = require("zlib");
const [from, to] = process.argv.slice(1);
fs.writeFileSync(to, zlib.brotliDecompressSync(fs.readFileSync(from)));
"""
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{place}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{place}/cache</cachedir>
  <alias binding="strong">
    <family>sans-serif</family>
    <prefer><family>Open Sans</family></prefer>
  </alias>
  <alias binding="strong">
    <family>system-ui</family>
    <prefer><family>Open Sans</family></prefer>
  </alias>
</fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    """A program, and the environment that it runs in."""

    program: Path
    environment: dict[str, str] = field(default_factory=dict)


def chromium() -> Chromium:
    """Return the browser, fetched if need be.

    :raises subprocess.CalledProcessError: if the packages cannot be had.
    :raises FileNotFoundError: if there is none for this machine.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Chromium(Path(named))
    if platform.machine() != "x86_64":
        found = shutil.which("chromium") or shutil.which("google-chrome")
        if found is None:
            raise FileNotFoundError(f"there is no chromium on the path; name one in {VARIABLE}")
        return Chromium(Path(found))
    place = packages()
    environment = {"LD_LIBRARY_PATH": f"{place}/lib", "FONTCONFIG_FILE": f"{place}/fonts.conf"}
    return Chromium(place / "chromium", environment)


def packages() -> Path:
    """Return the folder with what the lock names, `node_modules` and unpacked."""
    digest = hashlib.sha256()
    for name in _INPUTS:
        digest.update((_HERE / name).read_bytes())
    place = this_checkout().tools / "browser" / digest.hexdigest()[:16]
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="new-", dir=place.parent) as made:
            _install(Path(made) / "made", place)
    return place


def _install(made: Path, place: Path) -> None:
    made.mkdir()
    for name in _INPUTS:
        shutil.copy(_HERE / name, made)
    quietly = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error")
    _run("npm", "ci", *quietly, cwd=made)
    for packed, unpacked in _PARTS.items():
        source = made / _PACKED / f"{packed}.br"
        _run("node", "-e", _UNPACK, str(source), str(made / unpacked), cwd=made)
        source.unlink()
    for archive in ("libraries.tar", "fonts.tar"):
        shutil.unpack_archive(made / archive, made, filter="data")
    (made / "chromium").chmod(0o755)
    (made / "fonts.conf").write_text(_FONTS.format(place=place))
    if not place.exists():  # another run may have been first
        made.rename(place)


def _run(*command: str, cwd: Path) -> None:
    subprocess.run(
        command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True
    )
