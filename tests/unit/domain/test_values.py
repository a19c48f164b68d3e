"""Small values: targets, pointers, release plans, commands."""

from typing import Any

import pytest
from pydantic import ValidationError

from layerlift.domain.commands import (
    OverrideCommand,
    RecordCommand,
    RequestApprovalCommand,
    RollbackCommand,
    TargetCommand,
)
from layerlift.domain.model import Value
from layerlift.domain.names import parse_stage_name
from layerlift.domain.pointers import pointer_names
from layerlift.domain.release import Release
from layerlift.domain.targets import Target, canary_role, target_bucket
from layerlift.releasing.decision import Decision
from tests.fakes.world import LAYER, World

TARGET = Target(account="111122223333", region="eu-central-1")


def test_a_target_names_account_and_region() -> None:
    assert str(TARGET) == "111122223333/eu-central-1"
    assert target_bucket("layerlift", TARGET) == "layerlift-111122223333-eu-central-1"


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-cn"])
def test_the_canarys_role_is_in_the_targets_partition(partition: str) -> None:
    assert canary_role("layerlift", TARGET, partition=partition) == (
        f"arn:{partition}:iam::111122223333:role/layerlift-canary-eu-central-1"
    )


def test_consumers_find_a_layer_under_its_stage() -> None:
    assert pointer_names(parse_stage_name("prod"), LAYER) == (
        "/lambda/layers/prod/http-client/arn",
        "/lambda/layers/prod/http-client/version",
    )


def test_a_value_is_frozen_and_takes_no_unknown_field() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        TARGET.region = "us-east-1"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="Extra inputs"):
        Target.model_validate({"account": "1", "region": "r", "role": "x"})


def test_a_release_knows_its_stages() -> None:
    world = World()
    release = world.stored_release(world.release())
    assert release.stage(parse_stage_name("prod")).approvals.required
    assert len(release.stage(parse_stage_name("prod")).targets) == 3
    with pytest.raises(KeyError):
        release.stage(parse_stage_name("nowhere"))
    assert Release.model_validate_json(release.model_dump_json()) == release


@pytest.mark.parametrize("subject", ["drop", "stage", "release", "other"])
def test_a_record_is_told_apart_by_its_subject(subject: str) -> None:
    with pytest.raises(ValidationError):
        RecordCommand.model_validate({"entry": {"subject": subject}})


def test_an_event_with_a_field_too_many_is_refused() -> None:
    ref = World().release().model_dump()
    event = {"release": ref, "stage": "dev", "target": TARGET.model_dump()}
    assert TargetCommand.model_validate(event).target == TARGET
    with pytest.raises(ValidationError):
        TargetCommand.model_validate(event | {"dry_run": True})


@pytest.mark.parametrize(
    ("model", "secrets"),
    [
        (RequestApprovalCommand, {"task_token": "very-secret"}),
        (OverrideCommand, {"proof": {"authorization": "very-secret"}}),
        (RollbackCommand, {"proof": {"authorization": "very-secret"}}),
        (Decision, {"proof": {"authorization": "very-secret"}}),
    ],
)
def test_a_command_that_is_refused_is_not_quoted(model: type[Value], secrets: Any) -> None:
    for wrong in (secrets, secrets | {"layer": ["very-secret"]}, {"very": "very-secret"}):
        with pytest.raises(ValidationError) as refused:
            model.model_validate(wrong)
        assert "very-secret" not in str(refused.value)
