"""Who takes a release back, and what their proof of identity is worth."""

from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import ValidationError

from layerlift.domain.commands import RollbackCommand
from layerlift.domain.errors import Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.identity import PROOF_LIFETIME, Identity, Recall, Waiver
from layerlift.domain.names import parse_version
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.policy import Policy
from layerlift.domain.release import ReleaseRef, ReleaseState
from layerlift.releasing.identification import ControlPlaneName
from layerlift.releasing.record import record_release
from layerlift.releasing.records import proof_key
from tests.fakes.approvals import person
from tests.fakes.wire import Died, Moment
from tests.fakes.world import ACCOUNT, ADA, BOB, CONTROL_PLANE, FRANKFURT, World, execution

STRANGER = person("mallory", account="999988887777")
OUTSIDER = person("carol", role="developers")
MANAGERS = f"arn:aws:iam::{ACCOUNT}:role/release-managers"


def live(approvers: Sequence[str] = ()) -> tuple[World, ReleaseRef]:
    """Two releases in prod, the newer of which is live; returns that."""
    one = {
        "name": "prod",
        "waves": [["eu-central-1"]],
        "approvals": {"required": 0, "approvers": list(approvers)},
    }
    world = World(Policy.model_validate({"version": 1, "stages": [one]}))
    for version in ("1.0.0", "1.1.0"):
        ref = world.release(version.encode(), version, f"run-{version}")
        world.go_into(ref, targets=(FRANKFURT,))
        record_release(ref, ReleaseState.SUCCEEDED, "", registry=world.registry, clock=world.clock)
        world.promotions.running.discard(execution(f"run-{version}"))
    world.clock.advance(seconds=1)
    return world, ref


def said(world: World) -> str | None:
    found = {name.rpartition("/")[2]: v for (_, name), v in world.pointers.parameters.items()}
    return found.get("version")


def assert_refused(world: World, answer: StepResult, reason: str, actor: str | None) -> None:
    """Hold a refusal to what it has to leave behind: its reason in the trail, and no rollback."""
    assert answer.outcome is Outcome.REFUSED
    assert reason in answer.reason
    event = world.events(EventType.ROLLBACK_REFUSED)[-1]
    assert (event.detail.outcome, event.detail.reason) == ("refused", answer.reason)
    assert (event.detail.actor, event.detail.stage) == (actor, "prod")
    assert world.events(EventType.ROLLBACK_STARTED) == []
    assert said(world) == "1.1.0"


def test_a_rollback_without_a_proof_of_who_says_so_is_none() -> None:
    world, _ = live()
    order = world.sign_rollback("1.1.0").model_dump(mode="json", exclude={"proof"})
    with pytest.raises(ValidationError, match="proof"):
        RollbackCommand.model_validate(order)


def test_what_is_wrong_with_a_rollback_is_told_without_its_proof() -> None:
    world, _ = live()
    order = world.sign_rollback("1.1.0").model_dump(mode="json")
    order["recall"]["reason"] = "x" * 1001
    with pytest.raises(ValidationError) as raised:
        RollbackCommand.model_validate(order)
    assert order["proof"]["authorization"] not in str(raised.value)


@pytest.mark.parametrize(
    ("approvers", "who", "reason"),
    [
        ([MANAGERS], OUTSIDER, "is not among the approvers of prod"),
        ([MANAGERS], STRANGER, "is not among the approvers of prod"),
        ([], STRANGER, "is not of the control plane's account"),
    ],
)
def test_who_may_not_approve_the_stage_may_not_take_a_release_back_in_it(
    approvers: list[str], who: Identity, reason: str
) -> None:
    world, _ = live(approvers)
    answer = world.take_back(world.sign_rollback("1.1.0", by=who))
    assert_refused(world, answer, reason, who.arn)


@pytest.mark.parametrize(
    ("approvers", "who"),
    [([MANAGERS], ADA), (["arn:aws:iam::999988887777:role/release-*"], STRANGER), ([], OUTSIDER)],
)
def test_who_may_approve_the_stage_may_take_a_release_back_in_it(
    approvers: list[str], who: Identity
) -> None:
    world, _ = live(approvers)
    answer = world.take_back(world.sign_rollback("1.1.0", by=who))
    assert answer.outcome is Outcome.ROLLED_BACK
    (event,) = world.events(EventType.ROLLBACK_STARTED)
    assert event.detail.actor == who.arn
    assert said(world) == "1.0.0"


@pytest.mark.parametrize(
    "other",
    [
        {"recall": Recall(to=parse_version("1.0.0"), reason="it is slow")},
        {"recall": Recall(reason="other words")},
        {"version": parse_version("1.0.0")},
    ],
    ids=str,
)
def test_a_proof_is_for_the_rollback_that_was_signed_and_no_other(other: dict[str, Any]) -> None:
    world, _ = live()
    changed = world.sign_rollback("1.1.0").model_copy(update=other)
    answer = world.take_back(changed)
    assert_refused(world, answer, "STS does not vouch for the proof: SignatureDoesNotMatch", None)


@pytest.mark.parametrize(
    "plane", [ControlPlaneName("999988887777", CONTROL_PLANE), ControlPlaneName(ACCOUNT, "other")]
)
def test_a_proof_for_another_control_plane_is_refused(plane: ControlPlaneName) -> None:
    world, _ = live()
    answer = world.take_back(world.sign_rollback("1.1.0", plane=plane))
    assert_refused(world, answer, "SignatureDoesNotMatch", None)


def test_an_override_of_the_same_release_is_no_rollback() -> None:
    world, ref = live()
    waiver = Waiver(freeze=True, reason="it is slow")
    command = world.sign_rollback("1.1.0")
    other = world.sign_override(ref, waiver).proof
    answer = world.take_back(command.model_copy(update={"proof": other}))
    assert_refused(world, answer, "SignatureDoesNotMatch", None)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_proof_that_was_not_signed_just_now_takes_nothing_back(minutes: int) -> None:
    world, _ = live()
    command = world.sign_rollback("1.1.0")
    world.clock.advance(minutes=minutes)
    assert_refused(world, world.take_back(command), "is good for 5 minutes", None)
    assert world.proofs.asked == 0


def test_a_proof_that_was_used_takes_nothing_else_back() -> None:
    world, _ = live()
    command = world.sign_rollback("1.1.0")
    assert world.take_back(command).outcome is Outcome.ROLLED_BACK
    other = command.model_copy(update={"version": parse_version("1.0.0")})
    answer = world.take_back(other, "request-2")
    assert answer.outcome is Outcome.REFUSED
    assert "has been used before, for something else" in answer.reason
    assert said(world) == "1.0.0"


def test_the_same_order_repeated_is_answered_alike_and_done_once() -> None:
    world, _ = live()
    command = world.sign_rollback("1.1.0")
    answers = [world.take_back(command, f"request-{number}") for number in range(3)]
    assert [answer.outcome for answer in answers] == [Outcome.ROLLED_BACK] * 3
    assert len({answer.reason for answer in answers}) == 1
    assert len(world.events(EventType.ROLLBACK_STARTED)) == 1
    assert said(world) == "1.0.0"


def test_an_order_that_makes_no_sense_is_kept_with_who_gave_it() -> None:
    world, _ = live()
    answer = world.take_back(world.sign_rollback("1.1.0", "1.1.0", by=BOB))
    assert_refused(world, answer, "1.1.0 is what is to be taken back.", BOB.arn)


def test_an_order_for_an_attempt_that_is_over_is_refused() -> None:
    world, _ = live()
    late = world.sign_rollback("1.1.0").model_copy(update={"attempt": 2})
    answer = world.take_back(late)
    assert answer.outcome is Outcome.REFUSED
    assert answer.reason.startswith("http-client 1.1.0 is at attempt 1, and attempt 2 was meant.")


def test_an_order_for_a_stage_that_the_release_does_not_go_through_is_refused() -> None:
    world, _ = live()
    answer = world.roll_back("1.1.0", stage="elsewhere")
    assert answer.outcome is Outcome.REFUSED
    assert answer.reason.startswith("http-client 1.1.0 does not go through elsewhere.")


def test_the_same_refused_order_is_told_once() -> None:
    world, _ = live([MANAGERS])
    command = world.sign_rollback("1.1.0", by=OUTSIDER)
    for _ in range(3):
        world.take_back(command)
    assert len(world.events(EventType.ROLLBACK_REFUSED)) == 1


def test_while_sts_cannot_be_asked_nothing_goes_back_and_the_proof_stays_good() -> None:
    world, _ = live()
    command = world.sign_rollback("1.1.0")
    world.proofs.is_reachable = False
    with pytest.raises(Unavailable):
        world.take_back(command)
    assert world.events(EventType.ROLLBACK_STARTED, EventType.ROLLBACK_REFUSED) == []
    world.proofs.is_reachable = True
    assert world.take_back(command).outcome is Outcome.ROLLED_BACK


def test_what_is_kept_of_a_rollback_cannot_be_sent_to_sts() -> None:
    world, _ = live()
    command = world.sign_rollback("1.1.0")
    world.take_back(command)
    assert command.proof.authorization not in str(world.registry.records)


def test_a_used_proof_is_forgotten_only_when_it_would_be_refused_as_too_old() -> None:
    world, _ = live()
    command = world.sign_rollback("1.1.0")
    world.take_back(command)
    forgotten = world.registry.expiries[proof_key(command.proof)]
    assert forgotten > command.proof.signed_at + 2 * PROOF_LIFETIME
    # All that lies beside it stays for good.
    assert set(world.registry.expiries) == {proof_key(command.proof)}
    del world.registry.records[proof_key(command.proof)]
    world.clock.now = forgotten
    answer = world.take_back(command.model_copy(update={"version": parse_version("1.0.0")}))
    assert "is good for 5 minutes" in answer.reason
    assert said(world) == "1.0.0"


def moments() -> list[Moment]:
    world, _ = live()
    command = world.sign_rollback("1.1.0")
    world.wire.forget()
    world.take_back(command)
    return list(world.wire.moments)


@pytest.mark.parametrize("moment", moments(), ids=str)
def test_an_order_that_dies_anywhere_is_carried_out_once_when_repeated(moment: Moment) -> None:
    world, _ = live()
    command = world.sign_rollback("1.1.0")
    world.wire.die(moment)
    with pytest.raises(Died):
        world.take_back(command)
    world.wire.forget()
    assert world.take_back(command, "request-2").outcome is Outcome.ROLLED_BACK
    assert said(world) == "1.0.0"
    assert len(world.events(EventType.ROLLBACK_STARTED)) == 1
