"""A registry as it is after weeks of releases: many layers and regions, and every state there is.

The records are written as the steps write them, without the steps: what is tested with it is how
they are shown.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

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
from layerlift.domain.names import parse_stage_name
from layerlift.domain.outcomes import Outcome
from layerlift.domain.pointers import Pointer, pointer_names
from layerlift.domain.release import LivePointer, Release, StageState, TargetProgress, TargetState
from layerlift.domain.targets import Target
from layerlift.domain.watching import WaveWatch
from layerlift.releasing.records import (
    write_approval,
    write_canary,
    write_debt,
    write_live,
    write_target,
    write_watch,
)
from tests.fakes.releases_by_hand import NOW, REGIONS, ReleasesByHand
from tests.fakes.world import ACCOUNT, ADA

__all__ = ["NOW", "REGIONS", "Scenery", "vote"]

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


class Scenery(ReleasesByHand):
    """What happens to releases, in the regions and at the gates of their stages."""

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
            self.tell(release, EventType.CANARY_PASSED, 6, stage=parse_stage_name(name),
                       target=target, outcome=Outcome.PASSED)  # fmt: skip
            if live and state is TargetState.ACTIVE:
                self.point(release, name, target, arn)

    def point(self, release: Release, name: str, target: Target, arn: str) -> None:
        """Have a pointer say a release, and the registry know it."""
        live = LivePointer(
            layer=release.layer,
            stage=parse_stage_name(name),
            target=target,
            pointer=Pointer(arn=arn, version=release.version),
            code_sha256=f"{release.digest[:43]}=",
            changed_at=NOW - timedelta(minutes=4),
        )
        self.write(write_live(live, 0))
        for parameter, value in zip(
            pointer_names(live.stage, live.layer), (arn, release.version), strict=True
        ):
            self.world.pointers.parameters[target, parameter] = value

    def canary(
        self, release: Release, name: str, target: Target, startup: int, warm: Timing | None = None
    ) -> None:
        run = CanaryRun(
            runtime="python3.13",
            architecture="arm64",
            invocations=6,
            errors=0,
            timeouts=0,
            startup=Timing(samples=2, median_ms=startup, p95_ms=startup + 45),
            cold=Timing(samples=2, median_ms=startup + 20, p95_ms=startup + 70),
            warm=warm or Timing(samples=4, median_ms=3, p95_ms=5),
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


def vote(comment: str = "Looks right to me.", outcome: Outcome = Outcome.APPROVED) -> Vote:
    return Vote(outcome=outcome, identity=ADA, comment=comment,
                voted_at=NOW - timedelta(minutes=2), proof="f" * 64)  # fmt: skip
