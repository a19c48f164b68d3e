"""Write the catalogue of Lambda's runtimes: `python -m tools.runtimes [--as-of YYYY-MM-DD]`.

Names come from the `Runtime` enumeration of botocore's service model of Lambda, dates from the
life cycles that cfn-lint ships, both as installed here. What neither of them knows, the operating
system, follows from the tables below.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from botocore.loaders import Loader

CATALOGUE = Path("layers/core/layerlift/inspecting/compatibility/runtimes.json")
ROOT = Path(__file__).resolve().parents[1]

# The first version of each family on an operating system; what is older runs on the one before.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
AMAZON_LINUX_2023 = {
    "python": (3, 12),
    "nodejs": (20,),
    "java": (21,),
    "ruby": (3, 3),
    "dotnet": (8,),
}
AMAZON_LINUX_2 = {
    "python": (3, 8),
    "nodejs": (10,),
    "java": (11,),
    "ruby": (2, 7),
    "dotnet": (3, 1),
}
# Names that say it: provided.al2, java8.al2, java17.al2023.
SUFFIXES = {"al2": "Amazon Linux 2", "al2023": "Amazon Linux 2023"}

# https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html and, for the oldest,
# https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al1.html
GLIBC = {"Amazon Linux": (2, 17), "Amazon Linux 2": (2, 26), "Amazon Linux 2023": (2, 34)}

_NAME = re.compile(r"([a-z]+?)(?:core)?(\d+(?:\.\d+)*)?(?:\.x)?(?:\.(al\d+))?(?:-edge)?")


def catalogue(as_of: date) -> dict[str, Any]:
    """Return the content of the catalogue.

    :raises ValueError: if a runtime's name is of a form that nobody has seen yet.
    :raises ModuleNotFoundError: if cfn-lint is not installed.
    """
    lifecycles = _lifecycles()
    model = Loader().load_service_model("lambda", "service-2")
    names = model["shapes"]["Runtime"]["enum"]
    return {
        "as_of": as_of.isoformat(),
        "runtimes": {name: _runtime(name, lifecycles.get(name, {})) for name in sorted(names)},
    }


def written(content: dict[str, Any]) -> str:
    """Return the catalogue as the file holds it: a runtime a line."""
    runtimes = ",\n".join(
        f"    {json.dumps(name)}: {json.dumps(facts)}"
        for name, facts in content["runtimes"].items()
    )
    return f'{{\n  "as_of": "{content["as_of"]}",\n  "runtimes": {{\n{runtimes}\n  }}\n}}\n'


def _lifecycles() -> dict[str, Any]:
    # Found, not imported: that would take seconds.
    package = find_spec("cfnlint")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("cfn-lint is not installed: run `make setup`")
    data = Path(package.origin).parent / "data" / "AdditionalSpecs" / "LmbdRuntimeLifecycle.json"
    lifecycles: dict[str, Any] = json.loads(data.read_text())
    return lifecycles


def _runtime(name: str, lifecycle: dict[str, Any]) -> dict[str, Any]:
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is no name of a runtime that this tool understands")
    family, digits, suffix = match.groups()
    version = tuple(int(part) for part in digits.split(".")) if digits and family != "go" else ()
    system = SUFFIXES[suffix] if suffix else _system(family, version)
    return {
        "family": family,
        "version": list(version),
        "create_blocked": lifecycle.get("create-block"),
        "system": system,
        "glibc": list(GLIBC[system]),
    }


def _system(family: str, version: tuple[int, ...]) -> str:
    if family in AMAZON_LINUX_2023 and version >= AMAZON_LINUX_2023[family]:
        return "Amazon Linux 2023"
    if family in AMAZON_LINUX_2 and version >= AMAZON_LINUX_2[family]:
        return "Amazon Linux 2"
    return "Amazon Linux"


def main() -> int:
    """Write the catalogue as of a day, today if none is given."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--as-of", type=date.fromisoformat, default=datetime.now(UTC).date())
    content = catalogue(parser.parse_args().as_of)
    (ROOT / CATALOGUE).write_text(written(content))
    print(f"{CATALOGUE}: {len(content['runtimes'])} runtimes as of {content['as_of']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
