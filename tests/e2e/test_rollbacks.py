"""Who may take a release back, what their order is worth, and what a target left behind is owed."""

from __future__ import annotations

from typing import Any

from layerlift.domain.identity import Recall
from layerlift.domain.names import parse_layer_name, parse_stage_name
from layerlift.domain.policy import Policy
from layerlift.releasing.debts import outstanding
from layerlift.releasing.records import proof_key
from layerlift_cli.rollbacks import sign_rollback
from tests.e2e.application import Application, python_layer
from tests.e2e.people import ACCOUNT, DEVELOPERS, MANAGERS, People
from tests.e2e.weather import AWAY, REGIONS, Weather

PROD = parse_stage_name("prod")


def policy(**stage: Any) -> Policy:
    one = {"name": "prod", "waves": [REGIONS], **stage}
    return Policy.model_validate({"version": 1, "stages": [one]})


APPROVERS = {"required": 0, "approvers": [f"arn:aws:iam::{ACCOUNT}:role/{MANAGERS}"]}


def layer(text: str) -> bytes:
    return python_layer({"module.py": f"X = {text!r}\n"})


def test_only_who_may_approve_takes_a_release_back_and_only_with_an_order_of_their_own(
    application: Application, people: People
) -> None:
    name = "ordered"
    manager, developer = people.assume(MANAGERS, "ada"), people.assume(DEVELOPERS, "dan")
    with application.policy(policy(approvals=APPROVERS, waves=[REGIONS[:1]])):
        for version in ("1.0.0", "1.1.0"):
            assert application.released(name, version, layer(version)).state == "succeeded"

    code, said = developer.command("rollback", name, "prod", "--reason", "I say so")
    assert (code, "is not among the approvers of prod" in said) == (1, True), said
    pointer = application.pointer(name, "prod", REGIONS[0])
    assert pointer is not None
    assert pointer.version == "1.1.0"

    recall = Recall(reason="it is slow")
    order = sign_rollback(application.plane, manager.session, parse_layer_name(name), PROD, recall)
    tampered = order.model_copy(update={"recall": Recall(reason="because")})
    answer = application.invoke("Rollback", tampered.model_dump(mode="json"))
    assert answer["outcome"] == "refused"
    assert "STS does not vouch for the proof" in answer["reason"]

    answers = [application.invoke("Rollback", order.model_dump(mode="json")) for _ in range(2)]
    assert [one["outcome"] for one in answers] == ["rolled_back"] * 2, answers
    assert application.pointer(name, "prod", REGIONS[0]) != pointer

    replayed = order.model_copy(update={"version": "1.0.0"})
    answer = application.invoke("Rollback", replayed.model_dump(mode="json"))
    assert "has been used before, for something else" in answer["reason"]

    key = proof_key(order.proof)
    dynamodb, table = (
        application.session.client("dynamodb"),
        application.outputs["RegistryTableName"],
    )
    item = dynamodb.get_item(
        TableName=table, Key={"pk": {"S": key.partition}, "sk": {"S": key.sort}}
    )["Item"]
    signed = order.proof.signed_at.timestamp()
    assert int(item["expires_at"]["N"]) > signed + 600


def test_a_target_that_missed_what_a_rollback_goes_to_gets_it_from_the_reconciler(
    weather: Weather,
) -> None:
    app, name = weather.application, "behind"
    with app.policy(policy(debts={"allowed": 1, "after": "2s"})):
        assert app.released(name, "1.0.0", layer("one")).state == "succeeded"
        with weather.proxy.fault(weather.away()):
            assert app.released(name, "1.1.0", layer("two")).state == "succeeded"
        assert app.released(name, "1.2.0", layer("three")).state == "succeeded"
        assert set(weather.versions(name).values()) == {"1.2.0"}
        said = app.command("rollback", name, "prod")
        assert said.returncode == 0, said.stdout + said.stderr
    assert weather.versions(name) == {
        "eu-central-1": "1.1.0",
        "us-east-1": "1.1.0",
        AWAY: "1.0.0",
    }
    (debt,) = outstanding(app.registry, parse_layer_name(name), PROD)
    assert (debt.release.version, debt.target.region) == ("1.1.0", AWAY)
    weather.reconcile()
    assert set(weather.versions(name).values()) == {"1.1.0"}
    assert outstanding(app.registry, parse_layer_name(name), PROD) == ()
