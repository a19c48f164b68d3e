"""Lint the templates: as written by SAM's own rules, as built by CloudFormation's."""

from __future__ import annotations

import os
import subprocess
import sys

from layerlift_cli.local.build import built
from layerlift_cli.local.checkout import Checkout, this_checkout, tool
from layerlift_cli.local.environment import REGION
from layerlift_cli.local.sam import run_sam
from layerlift_cli.progress import ConsoleProgress

EXAMPLE = "examples/own-rule/template.yaml"


def main() -> int:
    """Lint all; 0 if there is nothing to say."""
    checkout = this_checkout()
    with built(checkout, ConsoleProgress()) as build:
        return _as_written(checkout, build.lock) or _as_built(checkout)


def _as_written(checkout: Checkout, lock: int) -> int:
    log = checkout.root / ".aws-sam" / "validate.log"
    # SAM wants a region and credentials to look up managed policies; there are none in here.
    offline = {"AWS_REGION": REGION, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    code = run_sam(
        checkout,
        ["validate", "--lint", "--template-file", str(checkout.template)],
        log=log,
        environment=os.environ | offline,
        held=lock,
    )
    print(log.read_text(errors="replace").strip(), flush=True)
    return code


def _as_built(checkout: Checkout) -> int:
    templates = (checkout.built_template, checkout.region_template, checkout.root / EXAMPLE)
    # One run for all: most of its time goes into starting.
    command = [str(tool("cfn-lint")), *map(str, templates)]
    code = subprocess.run(command, check=False).returncode
    names = " and ".join(str(path.relative_to(checkout.root)) for path in templates)
    print(f"cfn-lint of {names}: {'good' if code == 0 else 'see above'}", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
