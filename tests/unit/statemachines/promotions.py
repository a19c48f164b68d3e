"""Promotions to walk through, and what to ask of how they ended."""

from typing import Any

from tests.unit.statemachines.machines import filled_in
from tests.unit.statemachines.walker import Answers, End, Problem, Walk

A, B, C = ({"account": "1", "region": region} for region in ("eu-a", "us-b", "ap-c"))
WAVES = [[A], [B, C]]
REF = {"layer": "a", "version": "1.0.0", "digest": "ab", "attempt": 1}
WATCHED = {"alarms": {"names": ["errors"]}}
GRANTS = {"accounts": ["222222222222"]}
UNAVAILABLE = {"outcome": "unavailable", "reason": "It is throttled."}
LAMBDA_BUSY = Problem("Lambda.ServiceException", "busy")
TIMEOUT = Problem("States.Timeout")


def says(outcome: str, reason: str = "") -> dict[str, str]:
    return {"outcome": outcome, "reason": reason}


HAPPY: Answers = {
    "Lock": says("locked"),
    "Recover": says("recovered"),
    "Settle": says("settled"),
    "RequestApproval": says("approved"),
    "CheckAlarms": says("quiet"),
    "Publish": says("published"),
    "Canary": says("passed", "Imported 1 module."),
    "TryConsumers": says("passed"),
    "Grant": says("granted"),
    "Activate": says("active"),
    "Restore": says("inactive", "It says 0.9.0 again."),
    "Record": says("recorded"),
}


def walk(
    waves: Any = WAVES,
    approval: bool = False,
    *,
    grants: Any = None,
    consumers: bool = False,
    attempt: int = 1,
    watched: Any = WATCHED,
    **answers: Any,
) -> End:
    stage = {"name": "prod", "waves": waves, "approvals": {"required": int(approval)}}
    stage |= watched
    stage |= {"canary": {"consumers": [{"tags": {"canary": "yes"}}] if consumers else []}}
    if grants is not None:
        stage |= {"grants": {"accounts": [], "organization": None, "reader": None} | grants}
    given = {"release": REF | {"attempt": attempt}, "stage": stage}
    return Walk(filled_in("promotion"), HAPPY | answers).run(given)


def only_in(target: dict[str, str], problem: Any, otherwise: dict[str, str]) -> Any:
    return lambda payload: problem if payload["target"] == target else otherwise


def regions(end: End, step: str) -> list[str]:
    return [payload["target"]["region"] for payload in end.called(step)]


def order(end: End) -> list[str]:
    return [name for name, _ in end.calls]


def recorded(end: End) -> list[str]:
    """Return the states of the stage that were recorded, without pointers that are stuck."""
    return [payload["state"] for payload in end.called("Record") if payload["subject"] == "stage"]


def assert_taken_back(end: End, reason: str) -> None:
    """Every pointer was put back, the failure was recorded, and the execution failed."""
    assert sorted(regions(end, "Restore")) == ["ap-c", "eu-a", "us-b"]
    assert order(end)[-1] == "Record"
    assert recorded(end) == ["failed"]
    assert end.called("Record")[0]["reason"] == reason
    assert (end.status, end.error, end.cause) == ("FAILED", "PromotionFailed", reason)


AWAY = says("unreachable", "us-b is out of reach since 12:00:00 UTC.")


def go_on_without(*away: dict[str, str]) -> Any:
    """Answer as the step does that the policy allows these debts."""
    return lambda payload: (
        says("settled")
        | {"targets": [target for target in payload["targets"] if target not in away]}
    )
