"""Who decides proves who that is: by signatures that STS checks, with IAM on.

The emulator checks the signatures of users and of sessions of roles, as AWS does; the root
credentials that it starts with prove nothing, and are not used to decide here.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from layerlift.domain.events import Event, EventType
from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.domain.outcomes import Outcome
from layerlift.domain.policy import Policy
from layerlift.domain.release import Artifact
from layerlift.releasing.decision import Decision, Verdict
from layerlift.releasing.electors import state_ruling
from layerlift.releasing.trail import read_trail, release_trail
from layerlift_cli.approvals import find_request
from layerlift_cli.identity_proof import sign
from tests.e2e.application import Application, python_layer
from tests.e2e.people import ACCOUNT, DEVELOPERS, MANAGERS, People, Person

APPROVED = (
    "voted 1.0.0 is approved for prod. It goes on. Follow it: layerlift status voted --watch\n"
)
DENIED = "voted 1.1.0 is rejected for prod. It ends there, and what is live stays live.\n"
STRANGE_ACCOUNT = "111122223333"
LAYER, PROD = LayerName("voted"), StageName("prod")
FIRST, SECOND = SemanticVersion("1.0.0"), SemanticVersion("1.1.0")
POLICY = Policy.model_validate(
    {
        "version": 1,
        "stages": [
            {"name": "dev", "waves": [["eu-central-1"]]},
            {
                "name": "prod",
                "waves": [["eu-central-1", "us-east-1"]],
                "approvals": {
                    "required": 2,
                    "approvers": [f"arn:aws:iam::{ACCOUNT}:role/{MANAGERS}"],
                    "not_requester": True,
                },
            },
        ],
    }
)


def sign_decision(
    person: Person, version: SemanticVersion, outcome: Verdict, comment: str = ""
) -> Decision:
    """Return a decision as the command would hand it in."""
    plane = person.application.plane
    request = find_request(plane, LAYER, version, PROD)
    statement = state_ruling(request, outcome, comment, plane.name)
    return Decision(
        layer=LAYER,
        version=version,
        stage=PROD,
        outcome=outcome,
        comment=comment,
        attempt=request.attempt,
        proof=sign(statement, person.session, plane.identity_host),
    )


@dataclass(frozen=True)
class Scene:
    """The people, and what they have said on the way of the first release."""

    rita: Person
    ada: Person
    bob: Person
    said: dict[str, tuple[int, str]]


@pytest.fixture(scope="module")
def scene(
    application: Application, people: People, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """Rita pushes two releases; the first gets to prod by votes, the second waits there."""
    rita, ada, bob = (people.assume(MANAGERS, name) for name in ("rita", "ada", "bob"))
    outsider = people.assume(DEVELOPERS, "dan")
    folder = tmp_path_factory.mktemp("zips")
    with application.policy(POLICY):
        _push(rita, folder, FIRST)
        application.wait_for_approval(LAYER, FIRST)
        decide = ("approve", LAYER, FIRST, PROD, "--comment", "go")
        said = {
            "who pushed it": rita.command(*decide),
            "who is no approver": outsider.command(*decide),
            "the first": ada.command(*decide),
            "the first again": ada.command(*decide),
        }
        assert application.release(LAYER, FIRST).stages[1].state == "waiting"
        said["the second"] = bob.command(*decide)
        assert application.wait_for_end(LAYER, FIRST).state == "succeeded"
        _consume(application, "eu-central-1")
        _push(rita, folder, SECOND)
        application.wait_for_approval(LAYER, SECOND)
        yield Scene(rita, ada, bob, said)


def _push(person: Person, folder: Path, version: SemanticVersion) -> None:
    file = folder / f"{LAYER}-{version}.zip"
    file.write_bytes(python_layer({"voted.py": f"X = '{version}'\n", "more.py": "Y = 1\n"}))
    code, said = person.command("push", str(file), "--json")
    assert code == 0, said
    dropped = {name: json.loads(said)[name] for name in ("bucket", "key", "version_id")}
    assert person.application.answer(Artifact(**dropped)).outcome == "claimed"


def _consume(application: Application, region: str) -> None:
    """Have a function that uses what is live."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return 1\n")
    pointer = application.pointer(LAYER, PROD, region)
    assert pointer is not None
    application.session.client("lambda", region_name=region).create_function(
        FunctionName="checkout",
        Runtime="python3.13",
        Handler="index.handler",
        Role=f"arn:aws:iam::{ACCOUNT}:role/{MANAGERS}",
        Code={"ZipFile": code.getvalue()},
        Layers=[pointer.arn],
    )


def _trail(application: Application, version: SemanticVersion, kind: EventType) -> list[Event]:
    trail = read_trail(application.registry, release_trail(LAYER, version))
    return [event for event in trail if event.type is kind]


def test_two_people_let_a_release_go_on_and_one_who_says_it_twice_counts_once(
    scene: Scene, application: Application
) -> None:
    assert scene.said["the first"] == (
        0,
        "voted 1.0.0 has 1 of the 2 approvals it needs for prod.\n",
    )
    code, again = scene.said["the first again"]
    assert (code, "counts once" in again) == (0, True)
    assert scene.said["the second"] == (0, APPROVED)
    (counted,) = _trail(application, FIRST, EventType.APPROVAL_COUNTED)
    (granted,) = _trail(application, FIRST, EventType.APPROVAL_GRANTED)
    assert (counted.detail.actor, granted.detail.actor) == (scene.ada.arn, scene.bob.arn)


def test_who_pushed_it_and_who_is_no_approver_are_refused_by_name(
    scene: Scene, application: Application
) -> None:
    assert scene.said["who pushed it"][0] == scene.said["who is no approver"][0] == 1
    assert "has dropped this release" in scene.said["who pushed it"][1]
    assert "is not among the approvers of prod" in scene.said["who is no approver"][1]
    refused = [
        event.detail.actor for event in _trail(application, FIRST, EventType.APPROVAL_REFUSED)
    ]
    assert refused == [
        scene.rita.arn,
        f"arn:aws:sts::{ACCOUNT}:assumed-role/{DEVELOPERS}/dan",
    ]


def test_the_request_shows_what_changed_and_who_uses_the_layer(scene: Scene) -> None:
    code, said = scene.ada.command("approval", LAYER, SECOND, PROD, "--json")
    assert code == 0, said
    facts = json.loads(said)["facts"]
    assert facts["replaces"] == [FIRST]
    assert facts["difference"]["since"] == FIRST
    assert facts["below"] == {"stage": "dev", "targets": 1, "passed": 1, "consumers": []}
    assert {where["region"]: where["functions"] for where in facts["consumers"]} == {
        "eu-central-1": ["checkout"],
        "us-east-1": [],
    }
    assert [where["problem"] for where in facts["consumers"]] == ["", ""]
    code, shown = scene.ada.command("approvals")
    assert (code, "voted 1.1.0" in shown, "checkout" in shown) == (0, True, True)
    assert max(len(line) for line in shown.splitlines()) <= 80


def _forged(decision: Decision, **fields: Any) -> Decision:
    assert decision.proof is not None
    return decision.model_copy(update={"proof": decision.proof.model_copy(update=fields)})


def _of_a_stranger(scene: Scene) -> Decision:
    """A proof of the root of another account, whose signature the emulator takes."""
    signed = sign_decision(scene.ada, SECOND, Outcome.APPROVED)
    assert signed.proof is not None
    key = scene.ada.session.get_credentials().get_frozen_credentials().access_key
    stolen = signed.proof.authorization.replace(key, STRANGE_ACCOUNT)
    return _forged(signed, authorization=stolen, session_token=None)


def forgeries(scene: Scene) -> dict[str, tuple[Decision, str]]:
    """Return decisions that must not count, each with what the refusal says."""
    signed = sign_decision(scene.ada, SECOND, Outcome.APPROVED, "seen")
    denied = sign_decision(scene.bob, SECOND, Outcome.DENIED)
    proof = signed.proof
    assert proof is not None
    signature = proof.authorization[-4:]
    other_end = "0000" if signature != "0000" else "1111"
    return {
        "another signature": (
            _forged(signed, authorization=proof.authorization[:-4] + other_end),
            "SignatureDoesNotMatch",
        ),
        "other words": (
            signed.model_copy(update={"comment": "not seen"}),
            "SignatureDoesNotMatch",
        ),
        "the opposite": (
            denied.model_copy(update={"outcome": Outcome.APPROVED}),
            "SignatureDoesNotMatch",
        ),
        "another date": (_forged(signed, date="20200101T000000Z"), "good for 5 minutes"),
        "another session": (_forged(signed, session_token="x"), "STS does not vouch"),
        "somebody else's account": (_of_a_stranger(scene), "is not among the approvers"),
        "nobody's": (signed.model_copy(update={"proof": None}), "nothing is decided"),
    }


def test_what_is_forged_decides_nothing_and_is_kept(scene: Scene, application: Application) -> None:
    for what, (decision, reason) in forgeries(scene).items():
        answer = application.invoke("DecideApproval", decision.model_dump(mode="json"))
        assert answer["outcome"] in ("refused", "commented"), (what, answer)
        assert reason in answer["reason"], what
    refused = _trail(application, SECOND, EventType.APPROVAL_REFUSED)
    assert len({event.detail.reason for event in refused}) >= 4
    assert find_request(application.plane, LAYER, SECOND, PROD).votes == ()
    assert application.release(LAYER, SECOND).stages[1].state == "waiting"


def test_a_proof_that_was_used_is_good_for_nothing_else(
    scene: Scene, application: Application
) -> None:
    signed = sign_decision(scene.ada, SECOND, Outcome.APPROVED, "once")
    sent = signed.model_dump(mode="json")
    answers = [application.invoke("DecideApproval", sent)["outcome"] for _ in range(2)]
    assert answers == ["counted", "counted"]
    assert len(find_request(application.plane, LAYER, SECOND, PROD).votes) == 1
    replayed = application.invoke("DecideApproval", sent | {"outcome": "denied"})
    assert replayed["outcome"] == "refused"
    assert "has been used before" in replayed["reason"]


def test_one_who_rejects_ends_it(scene: Scene, application: Application) -> None:
    code, said = scene.bob.command("reject", LAYER, SECOND, PROD, "--comment", "not today")
    assert (code, said) == (0, DENIED)
    ended = application.wait_for_end(LAYER, SECOND)
    assert (ended.state, ended.stages[1].state) == ("failed", "failed")
    assert f"Rejected by {scene.bob.arn}: not today" in ended.reason
    pointer = application.pointer(LAYER, PROD, "us-east-1")
    assert pointer is not None
    assert pointer.version == FIRST


def test_nobody_reads_a_task_token_or_a_proof(scene: Scene, application: Application) -> None:
    dynamodb = application.session.client("dynamodb")
    table = application.resource("TaskTokenTable")
    held = [item["body"]["M"]["token"]["S"] for item in dynamodb.scan(TableName=table)["Items"]]
    assert held
    registry = dynamodb.scan(TableName=application.outputs["RegistryTableName"])["Items"]
    logs = application.session.client("logs").get_paginator("filter_log_events")
    pages = logs.paginate(logGroupName="/layerlift/layerlift/functions")
    told = [event["message"] for page in pages for event in page["events"]]
    told += [str(registry), scene.ada.command("approval", LAYER, SECOND, PROD, "--json")[1]]
    secrets = [*held, "AWS4-HMAC-SHA256"]
    assert [secret for secret in secrets if any(secret in text for text in told)] == []
