"""What the local console asks of AWS, and what it hands in."""

from __future__ import annotations

from typing import Any

import pytest

from layerlift.domain.errors import InvalidText
from layerlift.domain.outcomes import Outcome
from layerlift_cli.console.backstage import AwsBackstage
from layerlift_cli.console.messages import Decide, Foresee
from layerlift_cli.errors import AnswerIsNo, OutOfReach
from tests.fakes.control_plane import control_plane
from tests.fakes.lambda_session import LambdaSession
from tests.fakes.registry import MemoryRegistry
from tests.fakes.scenery import Scenery
from tests.fakes.waiting import DIGEST, LAYER, STAGE, VERSION, wait_for_approval

ENDPOINT = "arn:aws:lambda:eu-central-1:111122223333:function:console"
SHOWN = {
    "layer": LAYER,
    "version": VERSION,
    "stage": STAGE,
    "digest": DIGEST,
    "attempt": 1,
    "outcome": "approved",
    "comment": "seen",
    "nonce": "n",
}


def backstage(session: Any, registry: MemoryRegistry | None = None) -> AwsBackstage:
    return AwsBackstage(control_plane(registry or MemoryRegistry()), session, ENDPOINT)


def test_a_decision_is_signed_and_goes_to_the_function_that_decides() -> None:
    registry, session = MemoryRegistry(), LambdaSession(lambda _: {"outcome": "approved"})
    wait_for_approval(registry)
    result = backstage(session, registry).decide(Decide.model_validate(SHOWN))
    assert result.outcome is Outcome.APPROVED
    ((function, decision),) = session.invoked
    assert (function, decision["comment"], decision["attempt"]) == ("decide", "seen", 1)
    assert decision["proof"]["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
    assert "secret" not in str(decision)


def test_what_follows_is_read_from_the_registry_and_from_no_widget() -> None:
    scene = Scenery()
    scene.approval(scene.release("http", "1.0.0"))
    registry: Any = scene.world.registry
    wanted = {"layer": "http", "version": "1.0.0", "stage": "prod", "outcome": "approved"}
    told = backstage(LambdaSession(lambda _: {}), registry).foresee(Foresee.model_validate(wanted))
    said = "It goes live in prod in 30 targets: us-east-1, us-east-2, us-east-3; then "
    assert any(sentence.startswith(said) for sentence in told)


@pytest.mark.parametrize("changes", [{"attempt": 2}, {"digest": "cd" * 32}])
def test_what_was_not_shown_is_not_decided_on(changes: dict[str, Any]) -> None:
    registry, session = MemoryRegistry(), LambdaSession(lambda _: {})
    wait_for_approval(registry, **changes)
    with pytest.raises(AnswerIsNo, match="another attempt than was shown"):
        backstage(session, registry).decide(Decide.model_validate(SHOWN))
    assert session.invoked == []


def test_a_name_that_is_none_is_not_asked_for() -> None:
    with pytest.raises(InvalidText, match="is not a stage name"):
        backstage(LambdaSession(lambda _: {})).decide(Decide.model_validate(SHOWN | {"stage": "/"}))


def test_html_is_shown_as_it_is_and_anything_else_as_text() -> None:
    session = LambdaSession(lambda message: message["say"])
    assert backstage(session).show({"say": "<p>x</p>"}) == "<p>x</p>"
    assert backstage(session).show({"say": {"a": "<b>"}}) == (
        "<pre>{\n  &quot;a&quot;: &quot;&lt;b&gt;&quot;\n}</pre>"
    )
    assert session.invoked[0][0] == ENDPOINT


def test_a_function_that_failed_says_why() -> None:
    session = LambdaSession(lambda _: {"errorMessage": "out of memory."}, error="Unhandled")
    with pytest.raises(OutOfReach, match="failed: out of memory"):
        backstage(session).show({})
