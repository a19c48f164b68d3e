"""A registry with a release in each state that people have to tell apart."""

from datetime import timedelta

from layerlift.domain.gates.approvals import Approvals
from layerlift.domain.release import ReleaseState, StageState, TargetState
from tests.fakes.releases_by_hand import NOW, REGIONS
from tests.fakes.scenery import Scenery, vote


def busy() -> Scenery:
    """Return a scenery with a release in each state that people have to tell apart."""
    scene = Scenery()
    client, parser, crypto = "http-client", "xml-parser", "crypto-native"
    sizes = (1_210_000, 1_250_000, 1_240_000, 1_400_000)
    for number, size in enumerate(sizes):
        old = scene.release(client, f"1.{number}.0", ReleaseState.SUCCEEDED,
                            minutes_ago=60 * 24 * (9 - 2 * number), size=size)  # fmt: skip
        scene.live(old, startup=150 + 15 * number)
    waiting = scene.release(client, "1.4.0", size=1_520_000)
    scene.below_prod(waiting)
    scene.approval(waiting, votes=(vote(),), rules=Approvals(required=2, console="allowed"))

    stable = scene.release(parser, "2.0.3", ReleaseState.SUCCEEDED, minutes_ago=60 * 24 * 3)
    scene.live(stable)
    baking = scene.release(parser, "2.1.0", minutes_ago=44)
    scene.below_prod(baking)
    scene.stage(baking, "prod", StageState.BAKING, began=30, changed=12)
    scene.targets(baking, "prod", dict.fromkeys(REGIONS[:12], TargetState.ACTIVE), live=True)
    scene.targets(baking, "prod", dict.fromkeys(REGIONS[12:14], TargetState.PUBLISHED))
    scene.watch(baking, "prod", 2, bakes_until=NOW + timedelta(minutes=18))

    held = scene.release(crypto, "3.0.0-rc.1", minutes_ago=8)
    scene.stage(held, "dev", StageState.ACTIVE, began=8, changed=7)
    scene.targets(held, "dev", {"eu-central-1": TargetState.ACTIVE}, live=True)
    scene.stage(held, "staging", StageState.HELD, began=7, changed=6)
    scene.watch(held, "staging", 0, held_for="Alarm errors in us-east-1 fires: 12 errors in 5 "
                "minutes.", held_by=("errors",), held_since=NOW - timedelta(minutes=6),
                firing_since=NOW - timedelta(minutes=6))  # fmt: skip

    failed = scene.release("tz-data", "2026.2.0", ReleaseState.FAILED, minutes_ago=90,
                           reason="prod: The canary failed in us-west-2: cannot import "
                           "zoneinfo_data: libgcc_s.so.1 is missing.")  # fmt: skip
    scene.below_prod(failed)
    scene.stage(failed, "prod", StageState.FAILED, began=80, changed=75,
                reason="The canary failed in us-west-2: cannot import zoneinfo_data: "
                "libgcc_s.so.1 is missing.")  # fmt: skip
    scene.targets(failed, "prod", {REGIONS[0]: TargetState.INACTIVE,
                                   REGIONS[1]: TargetState.INACTIVE,
                                   REGIONS[2]: TargetState.FAILED},
                  reason="The canary failed.")  # fmt: skip

    owed = scene.release("image-tools", "0.9.1", ReleaseState.SUCCEEDED, minutes_ago=300)
    scene.live(owed)
    scene.targets(owed, "prod", {"ap-southeast-3": TargetState.STUCK}, reason="It is stuck.")
    scene.owe(owed, "ap-southeast-5")
    return scene
