"""What follows from a decision, as those hear it who are about to make it."""

from layerlift.domain.approval import Approval, ConsumersIn, RequestFacts
from layerlift.domain.gates.approvals import Approvals
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import StagePlan
from layerlift.domain.targets import Target
from layerlift.releasing.decision import Verdict
from layerlift.releasing.foresight import foresee
from tests.fakes.scenery import Scenery
from tests.fakes.world import ACCOUNT

NOTHING_KNOWN = RequestFacts()


def told(
    facts: RequestFacts = NOTHING_KNOWN,
    verdict: Verdict = Outcome.APPROVED,
    *,
    required: int = 1,
    stage: str = "prod",
    **plan: object,
) -> str:
    scene = Scenery()
    release = scene.release("http", "1.0.0")
    approval: Approval = scene.approval(release, facts=facts, rules=Approvals(required=required))
    found: StagePlan = next(each for each in release.stages if each.name == stage)
    return " ".join(foresee(approval, found.model_copy(update=plan), verdict))


def consumers(*functions: str, unlisted: int = 0, problem: str = "") -> RequestFacts:
    found = ConsumersIn(
        account=ACCOUNT,
        region="eu-central-1",
        functions=functions,
        unlisted=unlisted,
        problem=problem,
    )
    return RequestFacts(consumers=(found,))


def test_waves_and_their_bake_are_told_in_their_order() -> None:
    text = told()
    said = (
        "It goes live in prod in 30 targets: us-east-1, us-east-2, us-east-3; then us-east-4, "
        "us-east-5 and 7 more; then "
    )
    assert said in text
    assert " and 16 more. Each wave bakes" in text
    assert "Each wave bakes for 30m before the next begins." in text


def test_one_wave_of_one_target_that_does_not_bake_is_told_without_them() -> None:
    text = told(stage="dev")
    assert "It goes live in dev in 1 target: eu-central-1." in text
    assert "bakes" not in text


def test_of_targets_in_several_accounts_the_numbers_are_told() -> None:
    here, there = (Target(account=each, region="us-east-1") for each in (ACCOUNT, "2" * 12))
    assert "in 2 targets: 1, then 1." in told(waves=((here,), (there,)))
    assert "in 2 targets." in told(waves=((here, there),))


def test_what_is_put_back_is_told_and_alarms_only_where_some_are_watched() -> None:
    replaces = RequestFacts(replaces=("1.3.0",))
    assert "If it fails, all is put back: 1.3.0 stays live." in told(replaces)
    assert "If it fails, all is put back: nothing is live." in told()
    assert "If it fails, or an alarm fires, all is put back" in told(stage="staging")


def test_who_uses_it_is_told_and_so_is_that_nobody_knows() -> None:
    assert "Nobody has looked" in told()
    assert "No function uses the layer there today." in told(consumers())
    assert "1 function uses it there today." in told(consumers("a"))
    assert "15 functions use it there today." in told(consumers("a", unlisted=14))
    assert "today, and 1 target could not be asked." in told(consumers(problem="Timed out."))


def test_an_approval_that_is_not_the_last_says_that_it_only_counts() -> None:
    assert told(required=3).startswith("It then waits for 2 more approvals.")
    assert told(required=2).startswith("It then waits for 1 more approval.")


def test_a_rejection_moves_nothing() -> None:
    text = told(RequestFacts(replaces=("1.3.0",)), Outcome.DENIED)
    assert text == "Nothing moves: 1.3.0 stays live in prod. This attempt ends."


def test_several_versions_that_are_live_stay_live() -> None:
    text = told(RequestFacts(replaces=("1.0.0", "1.2.0", "1.3.0")), Outcome.DENIED)
    assert text.startswith("Nothing moves: 1.0.0, 1.2.0 and 1.3.0 stay live in prod.")
    assert "put back: 1.0.0 and 1.3.0 stay live." in told(RequestFacts(replaces=("1.0.0", "1.3.0")))
