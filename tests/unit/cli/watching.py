"""A program that watches a release in a registry of its own, for tests that need a terminal.

`python -m tests.unit.cli.watching waiting|succeeding [--json]`
"""

import sys
from types import SimpleNamespace

from layerlift.domain.release import ReleaseState, StageState
from layerlift.releasing.record import record_release
from layerlift_cli.main import app
from layerlift_cli.session import Caller
from tests.fakes.world import World


def main() -> None:
    """Run `layerlift status --watch` on a release that waits for approval, or has succeeded."""
    how, *options = sys.argv[1:]
    world = World()
    ref = world.release()
    world.lock(ref, "run-1-dev", "dev")
    world.end(ref, "run-1-dev", StageState.ACTIVE, "dev")
    world.lock(ref, "run-1-prod")
    if how == "waiting":
        world.request(ref)
    else:
        record_release(ref, ReleaseState.SUCCEEDED, "", registry=world.registry, clock=world.clock)
    plane = SimpleNamespace(registry=world.registry, stack="layerlift")
    Caller.control_plane = lambda _: (plane, None)  # type: ignore[method-assign,assignment,return-value]
    app(["status", "--watch", *options])


if __name__ == "__main__":
    main()
