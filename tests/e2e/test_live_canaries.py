"""What is live is tried again on a schedule; what breaks is told, shown, and put back by nobody."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from layerlift.domain.policy import Policy
from layerlift.releasing.live_watches import watch_name
from layerlift.releasing.trail import read_trail, release_trail
from tests.e2e.application import STACK, Application, python_layer
from tests.e2e.test_canaries import canary_functions

REGION = "eu-central-1"
ALARM, REGIONAL_ALARM = f"{STACK}-live-canary-watched.alive", f"{STACK}-live-canaries"
WATCHED = Policy.model_validate(
    {
        "version": 1,
        "stages": [{"name": "watched", "waves": [[REGION]], "canary": {"watch": "15m"}}],
    }
)


def leaning_on(path: Path) -> bytes:
    """Return a layer that works for as long as something beside it is there."""
    source = f"import os\nif not os.path.exists({str(path)!r}):\n    raise ImportError('gone')\n"
    return python_layer({"alive.py": source})


def alarms(application: Application) -> dict[str, str]:
    client = application.session.client("cloudwatch", region_name=REGION)
    found = client.describe_alarms(AlarmNamePrefix=f"{STACK}-live-canar")["MetricAlarms"]
    return {alarm["AlarmName"]: alarm["StateValue"] for alarm in found}


def told(application: Application) -> list[str]:
    trail = read_trail(application.registry, release_trail("alive", "1.0.0"))
    return [event.type.rpartition(" ")[2] for event in trail if "Live Canary" in event.type]


def look(application: Application) -> dict[str, Any]:
    target = {"account": "000000000000", "region": REGION}
    return application.invoke("WatchLive", {"layer": "alive", "stage": "watched", "target": target})


def status(application: Application) -> dict[str, Any]:
    said = application.command("status", "alive", "--json")
    target: dict[str, Any] = json.loads(said.stdout)["releases"][0]["stages"][0]["targets"][0]
    return target


def tick(application: Application) -> dict[str, Any]:
    """Let the schedule tick, and return how the look that it starts ends."""
    now = datetime.now(UTC)
    started = application.invoke("StartWatches", {"time": now.isoformat()})
    name = watch_name("alive", "watched", now)  # type: ignore[arg-type]
    assert name in started["started"], started
    machine = application.resource("WatchStateMachine")
    return application.ended(f"{machine.replace(':stateMachine:', ':execution:')}:{name}")


def test_what_is_live_is_watched_until_nobody_wants_it(
    application: Application, tmp_path: Path
) -> None:
    beside = tmp_path / "beside"
    beside.touch()
    with application.policy(WATCHED):
        released = application.released("alive", "1.0.0", leaning_on(beside))
        assert released.state == "succeeded", released.reason

        # The schedule looks at what has just gone live, and an alarm of its own is there.
        looked = tick(application)
        assert looked["status"] == "SUCCEEDED", looked.get("cause")
        assert json.loads(looked["output"])["targets"][0]["outcome"] == "passed", looked["output"]
        assert ALARM in alarms(application)
        assert status(application)["live_canary"]["outcome"] == "passed"
        assert told(application) == []

        # What breaks is told once, however often it is looked at, and shown.
        beside.unlink()
        assert [look(application)["outcome"] for _ in range(2)] == ["canary_failed"] * 2
        assert told(application) == ["Failed"]
        assert alarms(application) == {ALARM: "ALARM", REGIONAL_ALARM: "ALARM"}
        shown = status(application)
        assert shown["state"] == "active"
        assert "ImportError: gone" in shown["reason"]
        pointer = application.pointer("alive", "watched", REGION)
        assert pointer is not None
        assert pointer.version == "1.0.0"

        # So is what works again.
        beside.touch()
        assert look(application)["outcome"] == "passed"
        assert told(application) == ["Failed", "Recovered"]
        assert status(application)["reason"] == ""

        # A version that was deleted behind our back has failed as well.
        client = application.session.client("lambda", region_name=REGION)
        client.delete_layer_version(LayerName="alive-watched", VersionNumber=1)
        gone = look(application)
        assert gone["outcome"] == "canary_failed", gone
        assert told(application) == ["Failed", "Recovered", "Failed"]
    # The policy watches nothing any more: the next tick ends the watch, and the alarm with it.
    assert tick(application)["status"] == "SUCCEEDED"
    assert set(alarms(application)) == {REGIONAL_ALARM}
    assert told(application) == ["Failed", "Recovered", "Failed", "Recovered"]
    assert canary_functions(application, REGION) == []
