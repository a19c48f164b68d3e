"""A request for approval reads in 80 columns: what changed, whom it reaches, what to do."""

import io

from rich.console import Console, RenderableType

from layerlift.domain.approval import Approval, ConsumersIn, Difference, RequestFacts, StageBelow
from layerlift.domain.gates.approvals import Approvals
from layerlift.domain.policy import Policy
from layerlift_cli.approvals_view import approval_view, approvals_view
from tests.fakes.world import ACCOUNT, ADA, BOB, POLICY, World

FACTS = RequestFacts(
    replaces=("1.3.0",),
    difference=Difference(
        since="1.3.0",
        added=("truststore 0.10.4",),
        changed=("httpx 0.27.2 → 0.28.1",),
        unlisted=7,
        size_before=2_000_000,
        size_after=4_000_000,
    ),
    findings={"warning": 2},
    below=StageBelow(stage="staging", targets=2, passed=2, consumers=("checkout-api:7",)),
    consumers=(
        ConsumersIn(account=ACCOUNT, region="eu-central-1", functions=("checkout",), unlisted=3),
        ConsumersIn(account=ACCOUNT, region="us-east-1"),
        ConsumersIn(account=ACCOUNT, region="eu-west-1", problem="It is not known who uses it."),
    ),
    approvers=("arn:aws:iam::111122223333:role/release-managers",),
)


def waiting() -> Approval:
    """Return a request that has one vote of two."""
    document = POLICY.model_dump(mode="json")
    document["stages"][1]["approvals"]["required"] = 2
    world = World(Policy.model_validate(document))
    ref = world.release()
    world.request(ref)
    world.decide(ref, by=ADA, comment="the diff\nis small")
    return world.approval(ref).model_copy(update={"facts": FACTS})


def shown(view: RenderableType) -> str:
    output = io.StringIO()
    Console(file=output, width=80).print(view)
    return output.getvalue()


def test_a_request_shows_all_that_is_known_and_fits_a_terminal() -> None:
    text = shown(approval_view(waiting()))
    assert max(len(line) for line in text.splitlines()) <= 80
    for part in (
        "http-client 1.0.0  waits for prod: 1 of 2 approvals\n",
        "open until 2026-07-01 14:00 UTC",
        "1.9 MB → 3.8 MB (+1.9 MB)",
        "truststore 0.10.4",
        "httpx 0.27.2 → 0.28.1",
        "and 7 more packages",
        "2 warning",
        "in staging canary passed in 2 of 2 targets",
        waiting().digest[:16],
        "checkout-api:7",
        "used by checkout and 3 more in eu-central-1",
        "used by no function in us-east-1",
        "used by eu-west-1: It is not known who uses it.",
        "layerlift approve http-client 1.0.0 prod",
        "layerlift reject http-client 1.0.0 prod",
    ):
        assert " ".join(part.split()) in " ".join(text.split())


def test_who_may_decide_is_told_where_the_policy_names_them() -> None:
    rules = Approvals(required=1, approvers=(f"arn:aws:iam::{ACCOUNT}:role/release-managers",))
    named = waiting().model_copy(update={"rules": rules})
    assert "may decide role/release-managers" in " ".join(shown(approval_view(named)).split())
    decided = named.model_copy(update={"decision": "approved"})
    assert "may decide" not in shown(approval_view(decided))
    assert "may decide" not in shown(approval_view(waiting()))


def test_what_is_the_same_in_many_regions_is_said_once() -> None:
    nobody = [ConsumersIn(account=ACCOUNT, region=f"eu-west-{number}") for number in range(1, 5)]
    few = FACTS.model_copy(update={"consumers": tuple(nobody[:3])})
    many = FACTS.model_copy(update={"consumers": tuple(nobody)})
    text = shown(approval_view(waiting().model_copy(update={"facts": few})))
    assert "no function in eu-west-1, eu-west-2, eu-west-3" in " ".join(text.split())
    text = shown(approval_view(waiting().model_copy(update={"facts": many})))
    assert "no function in 4 regions" in text


def test_what_is_replaced_is_not_said_twice() -> None:
    assert "compared to" not in shown(approval_view(waiting()))
    other = FACTS.model_copy(update={"replaces": ("1.2.0",)})
    text = shown(approval_view(waiting().model_copy(update={"facts": other})))
    assert "compared to 1.3.0" in " ".join(text.split())


def test_what_people_wrote_cannot_break_the_lines() -> None:
    text = shown(approval_view(waiting()))
    assert "the diff\nis small" not in text
    assert ADA.arn in "".join(text.split())


def test_a_request_that_was_decided_says_so_and_asks_for_nothing() -> None:
    decided = waiting().model_copy(update={"decision": "denied", "decided_by": BOB.arn})
    text = shown(approval_view(decided))
    assert "http-client 1.0.0  rejected for prod" in text
    assert "layerlift approve" not in text


def test_where_nothing_waits_the_list_says_where_to_look() -> None:
    assert shown(approvals_view(())) == (
        "Nothing waits for approval. See all releases: layerlift status\n"
    )
