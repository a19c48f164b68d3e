"""A registry as it is after weeks of releases: many layers and regions, and every state there is.

The records are written as the steps write them, without the steps: what is tested with it is how
they are shown.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from layerlift.console.desk import Desk
from layerlift.domain.approval import (
    Approval,
    ConsumersIn,
    Difference,
    RequestFacts,
    StageBelow,
    Vote,
)
from layerlift.domain.canary import CanaryRecord, CanaryResult, CanaryRun, Timing
from layerlift.domain.debts import Debt
from layerlift.domain.events import EventType
from layerlift.domain.gates.approvals import Approvals
from layerlift.domain.names import (
    parse_digest,
    parse_layer_name,
    parse_stage_name,
    parse_version,
)
from layerlift.domain.outcomes import Outcome
from layerlift.domain.pointers import Pointer
from layerlift.domain.policy import Policy
from layerlift.domain.release import (
    Artifact,
    LivePointer,
    Release,
    ReleaseState,
    StageProgress,
    StageState,
    TargetProgress,
    TargetState,
)
from layerlift.domain.report import Finding, Package, Report, Severity
from layerlift.domain.targets import Target
from layerlift.domain.watching import WaveWatch
from layerlift.ports.registry import Write
from layerlift.releasing.policies import plan_stages
from layerlift.releasing.records import (
    write_approval,
    write_canary,
    write_debt,
    write_live,
    write_release,
    write_stage,
    write_target,
    write_watch,
)
from layerlift.releasing.trail import audit_entry, release_event
from tests.fakes.world import ACCOUNT, ADA, BUCKET, PLANE, World, execution

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
AREAS = ("us-east", "us-west", "eu-central", "eu-west", "ap-southeast", "ap-northeast")
REGIONS = tuple(f"{area}-{number}" for area in AREAS for number in range(1, 6))
POLICY = Policy.model_validate(
    {
        "version": 1,
        "stages": [
            {"name": "dev", "waves": [["eu-central-1"]]},
            {
                "name": "staging",
                "waves": [["eu-central-1", "us-east-1"]],
                "alarms": {"names": ["errors"]},
            },
            {
                "name": "prod",
                "waves": [REGIONS[:3], REGIONS[3:12], REGIONS[12:]],
                "approvals": {"required": 1, "console": "allowed"},
                "bake": "30m",
                "debts": {"allowed": 2},
            },
        ],
    }
)


class Scenery:
    """A world whose registry is filled by hand."""

    def __init__(self) -> None:
        self.world = World(POLICY)
        self.world.clock.now = NOW

    @property
    def desk(self) -> Desk:
        """What a console works with, over this registry."""
        return self.desk_that()

    def desk_that(self, *, takes_decisions: bool = True) -> Desk:
        world = self.world
        return Desk(
            control_plane=PLANE,
            registry=world.registry,
            tokens=world.tokens,
            promotions=world.promotions,
            proofs=world.proofs,
            artifacts=world.artifacts,
            clock=world.clock,
            takes_decisions=takes_decisions,
        )

    def write(self, *writes: Write) -> None:
        for write in writes:
            stored = self.world.registry.get(write.key)
            expected = 0 if stored is None else stored.revision
            again = Write(write.key, write.body, expected, write.kind, write.index)
            assert self.world.registry.commit(again)

    def release(
        self,
        layer: str,
        version: str,
        state: ReleaseState = ReleaseState.PROMOTING,
        *,
        minutes_ago: float = 20,
        **fields: Any,
    ) -> Release:
        """Write a release; its report is kept, too."""
        digest = hashlib.sha256(f"{layer} {version}".encode()).hexdigest()
        key = f"reports/{digest}.json"
        release = Release(
            layer=parse_layer_name(layer),
            version=parse_version(version),
            digest=parse_digest(digest),
            attempt=1,
            state=state,
            artifact=Artifact(bucket=BUCKET, key=f"incoming/{layer}/{version}.zip", version_id="1"),
            modules=(),
            runtimes=("python3.13",),
            architectures=("x86_64", "arm64"),
            stages=plan_stages(POLICY, parse_layer_name(layer), ACCOUNT),
            execution=execution("run"),
            claimed_at=NOW - timedelta(minutes=minutes_ago),
            report_url=f"s3://{BUCKET}/{key}",
            **{"size": 1_400_000, **fields},
        )
        self.write(write_release(release, 0))
        self.report(release)
        self._tell(release, EventType.RELEASE_CLAIMED, minutes_ago, outcome=Outcome.CLAIMED,
                   reason="", object_key=release.artifact.key)  # fmt: skip
        return release

    def report(self, release: Release, **fields: Any) -> None:
        """Keep an inspection report."""
        report = Report(
            **{
                "accepted": True,
                "layer": release.layer,
                "version": release.version,
                "sha256": release.digest,
                "code_sha256": None,
                "size": release.size,
                "unzipped_size": 4_800_000,
                "entries": 312,
                "kind": "python",
                "runtimes": ("python3.12", "python3.13"),
                "packages": (
                    Package(name="httpx", version="0.28.1", license="BSD-3-Clause",
                            ecosystem="pypi", path="python/httpx"),
                    Package(name="certifi", version="2026.10.5", ecosystem="pypi", path="python/c"),
                ),
                "findings": (
                    Finding(code="large-file", severity=Severity.WARNING, entry="python/big.so",
                            message="python/big.so takes 2.1 MB of 4.6 MB",
                            fix="Strip it: strip --strip-unneeded"),
                    Finding(code="no-license", severity=Severity.INFO, entry=None,
                            message="certifi does not state its license", fix="Look it up"),
                ),
                **fields,
            }
        )  # fmt: skip
        key = str(release.report_url).removeprefix(f"s3://{BUCKET}/")
        self.world.artifacts.put_report(BUCKET, key, report.model_dump_json())

    def stage(
        self,
        release: Release,
        name: str,
        state: StageState,
        *,
        began: float = 15,
        changed: float = 5,
        reason: str = "",
    ) -> None:
        """Write how a stage is; minutes ago."""
        stage = parse_stage_name(name)
        progress = StageProgress(
            layer=release.layer,
            version=release.version,
            attempt=release.attempt,
            stage=stage,
            state=state,
            reason=reason,
            changed_at=NOW - timedelta(minutes=changed),
        )
        self.write(write_stage(progress, release.ref, 0))
        self._tell(release, EventType.PROMOTION_STARTED, began, stage=stage)
        if state is StageState.ACTIVE:
            self._tell(release, EventType.PROMOTION_SUCCEEDED, changed, stage=stage,
                       outcome=Outcome.ACTIVE)  # fmt: skip

    def _tell(self, release: Release, kind: EventType, minutes: float, **fields: Any) -> None:
        at = NOW - timedelta(minutes=minutes)
        self.write(audit_entry(release_event(kind, release.ref, at, **fields)))

    def targets(
        self,
        release: Release,
        name: str,
        states: Mapping[str, TargetState],
        *,
        live: bool = False,
        reason: str = "",
        startup: int = 180,
    ) -> None:
        """Write how targets are; what is published has a canary, what is ``live`` a pointer."""
        for region, state in states.items():
            target = Target(account=ACCOUNT, region=region)
            number = sum(release.digest.encode()) % 1000
            arn = f"arn:aws:lambda:{region}:{ACCOUNT}:layer:{release.layer}-{name}:{number}"
            progress = TargetProgress(
                layer=release.layer,
                version=release.version,
                attempt=release.attempt,
                stage=parse_stage_name(name),
                target=target,
                state=state,
                reason=reason if state in (TargetState.STUCK, TargetState.FAILED) else "",
                layer_arn=arn,
                version_number=number,
                code_sha256=f"{release.digest[:43]}=",
                snapshot_taken=True,
                changed_at=NOW - timedelta(minutes=4),
            )
            self.write(write_target(progress, release.ref, 0))
            self.canary(release, name, target, startup)
            self._tell(release, EventType.CANARY_PASSED, 6, stage=parse_stage_name(name),
                       target=target, outcome=Outcome.PASSED)  # fmt: skip
            if live and state is TargetState.ACTIVE:
                self.point(release, name, target, arn)

    def point(self, release: Release, name: str, target: Target, arn: str) -> None:
        """Have a pointer say a release."""
        live = LivePointer(
            layer=release.layer,
            stage=parse_stage_name(name),
            target=target,
            pointer=Pointer(arn=arn, version=release.version),
            code_sha256=f"{release.digest[:43]}=",
            changed_at=NOW - timedelta(minutes=4),
        )
        self.write(write_live(live, 0))

    def canary(self, release: Release, name: str, target: Target, startup: int) -> None:
        run = CanaryRun(
            runtime="python3.13",
            architecture="arm64",
            invocations=6,
            errors=0,
            timeouts=0,
            startup=Timing(samples=2, median_ms=startup, p95_ms=startup + 45),
            cold=Timing(samples=2, median_ms=startup + 20, p95_ms=startup + 70),
            warm=Timing(samples=4, median_ms=3, p95_ms=5),
            exercised=("2 modules",),
            not_exercised=("python3.12: the canary runs on python3.13",),
        )
        record = CanaryRecord(
            layer=release.layer,
            version=release.version,
            attempt=release.attempt,
            stage=parse_stage_name(name),
            target=target,
            layer_arn="arn",
            result=CanaryResult(
                outcome="passed", reason="2 modules work.", variants=(run,),
                ran_at=release.claimed_at + timedelta(minutes=5),
            ),
        )  # fmt: skip
        self.write(write_canary(record, 0))

    def live(self, release: Release, *, startup: int = 180) -> None:
        """Have a release be live in every stage."""
        for plan in release.stages:
            self.stage(release, plan.name, StageState.ACTIVE, began=9, changed=5)
            states = {target.region: TargetState.ACTIVE for target in plan.targets}
            self.targets(release, plan.name, states, live=True, startup=startup)

    def below_prod(self, release: Release, *, startup: int = 205) -> None:
        """Have a release be live in the stages before prod."""
        for plan in release.stages[:-1]:
            self.stage(release, plan.name, StageState.ACTIVE, began=14, changed=11)
            states = {target.region: TargetState.ACTIVE for target in plan.targets}
            self.targets(release, plan.name, states, live=True, startup=startup)

    def approval(self, release: Release, *, votes: Sequence[Vote] = (), **fields: Any) -> Approval:
        """Have a release wait for approval in prod."""
        self.stage(release, "prod", StageState.WAITING, began=9)
        approval = Approval(
            **{
                "layer": release.layer,
                "version": release.version,
                "attempt": release.attempt,
                "stage": "prod",
                "digest": release.digest,
                "rules": Approvals(required=1, console="allowed"),
                "requested_at": NOW - timedelta(minutes=9),
                "expires_at": NOW + timedelta(hours=71),
                "facts": FACTS,
                "votes": tuple(votes),
                "report_url": release.report_url,
                **fields,
            }
        )
        self.write(write_approval(approval, 0))
        return approval

    def watch(self, release: Release, stage: str, wave: int, **seen: Any) -> None:
        watch = WaveWatch(
            layer=release.layer,
            version=release.version,
            attempt=release.attempt,
            stage=parse_stage_name(stage),
            wave=wave,
            **seen,
        )
        self.write(write_watch(watch, release.ref, 0))

    def owe(self, release: Release, region: str, reason: str = "Lambda timed out.") -> None:
        debt = Debt(
            release=release.ref,
            stage=parse_stage_name("prod"),
            target=Target(account=ACCOUNT, region=region),
            since=NOW - timedelta(hours=2),
            claimed_at=release.claimed_at,
            reason=reason,
        )
        self.write(write_debt(debt, 0))


FACTS = RequestFacts(
    replaces=("1.3.0",),
    difference=Difference(
        since="1.3.0",
        added=("anyio 4.11.0",),
        removed=("chardet 5.2.0",),
        changed=("httpx 0.27.2 to 0.28.1", "certifi 2026.1.4 to 2026.10.5"),
        unlisted=3,
        size_before=4_200_000,
        size_after=4_800_000,
    ),
    findings={"warning": 1, "info": 2},
    below=StageBelow(stage="staging", targets=2, passed=2),
    consumers=(
        ConsumersIn(account=ACCOUNT, region="eu-central-1",
                    functions=("checkout-api", "checkout-worker", "invoice-mailer"), unlisted=14),
        ConsumersIn(account=ACCOUNT, region="us-east-1", functions=("checkout-api",)),
        ConsumersIn(account=ACCOUNT, region="ap-southeast-1", problem="Could not be asked."),
    ),
)  # fmt: skip


def vote(comment: str = "Looks right to me.", outcome: Outcome = Outcome.APPROVED) -> Vote:
    return Vote(outcome=outcome, identity=ADA, comment=comment,
                voted_at=NOW - timedelta(minutes=2), proof="f" * 64)  # fmt: skip


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
