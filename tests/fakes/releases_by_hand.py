"""Releases and their stages, written into a registry by hand, with a report and a trail."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from layerlift.console.desk import Desk
from layerlift.domain.events import EventType
from layerlift.domain.names import parse_digest, parse_layer_name, parse_stage_name, parse_version
from layerlift.domain.outcomes import Outcome
from layerlift.domain.policy import Policy
from layerlift.domain.release import Artifact, Release, ReleaseState, StageProgress, StageState
from layerlift.domain.report import Finding, Package, Report, Severity
from layerlift.ports.registry import Write
from layerlift.releasing.policies import plan_stages
from layerlift.releasing.records import write_release, write_stage
from layerlift.releasing.trail import audit_entry, release_event
from tests.fakes.world import ACCOUNT, BUCKET, PLANE, World, execution

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


class ReleasesByHand:
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
            sight=world.pointers,
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
            **{"size": 1_400_000, "report_url": f"s3://{BUCKET}/{key}", **fields},
        )
        self.write(write_release(release, 0))
        if release.report_url is not None:
            self.report(release)
        self.tell(release, EventType.RELEASE_CLAIMED, minutes_ago, outcome=Outcome.CLAIMED,
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
        self.tell(release, EventType.PROMOTION_STARTED, began, stage=stage)
        if state is StageState.ACTIVE:
            self.tell(release, EventType.PROMOTION_SUCCEEDED, changed, stage=stage,
                       outcome=Outcome.ACTIVE)  # fmt: skip

    def tell(self, release: Release, kind: EventType, minutes: float, **fields: Any) -> None:
        at = NOW - timedelta(minutes=minutes)
        self.write(audit_entry(release_event(kind, release.ref, at, **fields)))
