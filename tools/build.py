"""`sam build`, if anything has changed: the same locked step that `layerlift local up` takes."""

from __future__ import annotations

import sys

from layerlift_cli.errors import CommandError
from layerlift_cli.local.build import built
from layerlift_cli.local.checkout import this_checkout
from layerlift_cli.progress import ConsoleProgress


def main() -> int:
    """Build; the exit code."""
    checkout = this_checkout()
    try:
        with built(checkout, ConsoleProgress()) as build:
            print(f"build {build.fingerprint[:12]} is in {checkout.built_template.parent}")
    except CommandError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
