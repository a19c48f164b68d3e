"""Alarms and freeze windows hold a stage, people override them, and a wave bakes under alarms."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import Request, urlopen

import pytest

from layerlift.domain.commands import OverrideCommand
from layerlift.domain.events import EventType
from layerlift.domain.identity import Waiver
from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.domain.policy import Policy
from layerlift.releasing.status import ReleaseStatus
from layerlift.releasing.trail import read_trail, release_trail
from layerlift_cli.overrides import sign_override
from tests.e2e.application import Application, python_layer
from tests.e2e.people import ACCOUNT, DEVELOPERS, MANAGERS, People, Person

FIRST, SECOND = "eu-central-1", "eu-west-1"


@pytest.fixture(autouse=True)
def waits_are_short(application: Application) -> Iterator[None]:
    """Have the emulator's Wait states take a tenth of their time; bakes go by the clock still."""
    _scale_waits(0.1)
    yield
    _scale_waits(1)


def _scale_waits(factor: float) -> None:
    body = json.dumps({"stepfunctions._SFN_WAIT_SCALE": factor}).encode()
    address = f"{os.environ['AWS_ENDPOINT_URL']}/_ministack/config"
    with urlopen(Request(address, data=body, method="POST")) as answer:
        assert json.load(answer)["applied"]


def policy(**gates: Any) -> Policy:
    prod = {"name": "prod", "waves": [[FIRST], [SECOND]]} | gates
    return Policy.model_validate({"version": 1, "stages": [prod]})


class Alarm:
    """A metric alarm in a region, set by hand: nothing evaluates it here."""

    def __init__(self, application: Application, name: str, region: str) -> None:
        self._client = application.session.client("cloudwatch", region_name=region)
        self._name = name
        self._client.put_metric_alarm(
            AlarmName=name,
            Namespace="Example",
            MetricName="Errors",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )

    def says(self, state: str) -> None:
        self._client.set_alarm_state(AlarmName=self._name, StateValue=state, StateReason="a test")


def drop(application: Application, layer: str, version: str) -> None:
    content = python_layer({"module.py": f"X = '{version} of {layer}'\n"})
    answer = application.answer(application.drop(f"incoming/{layer}/{version}.zip", content))
    assert answer.outcome == "claimed", answer.reason


def is_in(state: str) -> Any:
    def reached(status: ReleaseStatus) -> bool:
        assert status.state != "failed", status.reason
        return status.stages[0].state == state

    return reached


def told(application: Application, layer: str, version: str) -> list[str]:
    kinds = {
        EventType.STAGE_HELD,
        EventType.HOLD_OVERRIDDEN,
        EventType.STAGE_RESUMED,
        EventType.BAKE_STARTED,
        EventType.BAKE_PASSED,
    }
    events = read_trail(application.registry, release_trail(layer, version))
    return [event.type.removeprefix("Layer ") for event in events if event.type in kinds]


def test_a_stage_is_held_by_an_alarm_overridden_by_name_baked_and_live(
    application: Application, people: People
) -> None:
    ada = people.assume(MANAGERS, "ada")
    alarm = Alarm(application, "checkout-errors", SECOND)
    alarm.says("ALARM")
    with application.policy(policy(alarms={"names": ["checkout-errors"]}, bake="4s")):
        drop(application, "mended", "1.0.0")
        held = application.wait_for("mended", "1.0.0", is_in("held"))
        reason = held.stages[0].reason
        assert "'checkout-errors' is firing" in reason
        assert f"home?region={SECOND}#alarmsV2:alarm/checkout-errors" in reason
        shown = application.command("status", "mended")
        assert "prod is held" in shown.stdout
        words = ("override", "mended", "1.0.0", "prod", "--reason", "this release mends it")
        code, said = ada.command(*words, "--alarm", "typo")
        assert (code, "is not held by 'typo'" in said) == (1, True)
        code, said = ada.command(*words, "--alarm", "checkout-errors", "--json")
        assert (code, json.loads(said)["outcome"]) == (0, "overridden")
        ended = application.wait_for_end("mended", "1.0.0")
    assert ended.state == "succeeded", ended.reason
    assert told(application, "mended", "1.0.0") == [
        *("Stage Held", "Hold Overridden", "Stage Resumed"),
        *["Bake Started", "Bake Passed"] * 2,
    ]


def test_an_alarm_that_is_missing_or_knows_nothing_holds_a_stage_that_wants_it_quiet(
    application: Application,
) -> None:
    gates = {"alarms": {"names": ["unknown-errors"], "insufficient_data": "firing"}}

    def is_held_as(said: str) -> Any:
        return lambda status: is_in("held")(status) and said in status.stages[0].reason

    with application.policy(policy(**gates)):
        drop(application, "unknown", "1.0.0")
        application.wait_for("unknown", "1.0.0", is_held_as("'unknown-errors', and there is none"))
        alarm = Alarm(application, "unknown-errors", FIRST)
        alarm.says("INSUFFICIENT_DATA")
        application.wait_for("unknown", "1.0.0", is_held_as("'unknown-errors' has no data"))
        alarm.says("OK")
        ended = application.wait_for_end("unknown", "1.0.0")
    assert ended.state == "succeeded", ended.reason


def test_an_alarm_that_fires_during_the_bake_rolls_back_and_spares_the_next_wave(
    application: Application,
) -> None:
    alarm = Alarm(application, "baked-errors", FIRST)
    alarm.says("OK")
    application.session.client("cloudwatch", region_name=FIRST).put_composite_alarm(
        AlarmName="baked-all", AlarmRule='ALARM("baked-errors")'
    )
    with application.policy(policy()):
        drop(application, "baked", "1.0.0")
        assert application.wait_for_end("baked", "1.0.0").state == "succeeded"
    gates = {"alarms": {"regions": {FIRST: {"names": ["baked-all"]}}}, "bake": "1h"}
    with application.policy(policy(**gates)):
        drop(application, "baked", "1.1.0")
        application.wait_for("baked", "1.1.0", is_in("baking"))
        live = application.pointer("baked", "prod", FIRST)
        assert live is not None
        assert live.version == "1.1.0"
        client = application.session.client("cloudwatch", region_name=FIRST)
        client.set_alarm_state(AlarmName="baked-all", StateValue="ALARM", StateReason="a test")
        ended = application.wait_for_end("baked", "1.1.0")
    assert (ended.state, ended.stages[0].state) == ("failed", "failed")
    assert "The alarm 'baked-all' is firing" in ended.reason
    for region in (FIRST, SECOND):
        pointer = application.pointer("baked", "prod", region)
        assert pointer is not None
        assert pointer.version == "1.0.0"
    assert application.versions("baked-prod", SECOND) == [1], "the next wave was not touched"


def test_a_frozen_stage_goes_on_by_itself_and_break_glass_needs_a_reason(
    application: Application, people: People
) -> None:
    ada = people.assume(MANAGERS, "ada")
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)

    def freeze(ends: datetime) -> dict[str, str]:
        since = now - timedelta(hours=1)
        return {"since": since.isoformat(), "until": ends.isoformat(), "reason": "A fair"}

    with application.policy(policy(freezes=[freeze(now + timedelta(seconds=12))])):
        drop(application, "patient", "1.0.0")
        held = application.wait_for("patient", "1.0.0", is_in("held"))
        assert "Frozen until" in held.stages[0].reason
        ended = application.wait_for_end("patient", "1.0.0")
        assert ended.state == "succeeded", ended.reason
    assert datetime.now(UTC).replace(tzinfo=None) > now + timedelta(seconds=12)
    with application.policy(policy(freezes=[freeze(now + timedelta(days=9))])):
        drop(application, "urgent", "1.0.0")
        application.wait_for("urgent", "1.0.0", is_in("held"))
        words = ("override", "urgent", "1.0.0", "prod", "--freeze", "--reason")
        assert ada.command(*words, " ")[0] == 2
        assert ada.command(*words, "prod is down")[0] == 0
        assert application.wait_for_end("urgent", "1.0.0").state == "succeeded"


def forgeries(ada: Person) -> dict[str, tuple[OverrideCommand, str]]:
    """Return overrides that must not count, each with what the refusal says."""
    waiver = Waiver(alarms=("guarded-errors",), reason="it mends it")
    place = LayerName("guarded"), SemanticVersion("1.0.0"), StageName("prod")
    signed = sign_override(ada.application.plane, ada.session, *place, waiver)
    proof = signed.proof
    end = "0000" if not proof.authorization.endswith("0000") else "1111"
    forged = proof.model_copy(update={"authorization": proof.authorization[:-4] + end})
    late = proof.model_copy(update={"date": "20200101T000000Z"})
    more = waiver.model_copy(update={"freeze": True})
    words = waiver.model_copy(update={"reason": "other words"})
    return {
        "another signature": (
            signed.model_copy(update={"proof": forged}),
            "SignatureDoesNotMatch",
        ),
        "another date": (signed.model_copy(update={"proof": late}), "good for 5 minutes"),
        "more than was signed": (
            signed.model_copy(update={"waiver": more}),
            "SignatureDoesNotMatch",
        ),
        "other words": (signed.model_copy(update={"waiver": words}), "SignatureDoesNotMatch"),
    }


def test_only_an_approver_of_the_stage_overrides_and_by_what_they_have_signed(
    application: Application, people: People
) -> None:
    ada, dan = people.assume(MANAGERS, "ada"), people.assume(DEVELOPERS, "dan")
    Alarm(application, "guarded-errors", FIRST).says("ALARM")
    gates = {
        "alarms": {"names": ["guarded-errors"]},
        "approvals": {"approvers": [f"arn:aws:iam::{ACCOUNT}:role/{MANAGERS}"]},
    }
    with application.policy(policy(**gates)):
        drop(application, "guarded", "1.0.0")
        application.wait_for("guarded", "1.0.0", is_in("held"))
        words = ("override", "guarded", "1.0.0", "prod", "--alarm", "guarded-errors", "-m", "mine")
        code, said = dan.command(*words)
        assert (code, f"{dan.arn} is not among the approvers of prod" in said) == (1, True)
        for what, (command, reason) in forgeries(ada).items():
            answer = application.invoke("Override", command.model_dump(mode="json"))
            assert answer["outcome"] == "refused", (what, answer)
            assert reason in answer["reason"], what
        assert application.release("guarded", "1.0.0").stages[0].state == "held"
        assert told(application, "guarded", "1.0.0") == ["Stage Held"]
        assert ada.command(*words)[0] == 0
        assert application.wait_for_end("guarded", "1.0.0").state == "succeeded"
    trail = read_trail(application.registry, release_trail("guarded", "1.0.0"))
    refused = [event for event in trail if event.type is EventType.OVERRIDE_REFUSED]
    overridden = [event for event in trail if event.type is EventType.HOLD_OVERRIDDEN]
    assert len(refused) >= 4
    assert {event.detail.actor for event in refused} == {None, dan.arn}
    assert [event.detail.actor for event in overridden] == [ada.arn]
