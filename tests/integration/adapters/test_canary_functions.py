"""Canary functions: made, waited for, and gone afterwards whatever happens."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from layerlift.adapters import canary_functions
from layerlift.adapters.canary_functions import MADE_TAG, PLANE_TAG, CanaryFunction, NotOurs, _code
from layerlift.adapters.lambda_canaries import LambdaCanaries
from layerlift.domain.errors import AccessRefused, Fault, Unavailable
from layerlift.ports.aws import CanaryReading, Leftover, Probe
from tests.integration.adapters.canary_answers import (
    FUNCTION,
    GOOD,
    LAYER_ARN,
    NAME,
    PLAN,
    READ,
    SAME,
    TARGET,
    answers,
    made,
    removed,
    run,
)


def test_what_a_killed_run_left_behind_is_used(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_client_error("create_function", "ResourceConflictException", http_status_code=409)
    stubber.add_response("get_function", {"Configuration": SAME}, {"FunctionName": NAME})
    answers(stubber, GOOD)
    removed(stubber)
    assert run(clients) == CanaryReading((READ,))


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("CodeSha256", "somebody else's"),
        ("Role", "arn:aws:iam::123456789012:role/admin"),
        ("Handler", "app.handler"),
        ("Runtime", "python3.12"),
        ("Layers", []),
        ("Layers", [{"Arn": LAYER_ARN}, {"Arn": f"{LAYER_ARN}0"}]),
        ("Environment", {"Variables": {"PYTHONPATH": "/mnt/other"}}),
    ],
)
def test_what_somebody_else_has_put_under_a_canarys_name_is_neither_asked_nor_removed(
    stubbed: Any, part: str, other: Any
) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_client_error("create_function", "ResourceConflictException", http_status_code=409)
    found = {"Configuration": SAME | {part: other}}
    stubber.add_response("get_function", found, {"FunctionName": NAME})
    with pytest.raises(NotOurs, match=f"differs in {part}"):
        run(clients)


@pytest.mark.parametrize(
    "message",
    [
        "The runtime parameter of python3.13 is not supported for creating functions.",
        "Architecture arm64 is not supported in this region",
    ],
)
def test_what_the_region_does_not_offer_is_not_exercised(stubbed: Any, message: str) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_client_error(
        "create_function", "InvalidParameterValueException", message, http_status_code=400
    )
    reading = run(clients)
    assert reading.invocations == ()
    assert message in reading.not_offered


def test_a_role_that_is_too_new_is_waited_for(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    message = "The role defined for the function cannot be assumed by Lambda."
    stubber.add_client_error(
        "create_function", "InvalidParameterValueException", message, http_status_code=400
    )
    stubber.add_client_error("delete_function", "ResourceNotFoundException", http_status_code=404)
    with pytest.raises(Unavailable, match="cannot be assumed"):
        run(clients)


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("AccessDeniedException", 403, AccessRefused),
        ("TooManyRequestsException", 429, Unavailable),
        ("InvalidParameterValueException", 400, Fault),
    ],
)
def test_a_canary_that_cannot_be_made_is_removed_all_the_same(
    stubbed: Any, code: str, status: int, error: type[Fault]
) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_client_error("create_function", code, http_status_code=status)
    stubber.add_client_error("delete_function", "ResourceNotFoundException", http_status_code=404)
    with pytest.raises(Fault) as caught:
        run(clients)
    assert type(caught.value) is error


def test_a_canary_that_does_not_become_active_is_removed_all_the_same(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_response("create_function", {"State": "Pending"})
    failed = {"State": "Failed", "StateReason": "The layer is too large."}
    stubber.add_response("get_function", {"Configuration": failed})
    removed(stubber)
    with pytest.raises(Unavailable, match="is Failed: The layer is too large"):
        run(clients)


def test_a_canary_that_is_active_when_it_is_made_is_not_looked_at(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_response("create_function", {"State": "Active"})
    answers(stubber, GOOD)
    removed(stubber)
    assert run(clients) == CanaryReading((READ,))


@pytest.mark.parametrize(("seconds", "looks"), [(0.5, 1), (1.0, 3), (2.8, 9)])
def test_a_canary_is_looked_at_seldom_until_it_is_active(
    monkeypatch: pytest.MonkeyPatch, seconds: float, looks: int
) -> None:
    now, seen = 0.0, 0

    def sleep(pause: float) -> None:
        nonlocal now
        now += pause

    def get_function(**_: str) -> Any:
        nonlocal seen
        seen += 1
        return {"Configuration": {"State": "Active" if now >= seconds else "Pending"}}

    time = SimpleNamespace(monotonic=lambda: now, sleep=sleep)
    monkeypatch.setattr(canary_functions, "time", time)
    client = SimpleNamespace(
        create_function=lambda **_: {"State": "Pending"}, get_function=get_function
    )
    FUNCTION.create(client)
    assert seen == looks


def test_a_canary_that_another_run_removes_meanwhile_is_tried_again(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_response("create_function", {"State": "Pending"})
    stubber.add_client_error("get_function", "ResourceNotFoundException", http_status_code=404)
    stubber.add_client_error("delete_function", "ResourceNotFoundException", http_status_code=404)
    with pytest.raises(Unavailable, match="is not there"):
        run(clients)


def test_a_canary_that_cannot_be_removed_is_tried_again(stubbed: Any) -> None:
    clients, stubber = made(stubbed)
    answers(stubber, GOOD)
    stubber.add_client_error("delete_function", "TooManyRequestsException", http_status_code=429)
    with pytest.raises(Unavailable, match="removing the canary"):
        run(clients)


def test_the_reason_why_a_canary_failed_survives_that_it_cannot_be_removed(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_client_error("create_function", "AccessDeniedException", http_status_code=403)
    stubber.add_client_error("delete_function", "AccessDeniedException", http_status_code=403)
    with pytest.raises(AccessRefused):
        run(clients)


@pytest.mark.parametrize(
    "other",
    [
        replace(FUNCTION, layer_arn=LAYER_ARN + "8"),
        replace(FUNCTION, plan=replace(PLAN, runtime="python3.12")),
        replace(FUNCTION, plan=replace(PLAN, architecture="x86_64")),
        replace(FUNCTION, plan=replace(PLAN, probe=Probe.NODEJS)),
        replace(FUNCTION, plan=replace(PLAN, seconds=31)),
    ],
)
def test_its_name_is_that_of_all_it_is_made_of(other: CanaryFunction) -> None:
    assert replace(FUNCTION, plan=replace(PLAN)).name == NAME
    assert other.name != NAME
    assert len(replace(FUNCTION, control_plane="x" * 25).name) <= 64


@pytest.mark.parametrize(
    ("probe", "filename"),
    [(Probe.PYTHON, "canary_probe.py"), (Probe.NODEJS, "canary_probe.js")],
)
def test_the_probe_travels_as_a_zip_that_its_user_may_read(probe: Probe, filename: str) -> None:
    with zipfile.ZipFile(io.BytesIO(_code(probe))) as archive:
        (entry,) = archive.infolist()
        assert (entry.filename, entry.external_attr >> 16) == (filename, 0o644)
        assert archive.read(entry)


def test_functions_of_this_control_plane_are_found_by_their_tag_and_name(stubbed: Any) -> None:
    clients, stubber = stubbed("resourcegroupstaggingapi")
    arn = "arn:aws:lambda:us-east-1:123456789012:function:layerlift-canary-"
    tags = [{"Key": MADE_TAG, "Value": "2026-07-01T12:00:00+00:00"}]
    others = arn.replace("layerlift-canary-", "checkout-api")
    found = [
        # Tagged by somebody who would like to see it removed.
        {"ResourceARN": others, "Tags": tags},
        {"ResourceARN": f"{arn}a", "Tags": tags},
        {"ResourceARN": f"{arn}b", "Tags": []},
    ]
    stubber.add_response(
        "get_resources",
        {"ResourceTagMappingList": found},
        {
            "TagFilters": [{"Key": PLANE_TAG, "Values": ["layerlift"]}],
            "ResourceTypeFilters": ["lambda:function"],
        },
    )
    leftovers = LambdaCanaries(clients, "layerlift", "aws").leftovers(TARGET)
    assert leftovers == (
        Leftover("layerlift-canary-a", datetime(2026, 7, 1, 12, tzinfo=UTC)),
        # Its tag was changed by hand: so old that it is removed.
        Leftover("layerlift-canary-b", datetime.min.replace(tzinfo=UTC)),
    )


def test_a_look_at_what_is_live_runs_beside_a_promotions_canary_and_is_swept_like_it(
    stubbed: Any,
) -> None:
    live = replace(FUNCTION, purpose="live")
    assert live.name != NAME
    assert live.name.startswith("layerlift-canary-")
    clients, stubber = stubbed("lambda")
    stubber.add_client_error("create_function", "ThrottlingException")
    stubber.add_response("delete_function", {}, {"FunctionName": live.name})
    canaries = LambdaCanaries(clients, "layerlift", "aws", purpose="live")
    with pytest.raises(Unavailable):
        canaries.run(TARGET, LAYER_ARN, (PLAN,))
