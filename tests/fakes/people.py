"""What people do to a control plane: drop zips, sign decisions, and hand them in."""

import hashlib

from layerlift.domain.commands import OverrideCommand, RollbackCommand
from layerlift.domain.identity import Identity, Proof, Recall, Statement, Waiver
from layerlift.domain.names import StageName, parse_digest, parse_stage_name, parse_version
from layerlift.domain.outcomes import ClaimResult, Outcome, StepResult
from layerlift.domain.release import Artifact, Release, ReleaseRef
from layerlift.releasing.approval import request_approval
from layerlift.releasing.claim import Claimant, claim
from layerlift.releasing.decision import Decision, decide
from layerlift.releasing.electors import state_ruling
from layerlift.releasing.identification import ControlPlaneName, state
from layerlift.releasing.override import override
from layerlift.releasing.records import load, release_key
from layerlift.releasing.rollback import roll_back
from tests.fakes.names import ADA, BUCKET, LAYER, PLANE, PROD, execution, report_of
from tests.fakes.plane import Plane


class People(Plane):
    """A deed a method, by whoever the test says."""

    def drop(self, content: bytes = b"zip", version: str = "1.0.0") -> Artifact:
        return self.artifacts.drop(BUCKET, f"incoming/{LAYER}/{version}.zip", content)

    def claim(
        self,
        content: bytes = b"zip",
        version: str = "1.0.0",
        *,
        run: str = "run-1",
        artifact: Artifact | None = None,
        report_url: str | None = None,
    ) -> ClaimResult:
        """Claim dropped bytes by an execution that runs from now on; time goes on a second."""
        self.clock.advance(seconds=1)
        self.promotions.running.add(execution(run))
        claimant = Claimant(
            layer=LAYER,
            version=parse_version(version),
            digest=parse_digest(hashlib.sha256(content).hexdigest()),
            artifact=artifact or self.drop(content, version),
            execution=execution(run),
            report_url=report_url,
        )
        return claim(
            claimant,
            report_of(content, version),
            registry=self.registry,
            promotions=self.promotions,
            clock=self.clock,
        )

    def release(
        self,
        content: bytes = b"zip",
        version: str = "1.0.0",
        run: str = "run-1",
        report_url: str | None = None,
    ) -> ReleaseRef:
        """Claim a release that is known to be claimable."""
        result = self.claim(content, version, run=run, report_url=report_url)
        assert result.release is not None, result
        return result.release

    def request(self, ref: ReleaseRef, token: str = "token-1", stage: str = "prod") -> None:
        self.promotions.waiting.add(token)
        request_approval(
            ref,
            parse_stage_name(stage),
            token,
            registry=self.registry,
            tokens=self.tokens,
            promotions=self.promotions,
            schedules=self.schedules,
            artifacts=self.artifacts,
            consumers=self.consumers,
            clock=self.clock,
        )

    def sign(
        self,
        ref: ReleaseRef,
        outcome: str = "approved",
        *,
        by: Identity = ADA,
        comment: str = "",
        plane: ControlPlaneName = PLANE,
    ) -> Proof:
        """Sign a decision on the request that waits, as the command does."""
        approval = self.approval(ref)
        return self.prove_identity(state_ruling(approval, Outcome(outcome), comment, plane), by)

    def prove_identity(self, statement: Statement, by: Identity) -> Proof:
        """Sign a statement as somebody's own tools do, each time with another nonce."""
        self.signed += 1
        nonce = f"{self.signed:032x}"
        return self.proofs.sign(by, statement.binding(nonce), nonce, self.clock.now)

    def hand_in(
        self,
        ref: ReleaseRef,
        outcome: str,
        proof: Proof | None,
        *,
        comment: str = "",
        attempt: int | None = None,
    ) -> StepResult:
        """Hand a decision to the control plane."""
        decision = Decision(
            layer=ref.layer,
            version=ref.version,
            stage=PROD,
            outcome=outcome,  # type: ignore[arg-type]
            comment=comment,
            attempt=attempt,
            proof=proof,
        )
        return decide(
            decision,
            control_plane=PLANE,
            registry=self.registry,
            tokens=self.tokens,
            promotions=self.promotions,
            proofs=self.proofs,
            clock=self.clock,
        )

    def decide(
        self,
        ref: ReleaseRef,
        outcome: str = "approved",
        *,
        by: Identity = ADA,
        comment: str = "",
        attempt: int | None = None,
    ) -> StepResult:
        """Decide with a proof of identity, or as the schedule does when the time is up."""
        is_signed = outcome != "expired" and self.find_approval(ref) is not None
        proof = self.sign(ref, outcome, by=by, comment=comment) if is_signed else None
        return self.hand_in(ref, outcome, proof, comment=comment, attempt=attempt)

    def roll_back(
        self,
        version: str,
        to: str | None = None,
        *,
        stage: str = "prod",
        owner: str = "request-1",
        to_nothing: bool = False,
    ) -> StepResult:
        """Sign a rollback and hand it in."""
        order = self.sign_rollback(version, to, stage=stage, to_nothing=to_nothing)
        return self.take_back(order, owner)

    def sign_rollback(
        self,
        version: str,
        to: str | None = None,
        *,
        stage: str = "prod",
        by: Identity = ADA,
        plane: ControlPlaneName = PLANE,
        to_nothing: bool = False,
    ) -> RollbackCommand:
        """Sign a rollback as the command does, also of a release that is not there."""
        held = load(self.registry, Release, release_key(LAYER, parse_version(version)))
        ref = held.value.ref if held is not None else None
        goal = None if to is None else parse_version(to)
        recall = Recall(to=goal, to_nothing=to_nothing, reason="it is slow")
        place = parse_stage_name(stage)
        known = ref or ReleaseRef(
            layer=LAYER, version=parse_version(version), digest=parse_digest("0" * 64), attempt=1
        )
        return RollbackCommand(
            layer=LAYER,
            version=known.version,
            stage=place,
            attempt=known.attempt,
            recall=recall,
            proof=self.prove_identity(state(recall, known, place, plane), by),
        )

    def take_back(self, command: RollbackCommand, owner: str = "request-1") -> StepResult:
        """Hand a rollback to the control plane."""
        return roll_back(
            command,
            owner,
            control_plane=PLANE,
            registry=self.registry,
            pointers=self.pointers,
            promotions=self.promotions,
            proofs=self.proofs,
            clock=self.clock,
        )

    def sign_override(
        self,
        ref: ReleaseRef,
        waiver: Waiver,
        *,
        by: Identity = ADA,
        stage: StageName = PROD,
        plane: ControlPlaneName = PLANE,
    ) -> OverrideCommand:
        """Sign an override of what holds a stage, as the command does."""
        return OverrideCommand(
            layer=ref.layer,
            version=ref.version,
            stage=stage,
            attempt=ref.attempt,
            waiver=waiver,
            proof=self.prove_identity(state(waiver, ref, stage, plane), by),
        )

    def override(self, command: OverrideCommand) -> StepResult:
        """Hand an override to the control plane."""
        return override(
            command,
            control_plane=PLANE,
            registry=self.registry,
            proofs=self.proofs,
            clock=self.clock,
        )
