"""Regions that go away, executions that are stopped, releases that are taken back."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from layerlift.domain.debts import DebtState
from layerlift.domain.names import LayerName, StageName
from layerlift.domain.policy import Policy
from layerlift.releasing.debts import outstanding
from tests.e2e.application import python_layer
from tests.e2e.weather import AWAY, REGIONS, SLOW_SECONDS, Weather


def policy(**stage: Any) -> Policy:
    one = {"name": "prod", "waves": [REGIONS[:1], REGIONS[1:]], **stage}
    return Policy.model_validate({"version": 1, "stages": [one]})


BEARS_ONE = policy(debts={"allowed": 1, "after": "2s"})
BEARS_NONE = policy(debts={"allowed": 0, "after": "2s"})


def layer(text: str) -> bytes:
    return python_layer({"module.py": f"X = {text!r}\n"})


def test_a_region_that_is_away_holds_nobody_and_is_paid_in_order_when_it_is_back(
    weather: Weather,
) -> None:
    app = weather.application
    with app.policy(BEARS_ONE), weather.proxy.fault(weather.away()):
        for version in ("1.0.0", "1.1.0"):
            assert app.released("debts", version, layer(version)).state == "succeeded"
        assert weather.versions("debts") == {
            "eu-central-1": "1.1.0",
            "us-east-1": "1.1.0",
            AWAY: None,
        }
        assert weather.reconcile()["debts"] == 2
        owed = outstanding(app.registry, LayerName("debts"), StageName("prod"))
        assert [debt.release.version for debt in owed] == ["1.0.0", "1.1.0"]
        said = app.command("status", "debts")
        assert "owed" in said.stdout, said.stdout
    weather.reconcile()
    assert weather.versions("debts")[AWAY] == "1.1.0"
    assert weather.events("debts", "1.1.0").count("Debt Paid") == 1
    numbers = {region: app.versions("debts-prod", region) for region in REGIONS}
    assert numbers == {region: [2, 1] for region in REGIONS}, "numbered alike everywhere"
    assert outstanding(app.registry, LayerName("debts"), StageName("prod")) == ()


def test_what_is_owed_and_does_not_work_there_is_given_up_and_told(weather: Weather) -> None:
    app, works = weather.application, layer("works everywhere")
    breaks = python_layer(
        {"module.py": f"import os\nassert os.environ['AWS_REGION'] != {AWAY!r}, 'not here'\n"}
    )
    with app.policy(BEARS_ONE):
        assert app.released("defaulted", "1.0.0", works).state == "succeeded"
        with weather.proxy.fault(weather.away()):
            assert app.released("defaulted", "1.1.0", breaks).state == "succeeded"
        weather.reconcile()
    assert weather.versions("defaulted")[AWAY] == "1.0.0", "its canary came first"
    (debt,) = outstanding(app.registry, LayerName("defaulted"), StageName("prod"))
    assert debt.state is DebtState.DEFAULTED
    assert weather.events("defaulted", "1.1.0").count("Debt Defaulted") == 1
    assert "not here" in app.command("status", "defaulted").stdout


def test_more_regions_away_than_allowed_take_the_stage_back(weather: Weather) -> None:
    app = weather.application
    with app.policy(BEARS_NONE):
        assert app.released("bears-none", "1.0.0", layer("one")).state == "succeeded"
        with weather.proxy.fault(weather.away()):
            status = app.released("bears-none", "1.1.0", layer("two"))
    assert status.state == "failed"
    assert "the policy allows 0" in status.reason
    assert set(weather.versions("bears-none").values()) == {"1.0.0"}


def test_a_rollback_moves_every_pointer_and_asks_for_approval_the_next_time(
    weather: Weather,
) -> None:
    app = weather.application
    with app.policy(BEARS_NONE):
        for version in ("1.0.0", "1.1.0"):
            assert app.released("taken-back", version, layer(version)).state == "succeeded"
        said = app.command("rollback", "taken-back", "prod", "--reason", "it is slow")
        assert said.returncode == 0, said.stderr + said.stdout
        assert set(weather.versions("taken-back").values()) == {"1.0.0"}
        assert weather.rollback_seconds("taken-back", "1.1.0") < 10
        assert app.release("taken-back", "1.1.0").state == "rolled_back"
        app.answer(app.drop("incoming/taken-back/1.1.0.zip", layer("1.1.0")))
        app.wait_for_approval("taken-back", "1.1.0")
        assert app.command("approve", "taken-back", "1.1.0", "prod").returncode == 0
        assert app.wait_for_end("taken-back", "1.1.0").state == "succeeded"
        back = app.command("rollback", "taken-back", "prod", "--to", "1.0.0", "--json")
        assert json.loads(back.stdout)["outcome"] == "rolled_back", back.stderr
        assert set(weather.versions("taken-back").values()) == {"1.0.0"}
        again = app.command("rollback", "taken-back", "prod")
        assert (again.returncode, "--to-nothing" in again.stdout) == (1, True), again.stdout
        assert set(weather.versions("taken-back").values()) == {"1.0.0"}
        first = app.command("rollback", "taken-back", "prod", "--to-nothing")
        assert first.returncode == 0, "nothing was there before, and nothing is there again"
    assert set(weather.versions("taken-back").values()) == {None}


def test_a_rollback_that_meets_a_fault_says_where_and_is_finished_later(weather: Weather) -> None:
    app = weather.application
    with app.policy(BEARS_NONE):
        for version in ("1.0.0", "1.1.0"):
            assert app.released("stuck", version, layer(version)).state == "succeeded"
    with weather.proxy.fault(weather.away(service="ssm", operation="PutParameter")):
        said = app.command("rollback", "stuck", "prod")
        assert said.returncode == 1
        assert AWAY in said.stdout
        assert weather.versions("stuck") == {
            "eu-central-1": "1.0.0",
            "us-east-1": "1.0.0",
            AWAY: "1.1.0",
        }
        states = {t.region: t.state for t in app.release("stuck", "1.1.0").stages[0].targets}
        assert states == {"eu-central-1": "inactive", "us-east-1": "inactive", AWAY: "stuck"}
    weather.reconcile()
    assert set(weather.versions("stuck").values()) == {"1.0.0"}


PUBLISH = r"POST .*/layers/.*/versions"
POINTS = {
    "before anything is published": ("eu-central-1", "lambda", PUBLISH, None),
    "between two waves": (AWAY, "lambda", PUBLISH, "eu-central-1"),
    "while the last pointer moves": (AWAY, "ssm", "PutParameter", "us-east-1"),
}
"""Where a promotion is slow when it is stopped, and the region whose pointer has moved by then."""


@pytest.mark.parametrize("point", POINTS)
def test_an_execution_that_is_stopped_leaves_a_stage_that_is_old_or_new(
    weather: Weather, point: str
) -> None:
    app, name = weather.application, f"stopped-{list(POINTS).index(point)}"
    with app.policy(BEARS_NONE):
        assert app.released(name, "1.0.0", layer("one")).state == "succeeded"
        weather.stop(name, "1.1.0", *POINTS[point])
        weather.reconcile()
        assert app.wait_for_end(name, "1.1.0").state == "failed"
        # A function of the stopped execution may still be at work, and then sees that it is late.
        weather.wait_until(lambda: set(weather.versions(name).values()) == {"1.0.0"})
        time.sleep(SLOW_SECONDS)
        assert set(weather.versions(name).values()) == {"1.0.0"}
        assert app.released(name, "1.2.0", layer("three")).state == "succeeded"
    assert set(weather.versions(name).values()) == {"1.2.0"}


def test_the_next_release_puts_back_what_a_stopped_one_has_left(weather: Weather) -> None:
    app, name = weather.application, "next-one"
    with app.policy(BEARS_NONE):
        weather.stop(name, "1.0.0", *POINTS["between two waves"])
        assert app.released(name, "1.1.0", layer("two")).state == "succeeded"
        assert set(weather.versions(name).values()) == {"1.1.0"}
        assert "Promotion Failed" in weather.events(name, "1.0.0")
        said = app.command("rollback", name, "prod", "--to-nothing")
    assert said.returncode == 0, said.stdout
    assert set(weather.versions(name).values()) == {None}, "not to the half of the stopped one"
